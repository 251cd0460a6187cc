import type { DirectoryKind } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { equals, type Filter } from '../directory/filter.ts'

/** The operational attributes of a kind of directory that say which entry it is and how it stands. */
export interface Identity {
  /** Stable for the life of the entry, over renames and moves; becomes the SCIM `id`. RFC 4530 */
  readonly idAttribute: string
  /** Holds the DN of the entry itself and can be filtered on. RFC 5020 */
  readonly dnAttribute: string
  /** Changes with every change of the entry; becomes `meta.version`. */
  readonly versionAttribute: string
  readonly createdAttribute: string
  readonly modifiedAttribute: string
  /** Whether a text can be an id at all; what cannot is not asked of the directory. */
  readonly isId: (text: string) => boolean
}

const openldap: Identity = {
  idAttribute: 'entryUUID',
  dnAttribute: 'entryDN',
  versionAttribute: 'entryCSN',
  createdAttribute: 'createTimestamp',
  modifiedAttribute: 'modifyTimestamp',
  isId: (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(text),
}

const identities: Readonly<Partial<Record<DirectoryKind, Identity>>> = { openldap }

/** How entries of a kind of directory are known; nothing when the bridge does not serve that kind. */
export function identityFor(kind: DirectoryKind): Identity | undefined {
  return identities[kind]
}

/** The id of an entry that was read with its id attribute.
 *  @throws {Error} when the attribute is missing: it was not asked for, or may not be read. */
export function idOf(identity: Identity, entry: Entry): string {
  const id = entry.text(identity.idAttribute)
  if (id === undefined) throw new Error(`an entry came without ${identity.idAttribute}`)
  return id
}

/** Finds the entry with this id, among those the filter is asked of; nothing when the text can be no id. */
export function idFilter(identity: Identity, id: string): Filter | undefined {
  return identity.isId(id) ? equals(identity.idAttribute, id) : undefined
}
