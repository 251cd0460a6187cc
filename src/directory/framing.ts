import { MalformedMessageError } from './message-error.ts'

const sequenceTag = 0x30
const shortestHeader = 2
const longestLength = 4

/** What is read of a message that is longer than allowed: enough for the name of an entry. */
const beginningBytes = 8192

/** Told of a message that is longer than allowed and passes by unread.
 *  @param beginning its first bytes, 8192 or all that it has, header included.
 *  @param messageBytes how long it is. */
export type OnTooLong = (beginning: Buffer, messageBytes: number) => void

/** Cuts what arrives on a connection into whole LDAP messages, each byte being copied at most twice
 *  whatever the sizes of the pieces. RFC 4511 §5.1 */
export class MessageFramer {
  readonly #maxMessageBytes: number
  readonly #onTooLong: OnTooLong | undefined
  #chunks: Buffer[] = []
  #bufferedBytes = 0
  #neededBytes = shortestHeader
  /** How many of the bytes to come belong to a message that passes by. */
  #passingBytes = 0

  /** @param maxMessageBytes a message that says it is longer is never held.
   *  @param onTooLong called by `next` with each of these; without it they are refused. */
  constructor(maxMessageBytes: number, onTooLong?: OnTooLong) {
    this.#maxMessageBytes = maxMessageBytes
    this.#onTooLong = onTooLong
  }

  /** The bytes that have arrived and belong to no message that was taken. */
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  /** Takes bytes as they come from the socket; they are kept, not copied. */
  push(chunk: Buffer): void {
    const passing = Math.min(this.#passingBytes, chunk.length)
    this.#passingBytes -= passing
    if (passing === chunk.length) return
    this.#chunks.push(chunk.subarray(passing))
    this.#bufferedBytes += chunk.length - passing
  }

  /** The next whole message that is not too long, header included; nothing until the rest of it has arrived.
   *  @throws {MalformedMessageError} when the bytes cannot be an LDAP message, or it is too long and nobody is told of it. */
  next(): Buffer | undefined {
    while (this.#bufferedBytes >= this.#neededBytes) {
      const bytes = this.#joined()
      const { headerBytes, contentBytes } = readHeader(bytes)
      if (contentBytes === undefined) return this.#waitFor(headerBytes)
      const messageBytes = headerBytes + contentBytes
      const isTooLong = messageBytes > this.#maxMessageBytes
      const wanted = isTooLong ? this.#beginningOf(messageBytes) : messageBytes
      if (bytes.length < wanted) return this.#waitFor(wanted)
      this.#take(bytes, messageBytes)
      if (!isTooLong) return bytes.subarray(0, messageBytes)
      this.#onTooLong?.(bytes.subarray(0, wanted), messageBytes)
    }
    return undefined
  }

  #beginningOf(messageBytes: number): number {
    if (this.#onTooLong === undefined) {
      throw new MalformedMessageError(`a message of ${messageBytes} bytes is longer than allowed`)
    }
    return Math.min(messageBytes, beginningBytes)
  }

  /** Has the rest of a message pass by that has not arrived yet. */
  #take(bytes: Buffer, messageBytes: number): void {
    const taken = Math.min(bytes.length, messageBytes)
    this.#chunks = bytes.length === taken ? [] : [bytes.subarray(taken)]
    this.#bufferedBytes -= taken
    this.#passingBytes = messageBytes - taken
    this.#neededBytes = shortestHeader
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
