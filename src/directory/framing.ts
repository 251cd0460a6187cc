import { MalformedMessageError } from './message-error.ts'

const sequenceTag = 0x30
const shortestHeader = 2
const longestLength = 4

/** Cuts what arrives on a connection into whole LDAP messages, each byte being copied at most twice
 *  whatever the sizes of the pieces. RFC 4511 §5.1 */
export class MessageFramer {
  readonly #maxMessageBytes: number
  #chunks: Buffer[] = []
  #bufferedBytes = 0
  #neededBytes = shortestHeader

  /** @param maxMessageBytes a message that says it is longer is refused before it is read. */
  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes
  }

  /** The bytes that have arrived and belong to no message that was taken. */
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  /** Takes bytes as they come from the socket; they are kept, not copied. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bufferedBytes += chunk.length
  }

  /** The next whole message, header included; nothing until the rest of it has arrived.
   *  @throws {MalformedMessageError} when the bytes cannot be an LDAP message or it is too long. */
  next(): Buffer | undefined {
    if (this.#bufferedBytes < this.#neededBytes) return undefined
    const bytes = this.#joined()
    const { headerBytes, contentBytes } = readHeader(bytes)
    if (contentBytes === undefined) return this.#waitFor(headerBytes)
    const messageBytes = headerBytes + contentBytes
    if (messageBytes > this.#maxMessageBytes) {
      throw new MalformedMessageError(`a message of ${messageBytes} bytes is longer than allowed`)
    }
    if (bytes.length < messageBytes) return this.#waitFor(messageBytes)
    this.#chunks = bytes.length === messageBytes ? [] : [bytes.subarray(messageBytes)]
    this.#bufferedBytes -= messageBytes
    this.#neededBytes = shortestHeader
    return bytes.subarray(0, messageBytes)
  }

  #waitFor(bytes: number): undefined {
    this.#neededBytes = bytes
    return undefined
  }

  #joined(): Buffer {
    const [first] = this.#chunks
    if (first !== undefined && this.#chunks.length === 1) return first
    const bytes = Buffer.concat(this.#chunks, this.#bufferedBytes)
    this.#chunks = [bytes]
    return bytes
  }
}

/** How many bytes the message at the start says it has, header included; nothing while its header is not whole.
 *  @throws {MalformedMessageError} when the bytes cannot be the start of an LDAP message. */
export function declaredLength(bytes: Buffer): number | undefined {
  const { headerBytes, contentBytes } = readHeader(bytes)
  return contentBytes === undefined ? undefined : headerBytes + contentBytes
}

interface Header {
  readonly headerBytes: number
  /** None while the header itself is not whole. */
  readonly contentBytes: number | undefined
}

function readHeader(bytes: Buffer): Header {
  if (bytes.length < shortestHeader) {
    return { headerBytes: shortestHeader, contentBytes: undefined }
  }
  if (bytes[0] !== sequenceTag) throw new MalformedMessageError('a message is not a sequence')
  const length = bytes.readUInt8(1)
  if (length < 0x80) return { headerBytes: shortestHeader, contentBytes: length }
  const lengthBytes = length - 0x80
  // Only the definite form is allowed, and longer lengths could not be held anyway. RFC 4511 §5.1
  if (lengthBytes === 0 || lengthBytes > longestLength) {
    throw new MalformedMessageError('a message has a length that LDAP does not allow')
  }
  const headerBytes = shortestHeader + lengthBytes
  if (bytes.length < headerBytes) return { headerBytes, contentBytes: undefined }
  return { headerBytes, contentBytes: bytes.readUIntBE(shortestHeader, lengthBytes) }
}
