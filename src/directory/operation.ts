import { formatDn, parentDn, parseDn } from './dn.ts'
import type { Attribute, AttributeValue, Entry } from './entry.ts'
import type { Filter } from './filter.ts'

/** One change of one attribute within a modify. `delete` and `replace` without values remove the attribute. RFC 4511 §4.6 */
export interface Modification {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly attribute: string
  readonly values: readonly AttributeValue[]
}

/** Creates an entry. RFC 4511 §4.7 */
export interface AddOperation {
  readonly kind: 'add'
  readonly dn: string
  readonly attributes: readonly Attribute[]
}

/** Changes attributes of an entry, all or none. RFC 4511 §4.6 */
export interface ModifyOperation {
  readonly kind: 'modify'
  readonly dn: string
  readonly modifications: readonly Modification[]
  /** What must hold of the entry for the change to be made (RFC 4528); left out where the server cannot check it. */
  readonly assertion?: Filter
  /** What the server is told in place of the DN, where it knows entries by something that never changes: `<GUID=…>`. */
  readonly address?: string
}

/** Renames an entry, or moves it below another parent. RFC 4511 §4.9 */
export interface ModifyDnOperation {
  readonly kind: 'modifyDn'
  readonly dn: string
  readonly newRdn: string
  readonly deleteOldRdn: boolean
  readonly newSuperior?: string
  readonly assertion?: Filter
}

/** Removes an entry. RFC 4511 §4.8 */
export interface DeleteOperation {
  readonly kind: 'delete'
  readonly dn: string
  readonly assertion?: Filter
  readonly address?: string
}

/** Sets a password so that the server hashes it and applies its policy. RFC 3062 */
export interface PasswordModifyOperation {
  readonly kind: 'passwordModify'
  readonly dn: string
  readonly newPassword: string
}

/** A write as data: what preview prints, the executor sends, the journal stores and undo inverts. */
export type LdapOperation =
  AddOperation | ModifyOperation | ModifyDnOperation | DeleteOperation | PasswordModifyOperation

/** The operations of one request, in their order: they take effect together or not at all, as far as the
 *  server allows, and otherwise those that were made are taken back in reverse. */
export interface Plan {
  readonly operations: readonly LdapOperation[]
  /** The attributes of the entry, as it stands after the last operation, that the answer is made from. None: no entry is read. */
  readonly read: readonly string[]
  /** The entry with all that is ever read of it, an empty one where it is created: a plan that makes it longer than can be read is
   *  refused. None where that is not known. */
  readonly before?: Entry
}

/** The DN of the entry that an operation leaves behind; none for a delete.
 *  @throws {InvalidDnError} */
export function dnAfter(operation: LdapOperation): string | undefined {
  if (operation.kind === 'delete') return undefined
  if (operation.kind !== 'modifyDn') return operation.dn
  const superior = operation.newSuperior ?? parentDn(operation.dn)
  return formatDn([...parseDn(operation.newRdn), ...parseDn(superior)])
}

/** What an operation does to attributes, but those in the name of the entry; an add adds to nothing. */
export function modificationsIn(operation: LdapOperation): readonly Modification[] {
  if (operation.kind === 'modify') return operation.modifications
  if (operation.kind !== 'add') return []
  return operation.attributes.map(({ type, values }) => ({
    operation: 'add',
    attribute: type,
    values,
  }))
}

/** Whether the server keeps an attribute hashed or not at all, so that what was written can never be read. */
export function isPasswordAttribute(name: string): boolean {
  return ['userpassword', 'unicodepwd'].includes(name.toLowerCase())
}
