import { randomBytes } from 'node:crypto'
import { AdminClient } from './admin-client.ts'
import type { DirectoryEndpoint } from './directory-server.ts'
import { exampleTree } from './openldap-server.ts'

/** A pair of bases that nobody else works in, within the bridge's rights. */
export interface DirectorySection {
  /** `ou=<random>,ou=people,…` */
  readonly people: string
  /** `ou=<random>,ou=groups,…` */
  readonly groups: string
  /** Removes both with all they hold: the server allows a uid only once below ou=people, so that no two sections may
   *  have the same people at the same time. */
  remove(): Promise<void>
}

/** Adds a section to the directory. */
export async function addSection(
  server: DirectoryEndpoint,
  bases: Pick<DirectorySection, 'people' | 'groups'> = exampleTree,
): Promise<DirectorySection> {
  const admin = new AdminClient(server)
  const ou = `t${randomBytes(4).toString('hex')}`
  const people = `ou=${ou},${bases.people}`
  const groups = `ou=${ou},${bases.groups}`
  const attributes = { objectClass: 'organizationalUnit', ou }
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
