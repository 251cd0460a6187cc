import type { Entry } from '../directory/entry.ts'
import { and, equals, type Filter } from '../directory/filter.ts'
import type { LdapOperation } from '../directory/operation.ts'
import { type Identity, idOf } from './identity.ts'

/** What holds a write to an entry. */
export interface Guard {
  readonly assertion?: Filter
  readonly address?: string
}

/** What holds an operation to the entry that was read, as far as the directory offers something.
 *  @param kind what is done to the entry.
 *  @param version what the entry must not have changed since; checked by assertions alone. */
export function guardFor(
  identity: Identity,
  entry: Entry,
  kind: LdapOperation['kind'],
  version?: string,
): Guard {
  switch (identity.guard) {
    case 'assertion':
      return { assertion: assertionFor(identity, entry, version) }
    case 'address':
      // Samba finds no entry to be renamed by its GUID.
      return kind === 'modifyDn' ? {} : { address: `<GUID=${idOf(identity, entry)}>` }
    case 'none':
      return {}
  }
}

/** That the entry at a DN is the one that was read, and where a version is given, unchanged since: a DN that meanwhile
 *  names another entry makes the write fail instead of hitting it. RFC 4528 */
function assertionFor(
  { idAttribute, versionAttribute }: Identity,
  entry: Entry,
  version: string | undefined,
): Filter {
  const isSame = equals(idAttribute, entry.text(idAttribute) ?? '')
  return version === undefined ? isSame : and([isSame, equals(versionAttribute, version)])
}
