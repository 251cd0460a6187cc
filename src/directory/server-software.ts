import type { DirectoryKind } from './directory.ts'
import type { Entry } from './entry.ts'

/** The software of a server, as far as the texts of its answers have to be told apart: `activeDirectory` is Microsoft's own, which
 *  the bridge serves as it does Samba's, and `other` is what the bridge does not know. */
export type ServerSoftware = DirectoryKind | 'samba'

/** The software of a server of that kind. Samba says that it is an Active Directory, and who made it. */
export function softwareOf(kind: DirectoryKind, rootDse: Entry): ServerSoftware {
  const isSamba = rootDse.text('vendorName')?.startsWith('Samba ') === true
  return kind === 'activeDirectory' && isSamba ? 'samba' : kind
}
