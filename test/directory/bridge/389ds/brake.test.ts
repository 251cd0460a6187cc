import assert from 'node:assert/strict'
import { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import type { DirectoryServer } from '../../../support/directory-server.ts'
import { start389ds } from '../../../support/389ds.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { tally } from '../users/scene.ts'
import { openBridge389 } from './open-bridge.ts'

const startLimitMs = 5 * 60_000

describe('The brake in front of a 389 Directory Server', () => {
  let server: DirectoryServer
  let bridge: TestBridge
  let admin: AdminClient
  let entry: string

  before(async function () {
    this.timeout(startLimitMs)
    server = await start389ds()
    admin = new AdminClient(server)
    bridge = await openBridge389(
      {
        'brake.enabled': 'true',
        'brake.maxCount': '4',
        'brake.maxShare': '100',
      },
      server,
    )
    entry = `cn=brake,${bridge.section.people}`
    await admin.add(entry, { objectClass: 'applicationProcess', cn: 'brake' })
  })

  after(async () => {
    await bridge.close()
    await server.close()
  })

  async function users(count: number): Promise<readonly string[]> {
    const answers = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const name = { familyName: 'Lovelace' }
        return await bridge.scim.post('/Users', { userName: `braked${index}`, name })
      }),
    )
    return answers.map(({ answer }) => textIn(answer, 'id'))
  }

  it('lets no more than the limit through of many at the same time, and goes on when its record is gone', async () => {
    const ids = await users(12)
    const answers = await Promise.all(
      ids.slice(0, 10).map(async (id) => await bridge.scim.delete(`/Users/${id}`)),
    )
    assert.deepEqual(tally(answers), { 204: 4, 403: 6 })
    const deactivation = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    }
    const [one = '', other = ''] = ids.slice(10)
    assertRefused(await bridge.scim.patch(`/Users/${one}`, deactivation), { status: 403 })
    await admin.modify(entry, { operation: 'delete', type: 'description' })
    const done = await bridge.scim.patch(`/Users/${one}`, deactivation)
    assert.equal(done.answer?.['active'], false, done.text)
    assert.equal((await bridge.scim.delete(`/Users/${other}`)).status, 204)
    const values = await admin.values(entry, 'description')
    assert.deepEqual(values.map((value) => value.split(' ')[2] ?? '').toSorted(), [
      'deactivated',
      'deleted',
    ])
  })

  it('goes by the clock of the directory, which agrees with that of the bridge', () => {
    const clocks = bridge.events.filter(({ message }) => message.includes('clock'))
    assert.deepEqual(clocks, [])
  })
})
