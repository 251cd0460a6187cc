import { Ber, BerReader } from 'ldapts'
import { Entry } from './entry.ts'
import { MalformedMessageError } from './message-error.ts'
import type { LdapResult } from './result.ts'

/** An entry that a search found, with the response controls that came with it. RFC 4511 §4.5.2 */
export interface FoundEntry {
  readonly entry: Entry
  /** The value of each response control by its OID. */
  readonly controls: ReadonlyMap<string, Buffer>
}

/** A message of the server. RFC 4511 §4.1.1 */
export type LdapMessage =
  | { readonly kind: 'entry'; readonly messageId: number; readonly found: FoundEntry }
  | { readonly kind: 'reference'; readonly messageId: number; readonly urls: readonly string[] }
  | {
      readonly kind: 'intermediate'
      readonly messageId: number
      readonly oid: string | undefined
      readonly value: Buffer | undefined
    }
  | {
      readonly kind: 'result'
      readonly messageId: number
      /** The BER tag of the response, which says what kind of request it answers. */
      readonly protocolOperation: number
      readonly result: LdapResult
    }

const sequence = 0x30
const set = 0x31
const controlsTag = 0xa0
const referralTag = 0xa3
const tags = { entry: 0x64, reference: 0x73, intermediate: 0x79 } as const
const resultTags: ReadonlySet<number> = new Set([0x61, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x78])
const extendedResponse = { oid: 0x8a, value: 0x8b } as const
const intermediateResponse = { oid: 0x80, value: 0x81 } as const

/** Reads a whole message. Every length is checked against what surrounds it.
 *  @throws {MalformedMessageError} when it is not a response of RFC 4511. */
export function decodeMessage(bytes: Buffer): LdapMessage {
  try {
    return toMessage(bytes)
  } catch (cause) {
    if (cause instanceof MalformedMessageError) throw cause
    throw new MalformedMessageError('a message is not well-formed', { cause })
  }
}

/** What the first bytes of a message tell. */
export type MessageBeginning =
  | {
      readonly kind: 'entry'
      readonly messageId: number
      /** None where it is empty, or does not lie whole in these bytes. */
      readonly dn: string | undefined
    }
  | { readonly kind: 'other'; readonly messageId: number }
  | {
      readonly kind: 'result'
      readonly messageId: number
      /** The BER tag of the response, which says what kind of request it answers. */
      readonly protocolOperation: number
      /** How the operation ended, and nothing else that the message says of it. */
      readonly result: LdapResult
    }

/** Reads what can be told of a message of which the end is missing.
 *  @throws {MalformedMessageError} when it is not the beginning of a response of RFC 4511. */
export function decodeBeginning(bytes: Buffer): MessageBeginning {
  try {
    return toBeginning(bytes)
  } catch (cause) {
    if (cause instanceof MalformedMessageError) throw cause
    throw new MalformedMessageError('a message does not begin well-formed', { cause })
  }
}

/** The entry of a value that holds a SearchResultEntry, as the read entry controls do. RFC 4527 §3
 *  @throws {MalformedMessageError} when it holds something else. */
export function decodeEntry(value: Buffer): Entry {
  try {
    return toEntry(content(new BerReader(value), tags.entry))
  } catch (cause) {
    throw new MalformedMessageError('an entry in a control is not well-formed', { cause })
  }
}

/** What stands inside the next element, which must have the tag and lie whole in what is read.
 *  @throws {MalformedMessageError} when it does not. */
export function content(reader: BerReader, tag: number): Buffer {
  const bytes = reader.readString(tag, true)
  // A length of 2 GiB and more is negative to BerReader, which then would go backwards.
  if (bytes === null || reader.length < 0) {
    throw new MalformedMessageError('an element is longer than what surrounds it')
  }
  return bytes
}

function toMessage(bytes: Buffer): LdapMessage {
  const reader = new BerReader(content(new BerReader(bytes), sequence))
  const messageId = integer(reader, Ber.Integer)
  const tag = reader.peek() ?? 0
  const body = content(reader, tag)
  switch (tag) {
    case tags.entry:
      return {
        kind: 'entry',
        messageId,
        found: { entry: toEntry(body), controls: toControls(reader) },
      }
    case tags.reference:
      return { kind: 'reference', messageId, urls: texts(body) }
    case tags.intermediate:
      return {
        kind: 'intermediate',
        messageId,
        ...named(new BerReader(body), intermediateResponse),
      }
    default:
      if (!resultTags.has(tag)) throw new MalformedMessageError('a message is no response')
      return {
        kind: 'result',
        messageId,
        protocolOperation: tag,
        result: toResult(messageId, body, toControls(reader)),
      }
  }
}

function toBeginning(bytes: Buffer): MessageBeginning {
  const reader = new BerReader(bytes)
  reader.readSequence(sequence)
  const messageId = integer(reader, Ber.Integer)
  const tag = reader.readSequence() ?? 0
  if (tag === tags.entry) {
    const name = reader.readString(Ber.OctetString, true)
    const isThere = name !== null && name.length > 0
    return { kind: 'entry', messageId, dn: isThere ? name.toString('utf8') : undefined }
  }
  if (tag === tags.reference || tag === tags.intermediate) return { kind: 'other', messageId }
  if (!resultTags.has(tag)) throw new MalformedMessageError('a message is no response')
  const code = integer(reader, Ber.Enumeration)
  const result = { messageId, code, matchedDn: '', diagnosticMessage: '', referrals: [] }
  const nothing = { controls: new Map(), oid: undefined, value: undefined }
  return { kind: 'result', messageId, protocolOperation: tag, result: { ...result, ...nothing } }
}

function toResult(
  messageId: number,
  body: Buffer,
  controls: ReadonlyMap<string, Buffer>,
): LdapResult {
  const reader = new BerReader(body)
  const code = integer(reader, Ber.Enumeration)
  const matchedDn = text(reader)
  const diagnosticMessage = text(reader)
  const referrals = reader.peek() === referralTag ? texts(content(reader, referralTag)) : []
  return {
    messageId,
    code,
    matchedDn,
    diagnosticMessage,
    referrals,
    controls,
    ...named(reader, extendedResponse),
  }
}

/** The optional name and value; elements with other tags are skipped. RFC 4511 §4 */
function named(
  reader: BerReader,
  wanted: { readonly oid: number; readonly value: number },
): { readonly oid: string | undefined; readonly value: Buffer | undefined } {
  let oid: string | undefined
  let value: Buffer | undefined
  while (reader.remain > 0) {
    const tag = reader.peek() ?? 0
    const bytes = content(reader, tag)
    if (tag === wanted.oid) oid = bytes.toString('utf8')
    if (tag === wanted.value) value = bytes
  }
  return { oid, value }
}

function toEntry(body: Buffer): Entry {
  const reader = new BerReader(body)
  const dn = text(reader)
  const attributes: (readonly [string, readonly Buffer[]])[] = []
  for (const attribute of elements(content(reader, sequence), sequence)) {
    const parts = new BerReader(attribute)
    const name = text(parts)
    attributes.push([name, elements(content(parts, set), Ber.OctetString)])
  }
  return new Entry(dn, attributes)
}

/** The controls behind a response; a control that was not asked for is kept all the same. RFC 4511 §4.1.11 */
function toControls(reader: BerReader): ReadonlyMap<string, Buffer> {
  const controls = new Map<string, Buffer>()
  if (reader.peek() !== controlsTag) return controls
  for (const control of elements(content(reader, controlsTag), sequence)) {
    const parts = new BerReader(control)
    const oid = text(parts)
    if (parts.peek() === Ber.Boolean) parts.readBoolean()
    controls.set(oid, parts.remain > 0 ? content(parts, Ber.OctetString) : Buffer.alloc(0))
  }
  return controls
}

function elements(body: Buffer, tag: number): Buffer[] {
  const reader = new BerReader(body)
  const found: Buffer[] = []
  while (reader.remain > 0) found.push(content(reader, tag))
  return found
}

function texts(body: Buffer): readonly string[] {
  return elements(body, Ber.OctetString).map((bytes) => bytes.toString('utf8'))
}

function text(reader: BerReader): string {
  return content(reader, Ber.OctetString).toString('utf8')
}

function integer(reader: BerReader, tag: number): number {
  const bytes = content(reader, tag)
  const isShort = bytes.length >= 1 && bytes.length <= 4
  const value = isShort ? bytes.readIntBE(0, bytes.length) : -1
  if (value < 0) throw new MalformedMessageError('a number is out of its range')
  return value
}
