import { BerWriter, type Control, InvalidAsn1Error } from 'ldapts'
import { DirectoryError } from './error.ts'
import { declaredLength } from './framing.ts'

/** A request as the connection sends it; the request classes of ldapts are such. Their own message id is not used. */
export interface LdapRequest {
  /** The BER tag of the request. RFC 4511 §4.2 to §4.12 */
  readonly protocolOperation: number
  readonly controls?: readonly Control[]
  /** Writes what stands inside the tag; called more than once for a long request. */
  writeMessage(writer: BerWriter): void
}

const controlsTag = 0xa0
const [searchTag, compareTag] = [0x63, 0x6e]

/** What every server takes. The bridge asks for many values in portions, so that more is one value which no server has. */
const longestQuestionBytes = 1_048_576

// A sequence of up to 65535 bytes has a header of the size that BerWriter keeps free for it.
const safelyGrownBytes = 0xffff
const spareBytes = 1024

/** The whole LDAP message. RFC 4511 §4.1.1
 *  @throws {DirectoryError} invalidValue when it would be longer than 16 MB; tooLarge when a search or a comparison would be longer
 *    than 1 MiB, over which a server might end the connection. */
export function encodeMessage(messageId: number, request: LdapRequest): Buffer {
  const bytes = encode((writer) => {
    writer.startSequence()
    writer.writeInt(messageId)
    writer.startSequence(request.protocolOperation)
    request.writeMessage(writer)
    writer.endSequence()
    writeControls(writer, request.controls ?? [])
    writer.endSequence()
  })
  // A length that is not that of the bytes would make the server read the next request as part of this one.
  if (declaredLength(bytes) !== bytes.length) {
    throw new Error('a request was encoded with a wrong length and is not sent')
  }
  const isQuestion = [searchTag, compareTag].includes(request.protocolOperation)
  if (isQuestion && bytes.length > longestQuestionBytes) {
    throw new DirectoryError('tooLarge', 'what is asked of the directory is longer than 1 MiB')
  }
  return bytes
}

/** What is written, as bytes.
 *  @param write called again for more than 64 KiB, so it writes the same each time.
 *  @throws {DirectoryError} invalidValue when a part of it would be longer than 16 MB. */
export function encode(write: (writer: BerWriter) => void): Buffer {
  try {
    const bytes = written(new BerWriter(), write)
    if (bytes.length <= safelyGrownBytes) return bytes
    // BerWriter of ldapts 9.2 loses the last byte of a long sequence that ends just where its buffer ends.
    // One that need not grow has room behind every sequence.
    return written(new BerWriter({ size: bytes.length + spareBytes }), write)
  } catch (cause) {
    if (!(cause instanceof InvalidAsn1Error)) throw cause
    throw new DirectoryError('invalidValue', 'the request is too long for LDAP', { cause })
  }
}

function written(writer: BerWriter, write: (writer: BerWriter) => void): Buffer {
  write(writer)
  return writer.buffer
}

function writeControls(writer: BerWriter, controls: readonly Control[]): void {
  if (controls.length === 0) return
  writer.startSequence(controlsTag)
  for (const control of controls) control.write(writer)
  writer.endSequence()
}
