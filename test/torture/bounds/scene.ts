import type { AdminClient } from '../../support/admin-client.ts'
import { exampleTree } from '../../support/openldap-server.ts'

const connections = 4

/** Adds users by their uids.
 *  @param more what they have beside their names. */
export async function addUsers(
  admin: AdminClient,
  uids: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const shares = Array.from({ length: connections }, (_, share) =>
    uids.filter((_uid, index) => index % connections === share),
  )
  await Promise.all(
    shares.map((share) =>
      admin.addAll(
        share.map((uid) => ({
          dn: dnOf(uid),
          attributes: { objectClass: 'inetOrgPerson', cn: uid, sn: uid, ...more },
        })),
      ),
    ),
  )
}

/** Adds a group of these users. */
export async function addGroup(
  admin: AdminClient,
  name: string,
  uids: readonly string[],
): Promise<void> {
  await admin.add(`cn=${name},${exampleTree.groups}`, {
    objectClass: 'groupOfNames',
    cn: name,
    member: uids.map(dnOf),
  })
}

/** @example ['u0', 'u1', 'u2'] */
export function uidsOf(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}

const dnOf = (uid: string): string => `uid=${uid},${exampleTree.people}`
