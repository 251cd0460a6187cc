import { BerReader, type BerWriter, type Control } from 'ldapts'
import { content } from './message-decoding.ts'
import { encode, type LdapRequest } from './message-encoding.ts'
import { MalformedMessageError } from './message-error.ts'
import type { LdapResult } from './result.ts'

/** The extended operations by their names, as `supportedExtension` of the rootDSE lists them. */
export const extensionOids = {
  startTransaction: '1.3.6.1.1.21.1',
  endTransaction: '1.3.6.1.1.21.3',
  passwordModify: '1.3.6.1.4.1.4203.1.11.1',
} as const

const tags = { request: 0x77, requestName: 0x80, requestValue: 0x81 } as const
const octetString = 0x04
const sequence = 0x30
const integer = 0x02

/** Starts a transaction; a connection has one at a time. Its answer holds the identifier. RFC 5805 §2.1 */
export function startTransaction(): LdapRequest {
  return extendedRequest(extensionOids.startTransaction)
}

/** The identifier that the start of a transaction answered; OpenLDAP's is empty. RFC 5805 §2.1 */
export function transactionIdentifier({ value }: LdapResult): Buffer {
  return value ?? Buffer.alloc(0)
}

/** Makes all operations of a transaction take effect, or none. RFC 5805 §2.4 */
export function endTransaction(identifier: Buffer, shouldCommit: boolean): LdapRequest {
  const value = encode((writer) => {
    writer.startSequence()
    // To commit is the default, and a default is not written. RFC 4511 §5.1
    if (!shouldCommit) writer.writeBoolean(false)
    writer.writeBuffer(identifier, octetString)
    writer.endSequence()
  })
  return extendedRequest(extensionOids.endTransaction, value)
}

/** The message id of the operation for which a transaction failed to commit, when the server names it. RFC 5805 §2.4
 *  @throws {MalformedMessageError} when the answer is not well-formed. */
export function failedInTransaction({ value }: LdapResult): number | undefined {
  if (value === undefined || value.length === 0) return undefined
  return readValue(value, (reader) =>
    reader.peek() === integer ? (reader.readInt() ?? undefined) : undefined,
  )
}

/** What to change about a password. RFC 3062 §2 */
export interface PasswordChange {
  /** The user, as a DN or as the server takes it. */
  readonly user: string
  /** None lets the server generate one. */
  readonly newPassword?: string
  readonly oldPassword?: string
  readonly controls?: readonly Control[]
}

/** Sets a password in the way of the server, which hashes it and applies its policy. RFC 3062 §2 */
export function passwordModify(change: PasswordChange): LdapRequest {
  const { user, newPassword, oldPassword, controls } = change
  const value = encode((writer) => {
    writer.startSequence()
    writer.writeString(user, 0x80)
    if (oldPassword !== undefined) writer.writeString(oldPassword, 0x81)
    if (newPassword !== undefined) writer.writeString(newPassword, 0x82)
    writer.endSequence()
  })
  return extendedRequest(extensionOids.passwordModify, value, controls)
}

/** The password that the server generated, as bytes, for it need not be text; nothing when we gave one. RFC 3062 §2
 *  @throws {MalformedMessageError} when the answer is not well-formed. */
export function generatedPassword({ value }: LdapResult): Buffer | undefined {
  if (value === undefined || value.length === 0) return undefined
  return readValue(value, (reader) => (reader.peek() === 0x80 ? content(reader, 0x80) : undefined))
}

/** An extended operation. RFC 4511 §4.12
 *  @param value none sends no value, which is not the same as an empty one. */
function extendedRequest(
  oid: string,
  value?: Buffer,
  controls: readonly Control[] = [],
): LdapRequest {
  return {
    protocolOperation: tags.request,
    controls,
    writeMessage(writer: BerWriter): void {
      writer.writeString(oid, tags.requestName)
      if (value !== undefined) writer.writeBuffer(value, tags.requestValue)
    },
  }
}

function readValue<A>(value: Buffer, read: (reader: BerReader) => A): A {
  try {
    return read(new BerReader(content(new BerReader(value), sequence)))
  } catch (cause) {
    throw new MalformedMessageError('an extended response is not well-formed', { cause })
  }
}
