import assert from 'node:assert/strict'
import { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { shared389ds } from '../../../support/shared-389ds.ts'
import { oneLine } from '../users-map.ts'
import { openBridge389 } from './open-bridge.ts'

const startLimitMs = 5 * 60_000

describe('Numbers of new users, in front of a 389 Directory Server', () => {
  let bridge: TestBridge
  let admin: AdminClient

  before(async function () {
    this.timeout(startLimitMs)
    const server = shared389ds()
    admin = new AdminClient(server)
    bridge = await openBridge389(
      {
        'users.createClasses': '[posixAccount]',
        'users.numbers': oneLine({ uidNumber: { from: 5000, to: 60_000 } }),
        'users.fixed': oneLine({ gidNumber: '100', homeDirectory: '/nowhere' }),
      },
      server,
    )
  })

  after(async () => {
    await bridge.close()
  })

  it('are those behind the highest, compared as numbers', async () => {
    const numberOf = async (userName: string): Promise<readonly string[]> => {
      const body = { userName, name: { familyName: 'Lovelace' } }
      const { status, text } = await bridge.scim.post('/Users', body)
      assert.equal(status, 201, text)
      return await admin.values(`uid=${userName},${bridge.section.people}`, 'uidNumber')
    }
    assert.deepEqual(await numberOf('first'), ['5000'])
    await admin.add(`uid=far,${bridge.section.people}`, {
      objectClass: ['inetOrgPerson', 'posixAccount'],
      cn: 'Far',
      sn: 'Far',
      gidNumber: '1',
      homeDirectory: '/',
      uidNumber: '20000',
    })
    assert.deepEqual(await numberOf('behind'), ['20001'])
  })
})
