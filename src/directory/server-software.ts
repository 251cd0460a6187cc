import type { DirectoryKind } from './directory.ts'
import type { Entry } from './entry.ts'

/** The software of a server, as far as the texts of its answers have to be told apart: `activeDirectory` is Microsoft's own, which
 *  the bridge serves as it does Samba's, and `other` is what the bridge does not know. */
export type ServerSoftware = DirectoryKind | 'samba'

const activeDirectoryOid = '1.2.840.113556.1.4.800'

/** The kind of a server, as its rootDSE tells it. OpenLDAP names no vendor by default; its rootDSE has a class of its own. Samba says that
 *  it is an Active Directory. */
export function kindOf(rootDse: Entry): DirectoryKind {
  const classes = [...rootDse.texts('objectClass'), ...rootDse.texts('structuralObjectClass')]
  if (classes.some((name) => name.toLowerCase() === 'openldaprootdse')) return 'openldap'
  if (rootDse.texts('supportedCapabilities').includes(activeDirectoryOid)) return 'activeDirectory'
  return rootDse.text('vendorName') === '389 Project' ? '389ds' : 'other'
}

/** The software of a server of that kind. Samba says that it is an Active Directory, and who made it. */
export function softwareOf(kind: DirectoryKind, rootDse: Entry): ServerSoftware {
  const isSamba = rootDse.text('vendorName')?.startsWith('Samba ') === true
  return kind === 'activeDirectory' && isSamba ? 'samba' : kind
}
