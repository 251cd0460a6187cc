import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { assertRefused } from '../groups/group-scene.ts'
import { patchOf, tally } from '../users/scene.ts'
import { brakeSceneFor } from './brake-scene.ts'

const hourMs = 3_600_000
const many = { maxCount: '3', maxShare: '100' }
const stopped = {
  status: 403,
  detail:
    /^The brake is on since 20\d\d-.*: there were more than 3 users to be deleted or deactivated within 60 minutes\. .*brake --release --config FILE/u,
}

describe('The brake, by count', () => {
  const scene = brakeSceneFor(many)

  it('lets as many deletions through as it is set to, and stops the next', async () => {
    const ids = await scene().users(5)
    for (const id of ids.slice(0, 3)) assert.equal((await scene().remove(id)).status, 204)
    for (const id of ids.slice(3)) {
      assertRefused(await scene().remove(id), stopped)
      assert.equal((await scene().get(id))['active'], true)
    }
    assert.deepEqual(await scene().recorded(), { counted: 3, tripped: 1 })
  })

  it('counts deactivations and deletions together', async () => {
    const [one = '', two = '', three = '', four = ''] = await scene().users(4)
    assert.equal((await scene().deactivate(one)).status, 200)
    const user = await scene().get(two)
    const replaced = await scene().bridge.scim.put(`/Users/${two}`, { ...user, active: false })
    assert.equal(replaced.answer?.['active'], false, replaced.text)
    assert.equal((await scene().remove(three)).status, 204)
    assertRefused(await scene().deactivate(four), stopped)
    assert.equal((await scene().get(four))['active'], true)
  })

  it('does not count what takes nothing away: to deactivate the inactive, to delete who is not there', async () => {
    const id = await scene().userId({ active: false })
    for (let time = 0; time < 5; time += 1) {
      assert.equal((await scene().deactivate(id)).status, 200)
      assert.equal((await scene().remove(`00000000-0000-4000-8000-00000000000${time}`)).status, 404)
    }
    assert.deepEqual(await scene().recorded(), { counted: 0, tripped: 0 })
  })

  it('does not count what failed', async () => {
    const ids = await scene().users(5)
    for (const id of ids) {
      const headers = { 'If-Match': 'W/"of long ago"' }
      const refused = await scene().bridge.scim.send('DELETE', `/Users/${id}`, { headers })
      assert.equal(refused.status, 412)
    }
    // Somebody has put something below the entry, so that the directory refuses to delete it.
    const user = await scene().get(ids[0] ?? '')
    const below = `cn=below,${scene().dn(`uid=${user.userName}`)}`
    await scene().admin.add(below, { objectClass: 'applicationProcess', cn: 'below' })
    for (let time = 0; time < 5; time += 1) {
      assert.equal((await scene().remove(user.id)).status, 409)
    }
    assert.deepEqual(await scene().recorded(), { counted: 0, tripped: 0 })
  })

  it('lets everything else go on while it is on', async () => {
    const ids = await scene().users(4)
    const group = await scene().group()
    for (const id of ids) await scene().remove(id)
    const id = await scene().userId()
    const renamed = { op: 'replace', path: 'userName', value: scene().unusedName() }
    assert.equal((await scene().patch(id, renamed)).status, 200)
    assert.equal((await scene().addMember(group, id)).status, 204)
    const inactive = await scene().userId({ active: false })
    assert.equal((await scene().activate(inactive)).status, 200)
    assertRefused(await scene().removeGroup(group), stopped)
  })

  it('refuses a change as a whole that deactivates beside other things', async () => {
    const ids = await scene().users(4)
    for (const id of ids) await scene().remove(id)
    const user = await scene().user({ title: 'Clerk' })
    const change = { op: 'replace', value: { title: 'Nobody', active: false } }
    assertRefused(await scene().patch(user.id, change), stopped)
    assert.deepEqual(await scene().get(user.id), user)
  })

  it('lets go on what has left the period, and forgets it', async () => {
    const ids = await scene().users(6)
    for (const id of ids.slice(0, 3)) await scene().remove(id)
    // The directory tells whole seconds.
    await scene().age(hourMs + 1000)
    for (const id of ids.slice(3)) assert.equal((await scene().remove(id)).status, 204)
    assert.deepEqual(await scene().recorded(), { counted: 3, tripped: 0 })
  })

  it('goes on counting what was done less than a period ago', async () => {
    const ids = await scene().users(4)
    for (const id of ids.slice(0, 3)) await scene().remove(id)
    await scene().age(hourMs - 60_000)
    assertRefused(await scene().remove(ids[3] ?? ''), stopped)
  })

  it('stays on when the period is over, until it is released', async () => {
    const ids = await scene().users(5)
    for (const id of ids.slice(0, 4)) await scene().remove(id)
    await scene().age(48 * hourMs)
    assertRefused(await scene().remove(ids[4] ?? ''), stopped)
    await scene().forget()
    assert.equal((await scene().remove(ids[4] ?? '')).status, 204)
  })

  it('writes nothing more to the directory and the journal while it is on', async () => {
    const ids = await scene().users(6)
    for (const id of ids.slice(0, 4)) await scene().remove(id)
    const length = (await scene().bridge.journal()).length
    const values = await scene().values()
    for (const id of ids.slice(4)) assertRefused(await scene().remove(id), stopped)
    assert.equal((await scene().bridge.journal()).length, length)
    assert.deepEqual(await scene().values(), values)
  })

  it('names nobody in its record, and leaves what others keep there', async () => {
    const kept = 'The record of the brake; ask Ada before you touch it'
    const add = { operation: 'add', type: 'description', values: [kept] } as const
    await scene().admin.modify(scene().entryDn, add)
    for (const id of await scene().users(4)) await scene().remove(id)
    const values = (await scene().values()).filter((value) => value !== kept)
    assert.equal(values.length, 4)
    for (const value of values) {
      assert.match(value, /^scim-brake user (?:deleted|tripped 3) 20\d{12}(?:\.\d+)?Z [0-9a-f-]+$/u)
    }
    assert.ok((await scene().values()).includes(kept))
  })

  it('logs once that it is on, with who was stopped first', async () => {
    const before = scene().bridge.events.length
    for (const id of await scene().users(6)) await scene().remove(id)
    const warnings = scene()
      .bridge.events.slice(before)
      .filter(({ level }) => level === 'warn')
    assert.deepEqual(
      warnings.map(({ message, fields }) => [
        message,
        fields['actor'],
        fields['subject'],
        fields['limit'],
      ]),
      [['the brake stops deletions until it is released', 'test', 'user', 3]],
    )
  })

  it('refuses a dry run that it would stop, and does not count one', async () => {
    const ids = await scene().users(4)
    const headers = { Prefer: 'dry-run' }
    const dryRun = async (id = '') =>
      await scene().bridge.scim.send('DELETE', `/Users/${id}`, { headers })
    for (let time = 0; time < 5; time += 1) assert.equal((await dryRun(ids[0])).status, 200)
    for (const id of ids.slice(0, 3)) await scene().remove(id)
    const wouldBe = {
      status: 403,
      detail: /^The brake would be put on by this, .* more than 3 users/u,
    }
    assertRefused(await dryRun(ids[3]), wouldBe)
    const deactivation = { op: 'replace', path: 'active', value: false }
    const patched = await scene().bridge.scim.send('PATCH', `/Users/${ids[3]}`, {
      body: patchOf(deactivation),
      headers,
    })
    assertRefused(patched, wouldBe)
    assert.deepEqual(await scene().recorded(), { counted: 3, tripped: 0 })
    await scene().remove(ids[3] ?? '')
    assertRefused(await dryRun(ids[3]), stopped)
  })

  it('stops each operation of a bulk request by itself (RFC 7644 §3.7)', async () => {
    const ids = await scene().users(5)
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        ...ids.map((id) => ({ method: 'DELETE', path: `/Users/${id}` })),
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'g',
          data: { displayName: scene().unusedName() },
        },
      ],
    }
    const { answer, status, text } = await scene().bridge.scim.post('/Bulk', body)
    assert.equal(status, 200, text)
    const operations = answer?.['Operations'] as readonly JsonObject[]
    const statuses = operations.map(({ status: each }) => each as string).toSorted()
    assert.deepEqual(statuses, ['201', '204', '204', '204', '403', '403'])
  })

  it('stops at the same number of many at the same time', async () => {
    const ids = await scene().users(12)
    const answers = await Promise.all(ids.map(async (id) => await scene().remove(id)))
    assert.deepEqual(tally(answers), { 204: 3, 403: 9 })
    const { counted, tripped } = await scene().recorded()
    assert.equal(counted, 3)
    assert.ok(tripped >= 1)
  })
})

describe('The brake, by share of all users', () => {
  const scene = brakeSceneFor({ maxCount: '50', maxShare: '10' })

  it('lets five through where there are few, and stops the sixth', async () => {
    const ids = await scene().users(8)
    const answers = []
    for (const id of ids) answers.push(await scene().remove(id))
    assert.deepEqual(tally(answers), { 204: 5, 403: 3 })
    for (const id of ids)
      await scene()
        .forget()
        .then(async () => await scene().remove(id))
  })
})

describe('The brake, by share of more users', () => {
  const scene = brakeSceneFor({ maxCount: '50', maxShare: '10' })

  it('lets a tenth of them through', async () => {
    const ids = await scene().users(70)
    const answers = []
    for (const id of ids.slice(0, 10)) answers.push(await scene().remove(id))
    assert.deepEqual(tally(answers), { 204: 7, 403: 3 })
  })
})

describe('The brake, where users are disabled instead of deleted', () => {
  const scene = brakeSceneFor(many, { 'users.onDelete': 'disable' })

  it('counts a DELETE that disables, and not one more of the same user', async () => {
    const ids = await scene().users(4)
    const group = await scene().group(ids)
    for (const id of ids.slice(0, 3)) {
      assert.equal((await scene().remove(id)).status, 204)
      assert.equal((await scene().remove(id)).status, 204)
    }
    assertRefused(await scene().remove(ids[3] ?? ''), stopped)
    assert.deepEqual(await scene().memberIds(group), ids.slice(3))
  })
})

describe('The brake, where users are moved away instead of deleted', () => {
  const formerBase = `ou=braked,${exampleTree.people}`
  const scene = brakeSceneFor(many, { 'users.onDelete': 'move', 'users.deletedBase': formerBase })

  before(async () => {
    await scene().admin.add(formerBase, { objectClass: 'organizationalUnit', ou: 'braked' })
  })
  after(async () => scene().admin.removeTree(formerBase))

  it('counts each who is moved, the inactive too, and leaves who is stopped in place and in his groups', async () => {
    const ids = [...(await scene().users(3)), await scene().userId({ active: false })]
    const [stays = '', ...others] = ids
    const group = await scene().group(ids)
    for (const id of others) assert.equal((await scene().remove(id)).status, 204)
    assertRefused(await scene().remove(stays), stopped)
    assert.equal((await scene().get(stays))['active'], true)
    assert.deepEqual(await scene().memberIds(group), [stays])
  })
})

describe('Without the brake', () => {
  const scene = brakeSceneFor({ ...many, enabled: 'false' })

  it('every deletion is let through, and none is counted', async () => {
    const answers = []
    for (const id of await scene().users(5)) answers.push(await scene().remove(id))
    assert.deepEqual(tally(answers), { 204: 5 })
    assert.deepEqual(await scene().values(), [])
  })
})
