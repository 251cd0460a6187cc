import {
  dnAfter,
  type LdapOperation,
  type ModifyDnOperation,
  type Modification,
} from '../directory/operation.ts'
import type { Entry } from '../directory/entry.ts'
import { guardFor } from './assertion.ts'
import type { Identity } from './identity.ts'

/** What is done to an entry, in this order. */
export interface EntrySteps {
  readonly newRdn?: string | undefined
  /** The modifications of one modify after the other. */
  readonly modifies: readonly (readonly Modification[])[]
}

/** The operations that change an entry: the rename first, so that what follows names the entry as it is then. Each is held to
 *  the entry that was read, and the first to its version, too, where one is given: the version that the others would
 *  find is one that they make themselves.
 *  @returns with the DN of the entry after them. */
export function entryOperations(
  identity: Identity,
  entry: Entry,
  { newRdn, modifies }: EntrySteps,
  version: string | undefined,
): { readonly dn: string; readonly operations: LdapOperation[] } {
  const rename = newRdn === undefined ? undefined : renameTo(entry, newRdn)
  const dn = (rename && dnAfter(rename)) ?? entry.dn
  const operations: LdapOperation[] = [
    ...(rename === undefined ? [] : [rename]),
    ...modifies
      .filter((modifications) => modifications.length > 0)
      .map((modifications) => ({ kind: 'modify', dn, modifications }) as const),
  ].map((operation, index) => ({
    ...operation,
    ...guardFor(identity, entry, operation.kind, index === 0 ? version : undefined),
  }))
  return { dn, operations }
}

function renameTo({ dn }: Entry, newRdn: string): ModifyDnOperation {
  return { kind: 'modifyDn', dn, newRdn, deleteOldRdn: true }
}
