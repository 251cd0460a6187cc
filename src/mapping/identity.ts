import type { DirectoryKind } from '../directory/directory.ts'
import type { AttributeValue, Entry } from '../directory/entry.ts'
import { equals, type Filter } from '../directory/filter.ts'

/** The operational attributes of a kind of directory that say which entry it is and how it stands. */
export interface Identity {
  /** Stable for the life of the entry, over renames and moves; becomes the SCIM `id`. RFC 4530 */
  readonly idAttribute: string
  /** Holds the DN of the entry itself and can be filtered on. RFC 5020 */
  readonly dnAttribute: string
  /** Changes with every change of the entry; becomes `meta.version`. Where a server does not keep it, the version is made
   *  from what was read. */
  readonly versionAttribute: string
  /** Whether every server of the kind keeps it. */
  readonly isVersionKept: boolean
  readonly createdAttribute: string
  readonly modifiedAttribute: string
  /** Where the server has each entry name the groups that it is a member of, found by an index and within the domain complete. */
  readonly backLink?: string
  /** Whether the server puts right whatever names an entry that gets another DN, or goes. */
  readonly keepsReferences: boolean
  /** Whether the server compares numbers as such also where the schema names no ordering rule for them. */
  readonly ordersAllNumbers: boolean
  /** Whether the server takes a rename that deletes the old name where that has to be escaped in a DN. RFC 4514 §2.4 */
  readonly deletesEscapedNames: boolean
  /** Whether the server takes what stands before a NUL in a name for the whole of it. */
  readonly endsNamesAtNul: boolean
  /** The attribute that the server names users and groups by, where it takes no other one. */
  readonly namingAttribute?: string
  /** How a write is held to the entry that was read: by an assertion of its id (RFC 4528), by the id in place of its DN, or not. */
  readonly guard: 'assertion' | 'address' | 'none'
  /** The name of the container for principals of other forests, below the root of the domain. */
  readonly foreignPrincipals?: string
  /** Attributes that the schema demands of entries and that the server fills by itself. */
  readonly givenAttributes: readonly string[]
  /** Attributes that users have for good, although the schema demands none of them. */
  readonly keptAttributes: readonly string[]
  /** Attributes of which no two entries of the domain, or of all domains together, have the same value. */
  readonly uniqueAttributes: readonly string[]
  /** Whether a text can be an id at all; what cannot is not asked of the directory. */
  readonly isId: (text: string) => boolean
  /** The id that a value of `idAttribute` stands for. */
  readonly toId: (value: Buffer) => string
  /** The value of `idAttribute` that an id stands for. */
  readonly toValue: (id: string) => AttributeValue
}

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu

const asText = {
  givenAttributes: [],
  keptAttributes: [],
  uniqueAttributes: [],
  toId: (value: Buffer): string => value.toString('utf8'),
  toValue: (id: string): AttributeValue => id,
}

const timestamps = {
  createdAttribute: 'createTimestamp',
  modifiedAttribute: 'modifyTimestamp',
}

const openldap: Identity = {
  ...asText,
  ...timestamps,
  idAttribute: 'entryUUID',
  dnAttribute: 'entryDN',
  versionAttribute: 'entryCSN',
  isVersionKept: true,
  keepsReferences: false,
  ordersAllNumbers: false,
  deletesEscapedNames: true,
  endsNamesAtNul: false,
  guard: 'assertion',
  isId: (text) => uuidForm.test(text),
}

// Its change numbers cannot be read, and entryusn is there only with the USN plug-in.
const ds389: Identity = {
  ...asText,
  ...timestamps,
  idAttribute: 'nsUniqueId',
  dnAttribute: 'entrydn',
  versionAttribute: 'entryusn',
  isVersionKept: false,
  keepsReferences: false,
  ordersAllNumbers: true,
  // Its plug-in for unique attributes fails over such a name.
  deletesEscapedNames: false,
  endsNamesAtNul: true,
  guard: 'none',
  isId: (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{8}){3}$/iu.test(text),
}

const activeDirectory: Identity = {
  idAttribute: 'objectGUID',
  dnAttribute: 'distinguishedName',
  // Each domain controller counts for itself, so that a version is good on one of them only.
  versionAttribute: 'uSNChanged',
  isVersionKept: true,
  backLink: 'memberOf',
  keepsReferences: true,
  ordersAllNumbers: true,
  deletesEscapedNames: true,
  endsNamesAtNul: true,
  // What rDNAttID of their classes says. MS-ADTS §3.1.1.2.4
  namingAttribute: 'cn',
  guard: 'address',
  createdAttribute: 'whenCreated',
  modifiedAttribute: 'whenChanged',
  foreignPrincipals: 'ForeignSecurityPrincipals',
  givenAttributes: ['instanceType', 'nTSecurityDescriptor', 'objectCategory', 'objectSid'],
  // Those of the Security Accounts Manager. MS-SAMR §3.1.1.8
  keptAttributes: [
    'accountExpires',
    'badPasswordTime',
    'badPwdCount',
    'codePage',
    'countryCode',
    'lastLogoff',
    'lastLogon',
    'lockoutTime',
    'logonCount',
    'primaryGroupID',
    'pwdLastSet',
    'sAMAccountType',
    'userAccountControl',
  ],
  // MS-ADTS §3.1.1.5.1.3, MS-SAMR §3.1.1.8.4
  uniqueAttributes: ['userPrincipalName', 'sAMAccountName'],
  isId: (text) => uuidForm.test(text),
  toId: formatGuid,
  toValue: parseGuid,
}

const identities: Readonly<Partial<Record<DirectoryKind, Identity>>> = {
  openldap,
  activeDirectory,
  '389ds': ds389,
}

/** How entries of a kind of directory are known; nothing when the bridge does not serve that kind. */
export function identityFor(kind: DirectoryKind): Identity | undefined {
  return identities[kind]
}

/** The id of an entry that was read with its id attribute.
 *  @throws {Error} when the attribute is missing: it was not asked for, or may not be read. */
export function idOf(identity: Identity, entry: Entry): string {
  const [value] = entry.bytes(identity.idAttribute)
  if (value === undefined) throw new Error(`an entry came without ${identity.idAttribute}`)
  return identity.toId(value)
}

/** Finds the entry with this id, among those the filter is asked of; nothing when the text can be no id. */
export function idFilter(identity: Identity, id: string): Filter | undefined {
  return identity.isId(id) ? equals(identity.idAttribute, identity.toValue(id)) : undefined
}

/** The usual spelling of a GUID, whose first three groups Active Directory keeps with the lowest byte first. MS-DTYP §2.3.4 */
function formatGuid(bytes: Buffer): string {
  const digits = swapped(bytes).toString('hex')
  const groups = [digits.slice(0, 8), ...(digits.slice(8, 20).match(/.{4}/gu) ?? [])]
  return [...groups, digits.slice(20)].join('-')
}

function parseGuid(text: string): Buffer {
  return swapped(Buffer.from(text.replaceAll('-', ''), 'hex'))
}

function swapped(bytes: Buffer): Buffer {
  const part = (from: number, to: number): Buffer => bytes.subarray(from, to)
  const groups = [part(0, 4), part(4, 6), part(6, 8)].map((group) => Buffer.from(group).reverse())
  return Buffer.concat([...groups, part(8, 16)])
}
