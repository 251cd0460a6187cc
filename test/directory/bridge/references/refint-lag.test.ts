import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { AdminClient } from '../../../support/admin-client.ts'
import type { DirectoryServer } from '../../../support/directory-server.ts'
import { startOpenldap } from '../../../support/openldap.ts'

const people = 'ou=people,dc=example,dc=org'
const groups = 'ou=groups,dc=example,dc=org'
/** How many are deleted before, and are members of how many groups each: the longer refint has to do, the surer it is late. */
const rush = 40
const rounds = 5

function person(uid: string) {
  return {
    dn: `uid=${uid},${people}`,
    attributes: { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid },
  }
}

function group(cn: string, member: readonly string[]) {
  return { dn: `cn=${cn},${groups}`, attributes: { objectClass: 'groupOfNames', cn, member } }
}

describe('The overlay refint of OpenLDAP', function () {
  this.timeout(60_000)

  let server: DirectoryServer
  let admin: AdminClient

  before(async () => {
    server = await startOpenldap({ fsync: true, overlays: ['refint'] })
    admin = new AdminClient(server)
  })

  after(async () => await server.close())

  /** Whether somebody who gets the name of one who was deleted, and is a member by it, loses that membership. */
  async function isTakenOut(round: number): Promise<boolean> {
    const [former, heir] = [person(`former${round}`), person(`heir${round}`)]
    const others = Array.from({ length: rush }, (_, index) => person(`other${round}x${index}`))
    const dns = others.map(({ dn }) => dn)
    const team = group(`team${round}`, [former.dn, heir.dn])
    await admin.addAll([former, heir, ...others, team])
    const crowds = Array.from({ length: rush }, (_, index) =>
      group(`crowd${round}x${index}`, [heir.dn, ...dns]),
    )
    await admin.addAll(crowds)
    await Promise.all(dns.map(async (dn) => admin.remove(dn)))
    await admin.remove(former.dn)
    await admin.rename(heir.dn, former.dn)
    // As a bridge does that follows both; refint may have done either by now.
    await admin.modify(team.dn, { operation: 'replace', type: 'member', values: [former.dn] })
    // As long as refint may take for all of it.
    for (let waits = 0; waits < 30; waits += 1) {
      if (!(await admin.values(team.dn, 'member')).includes(former.dn)) return true
      await delay(100)
    }
    return false
  }

  it('follows late, and by name: who has the name by then loses his memberships', async () => {
    for (let round = 0; round < rounds; round += 1) if (await isTakenOut(round)) return
    assert.fail('refint was never late')
  })
})
