import { BerReader, type BerWriter, Control, type Filter } from 'ldapts'
import type { Entry } from './entry.ts'
import { content, decodeEntry } from './message-decoding.ts'
import { encode } from './message-encoding.ts'
import { MalformedMessageError } from './message-error.ts'
import type { LdapResult } from './result.ts'

/** The controls by their names, as `supportedControl` of the rootDSE lists them. */
export const controlOids = {
  preRead: '1.3.6.1.1.13.1',
  postRead: '1.3.6.1.1.13.2',
  assertion: '1.3.6.1.1.12',
  transactionSpecification: '1.3.6.1.1.21.2',
  pagedResults: '1.2.840.113556.1.4.319',
} as const

/** A control whose value is known when it is made. It keeps nothing of the answer, which is in the result of
 *  its operation. */
class RequestControl extends Control {
  readonly #value: Buffer | undefined

  constructor(oid: string, value?: Buffer) {
    // Whoever sends a control relies on it, so a server without it must refuse the operation.
    super(oid, { critical: true })
    this.#value = value
  }

  protected override writeControl(writer: BerWriter): void {
    if (this.#value !== undefined) writer.writeBuffer(this.#value, octetString)
  }
}

const octetString = 0x04
const sequence = 0x30

/** Asks for the entry as it was before the write. RFC 4527 §3.1
 *  @param attributes OpenLDAP answers undefinedAttributeType when it does not know one. Not within a transaction. */
export function preRead(attributes: readonly string[]): Control {
  return new RequestControl(controlOids.preRead, attributeSelection(attributes))
}

/** Asks for the entry as it is after the write. RFC 4527 §3.2
 *  @param attributes OpenLDAP answers undefinedAttributeType when it does not know one. Not within a transaction. */
export function postRead(attributes: readonly string[]): Control {
  return new RequestControl(controlOids.postRead, attributeSelection(attributes))
}

/** The entry that a pre-read answered; nothing when the server gave none. RFC 4527 §3.1 */
export function preReadEntry({ controls }: Pick<LdapResult, 'controls'>): Entry | undefined {
  const value = controls.get(controlOids.preRead)
  return value === undefined ? undefined : decodeEntry(value)
}

/** The entry that a post-read answered; nothing when the server gave none. RFC 4527 §3.2 */
export function postReadEntry({ controls }: Pick<LdapResult, 'controls'>): Entry | undefined {
  const value = controls.get(controlOids.postRead)
  return value === undefined ? undefined : decodeEntry(value)
}

/** Lets the operation happen only when the filter holds of its entry; otherwise assertionFailed. RFC 4528 §3 */
export function assertion(filter: Filter): Control {
  return new RequestControl(
    controlOids.assertion,
    encode((writer) => filter.write(writer)),
  )
}

/** Makes the operation a part of a transaction. RFC 5805 §2.2
 *  @param identifier as the start of the transaction answered it; it may be empty. */
export function transactionSpecification(identifier: Buffer): Control {
  return new RequestControl(controlOids.transactionSpecification, identifier)
}

/** Asks for one page of a search. OpenLDAP walks one search at a time on a connection. RFC 2696 §2
 *  @param cookie what the page before answered; none for the first page. */
export function pagedResults(pageSize: number, cookie: Buffer = Buffer.alloc(0)): Control {
  const value = encode((writer) => {
    writer.startSequence()
    writer.writeInt(pageSize)
    writer.writeBuffer(cookie, octetString)
    writer.endSequence()
  })
  return new RequestControl(controlOids.pagedResults, value)
}

/** The cookie to ask for the next page with; nothing behind the last page. RFC 2696 §3
 *  @throws {MalformedMessageError} when the control is not well-formed. */
export function nextPageCookie({ controls }: Pick<LdapResult, 'controls'>): Buffer | undefined {
  const value = controls.get(controlOids.pagedResults)
  if (value === undefined) return undefined
  try {
    const reader = new BerReader(content(new BerReader(value), sequence))
    reader.readInt()
    const cookie = content(reader, octetString)
    return cookie.length === 0 ? undefined : cookie
  } catch (cause) {
    throw new MalformedMessageError('a paged results control is not well-formed', { cause })
  }
}

function attributeSelection(attributes: readonly string[]): Buffer {
  return encode((writer) => {
    writer.startSequence()
    for (const attribute of attributes) writer.writeString(attribute)
    writer.endSequence()
  })
}
