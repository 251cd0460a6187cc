import type { Entry } from '../directory/entry.ts'
import { and, equals, type Filter, not, or } from '../directory/filter.ts'
import type { Identity } from './identity.ts'

/** That the entry at a DN is the one that was read, and where a version is given, unchanged since: a DN that meanwhile
 *  names another entry makes the write fail instead of hitting it. RFC 4528
 *
 *  It says nothing of entries elsewhere, for OpenLDAP's overlays hand the control on to what they do themselves: memberof to the
 *  modifies of the members, which would fail without a word, so that nobody's memberOf would follow the group, and unique to a
 *  search of its base, so that every rename would be refused (slapd 2.5.13).
 *  @param dn where the write finds the entry, when it was renamed before. */
export function assertionFor(
  { dnAttribute, idAttribute, versionAttribute }: Identity,
  entry: Entry,
  version: string | undefined,
  dn: string = entry.dn,
): Filter {
  const isSame = equals(idAttribute, entry.text(idAttribute) ?? '')
  const holds = version === undefined ? isSame : and([isSame, equals(versionAttribute, version)])
  return or([not(equals(dnAttribute, dn)), holds])
}
