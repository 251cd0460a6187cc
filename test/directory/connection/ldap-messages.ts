import { BerWriter } from 'ldapts'

/** A BER element with a definite length. */
export function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const writer = new BerWriter({ size: content.length + 16 })
  writer.writeBuffer(content, tag)
  return Buffer.from(writer.buffer)
}

/** An integer of BER. */
export function integer(value: number, tag = 0x02): Buffer {
  const writer = new BerWriter()
  writer.writeInt(value, tag)
  return Buffer.from(writer.buffer)
}

/** An octet string of BER. */
export function octets(value: string | Buffer, tag = 0x04): Buffer {
  return element(tag, Buffer.from(value))
}

/** What a result says beside its code. */
export interface ResultParts {
  readonly code?: number
  readonly matchedDn?: string
  readonly text?: string
  readonly referrals?: readonly string[]
  readonly controls?: ReadonlyMap<string, Buffer>
  readonly oid?: string
  readonly value?: Buffer
}

/** Response controls as they stand behind a response; nothing for none. RFC 4511 §4.1.11 */
function controlsOf(controls: ReadonlyMap<string, Buffer>): Buffer {
  if (controls.size === 0) return Buffer.alloc(0)
  const each = [...controls].map(([oid, value]) => element(0x30, octets(oid), octets(value)))
  return element(0xa0, ...each)
}

/** A message with a result. RFC 4511 §4.1.9
 *  @param tag of the response, such as 0x65 for SearchResultDone. */
export function resultMessage(messageId: number, tag: number, parts: ResultParts = {}): Buffer {
  const {
    code = 0,
    matchedDn = '',
    text = '',
    referrals = [],
    controls = new Map<string, Buffer>(),
  } = parts
  const body = [integer(code, 0x0a), octets(matchedDn), octets(text)]
  if (referrals.length > 0) body.push(element(0xa3, ...referrals.map((url) => octets(url))))
  if (parts.oid !== undefined) body.push(octets(parts.oid, 0x8a))
  if (parts.value !== undefined) body.push(octets(parts.value, 0x8b))
  return element(0x30, integer(messageId), element(tag, ...body), controlsOf(controls))
}

/** A message with an entry. RFC 4511 §4.5.2 */
export function entryMessage(
  messageId: number,
  dn: string,
  attributes: Readonly<Record<string, readonly Buffer[]>>,
  controls: ReadonlyMap<string, Buffer> = new Map(),
): Buffer {
  return element(0x30, integer(messageId), entryElement(dn, attributes), controlsOf(controls))
}

/** A SearchResultEntry alone. RFC 4511 §4.5.2 */
export function entryElement(
  dn: string,
  attributes: Readonly<Record<string, readonly Buffer[]>>,
): Buffer {
  const list = Object.entries(attributes).map(([type, values]) =>
    element(0x30, octets(type), element(0x31, ...values.map((value) => octets(value)))),
  )
  return element(0x64, octets(dn), element(0x30, ...list))
}

/** A message with a SearchResultReference. RFC 4511 §4.5.2 */
export function referenceMessage(messageId: number, urls: readonly string[]): Buffer {
  return element(0x30, integer(messageId), element(0x73, ...urls.map((url) => octets(url))))
}

/** A message with an IntermediateResponse. RFC 4511 §4.13 */
export function intermediateMessage(messageId: number, oid?: string, value?: Buffer): Buffer {
  const parts: Buffer[] = []
  if (oid !== undefined) parts.push(octets(oid, 0x80))
  if (value !== undefined) parts.push(octets(value, 0x81))
  return element(0x30, integer(messageId), element(0x79, ...parts))
}

/** The notice that the server will close the connection. RFC 4511 §4.4.1 */
export function noticeOfDisconnection(code: number, text: string): Buffer {
  return resultMessage(0, 0x78, { code, text, oid: '1.3.6.1.4.1.1466.20036' })
}
