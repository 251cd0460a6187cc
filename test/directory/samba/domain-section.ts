import { randomBytes } from 'node:crypto'
import { AdminClient } from '../../support/admin-client.ts'
import type { DirectorySection } from '../../support/directory-section.ts'
import type { DirectoryEndpoint } from '../../support/directory-server.ts'
import { exampleDomain } from '../../support/samba.ts'

/** The domain through the eyes of its administrator. */
export function domainAdmin({ ldapsUrl, ca, admin }: DirectoryEndpoint): AdminClient {
  return new AdminClient({ url: ldapsUrl, ca, admin })
}

/** Adds a pair of bases to the domain that nobody else works in, within the bridge's rights. */
export async function addDomainSection(server: DirectoryEndpoint): Promise<DirectorySection> {
  const admin = domainAdmin(server)
  const ou = `t${randomBytes(4).toString('hex')}`
  const people = `OU=${ou},${exampleDomain.people}`
  const groups = `OU=${ou},${exampleDomain.groups}`
  const attributes = { objectClass: 'organizationalUnit' }
  await admin.addAll([people, groups].map((dn) => ({ dn, attributes })))
  return {
    people,
    groups,
    async remove() {
      await admin.removeTree(groups)
      await admin.removeTree(people)
    },
  }
}
