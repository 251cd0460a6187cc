import { requestKinds } from '../../adapter/ldap-proxy.ts'

/** The attributes that the searches among LDAP messages asked for, in lower case. RFC 4511 §4.5.1 */
export function requestedAttributes(messages: readonly Buffer[]): readonly string[] {
  return messages.flatMap((message) => {
    const [, request] = elementsOf(elementsOf(message)[0]?.content ?? Buffer.alloc(0))
    if (request?.tag !== requestKinds.search) return []
    const attributes = elementsOf(request.content).at(-1)
    return elementsOf(attributes?.content ?? Buffer.alloc(0)).map(({ content }) =>
      content.toString().toLowerCase(),
    )
  })
}

interface Element {
  readonly tag: number
  readonly content: Buffer
}

/** The BER elements that follow each other in some bytes. */
function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length;) {
    const { start, length } = lengthAt(bytes, at + 1)
    elements.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

function lengthAt(bytes: Buffer, at: number): { start: number; length: number } {
  const first = bytes[at] ?? 0
  if (first < 0x80) return { start: at + 1, length: first }
  const count = first - 0x80
  return { start: at + 1 + count, length: bytes.readUIntBE(at + 1, count) }
}
