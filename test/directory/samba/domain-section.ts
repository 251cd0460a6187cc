import { randomBytes } from 'node:crypto'
import { AdminClient } from '../../support/admin-client.ts'
import type { DirectorySection } from '../../support/directory-section.ts'
import type { DirectoryEndpoint } from '../../support/directory-server.ts'
import { exampleDomain } from '../../support/samba.ts'

/** The domain through the eyes of its administrator. */
export function domainAdmin({ ldapsUrl, ca, admin }: DirectoryEndpoint): AdminClient {
  return new AdminClient({ url: ldapsUrl, ca, admin })
}

/** A section of the domain, with a place for those who have left. */
export interface DomainSection extends DirectorySection {
  readonly former: string
}

/** Adds bases to the domain that nobody else works in, within the bridge's rights. */
export async function addDomainSection(server: DirectoryEndpoint): Promise<DomainSection> {
  const admin = domainAdmin(server)
  const ou = `t${randomBytes(4).toString('hex')}`
  const people = `OU=${ou},${exampleDomain.people}`
  const groups = `OU=${ou},${exampleDomain.groups}`
  const former = `OU=${ou},${exampleDomain.former}`
  const attributes = { objectClass: 'organizationalUnit' }
  await admin.addAll([people, groups, former].map((dn) => ({ dn, attributes })))
  return {
    people,
    groups,
    former,
    async remove() {
      await admin.removeTree(groups)
      await admin.removeTree(people)
      await admin.removeTree(former)
    },
  }
}
