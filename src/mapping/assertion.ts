import type { Entry } from '../directory/entry.ts'
import { and, equals, type Filter } from '../directory/filter.ts'
import type { Identity } from './identity.ts'

/** That the entry at a DN is the one that was read, and where a version is given, unchanged since: a DN that meanwhile
 *  names another entry makes the write fail instead of hitting it. RFC 4528 */
export function assertionFor(
  { idAttribute, versionAttribute }: Identity,
  entry: Entry,
  version: string | undefined,
): Filter {
  const isSame = equals(idAttribute, entry.text(idAttribute) ?? '')
  return version === undefined ? isSame : and([isSame, equals(versionAttribute, version)])
}
