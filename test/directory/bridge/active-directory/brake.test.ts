import assert from 'node:assert/strict'
import type { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { tally } from '../users/scene.ts'
import { openOwnDomain, type OwnDomain, startLimitMs } from './own-domain.ts'

describe('The brake in front of Active Directory (Samba)', () => {
  let domain: OwnDomain
  let bridge: TestBridge
  let admin: AdminClient

  before(async function () {
    this.timeout(startLimitMs)
    domain = await openOwnDomain({
      'brake.enabled': 'true',
      'brake.entry': exampleDomain.brake,
      'brake.maxCount': '4',
      'brake.maxShare': '100',
    })
    ;({ admin, bridge } = domain)
  })

  after(async () => await domain.close())

  async function users(count: number, name = 'braked'): Promise<readonly string[]> {
    const ids: string[] = []
    for (let index = 0; index < count; index += 1) {
      const created = await bridge.scim.post('/Users', {
        userName: `${name}${index}@example.org`,
        displayName: `${name} ${index}`,
        password: 'Corr3ct-horse-battery',
      })
      assert.equal(created.status, 201, created.text)
      ids.push(textIn(created.answer, 'id'))
    }
    return ids
  }

  it('lets as many through as the limit says, and goes on when its record is gone', async () => {
    const ids = await users(8)
    const answers = []
    for (const id of ids.slice(0, 6)) answers.push(await bridge.scim.delete(`/Users/${id}`))
    assert.deepEqual(tally(answers), { 204: 4, 403: 2 })
    const deactivation = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    }
    const [one = '', other = ''] = ids.slice(6)
    assertRefused(await bridge.scim.patch(`/Users/${one}`, deactivation), { status: 403 })
    await admin.modify(exampleDomain.brake, { operation: 'delete', type: 'description' })
    const done = await bridge.scim.patch(`/Users/${one}`, deactivation)
    assert.equal(done.answer?.['active'], false, done.text)
    assert.equal((await bridge.scim.delete(`/Users/${other}`)).status, 204)
    const values = await admin.values(exampleDomain.brake, 'description')
    assert.deepEqual(values.map((value) => value.split(' ')[2] ?? '').toSorted(), [
      'deactivated',
      'deleted',
    ])
  })

  it('lets no more than the limit through of many at the same time', async () => {
    await admin.modify(exampleDomain.brake, { operation: 'delete', type: 'description' })
    const ids = await users(8, 'together')
    const answers = await Promise.all(
      ids.map(async (id) => await bridge.scim.delete(`/Users/${id}`)),
    )
    const { 204: done = 0, 403: stopped = 0 } = tally(answers)
    assert.equal(done + stopped, 8)
    // Without Post-Read the record is read behind the count, and may show those who came later.
    assert.ok(done <= 4, `${done} were deleted`)
    assert.ok(stopped >= 4, `${stopped} were stopped`)
  })

  it('goes by the clock of the directory, which agrees with that of the bridge', () => {
    const clocks = bridge.events.filter(({ message }) => message.includes('clock'))
    assert.deepEqual(clocks, [])
  })
})
