import type { Entry } from '../directory/entry.ts'
import { and, equals, type Filter, not, present } from '../directory/filter.ts'
import type { LdapOperation, Modification } from '../directory/operation.ts'
import type { EntryMapping } from './entry-mapping.ts'
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

/** A guard that lets a write happen only where these hold, too; as it is where the directory checks no assertions. */
export function guardedBy(guard: Guard, conditions: readonly Filter[]): Guard {
  if (guard.assertion === undefined || conditions.length === 0) return guard
  return { ...guard, assertion: and([guard.assertion, ...conditions]) }
}

/** That nobody has given an entry a value meanwhile where it had none: a value that is added deletes none, and so would stand
 *  beside what others have added. */
export function vacancies(
  entries: EntryMapping,
  entry: Entry,
  modifications: readonly Modification[],
): Filter[] {
  return modifications
    .filter(({ operation, attribute }) => operation === 'add' && !entry.has(attribute))
    .filter(({ attribute }) => entries.isDecidedByRead(attribute))
    .map(({ attribute }) => not(present(attribute)))
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
