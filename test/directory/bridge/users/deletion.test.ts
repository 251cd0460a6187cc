import assert from 'node:assert/strict'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { openTestBridge } from '../../../support/bridge.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { eventually } from '../../../support/eventually.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { patchOf, sceneFor, type Scene, type ShownUser, tally } from './scene.ts'

const notFound = async (scene: Scene, id: string): Promise<void> => {
  for (const answer of [
    await scene.bridge.scim.get(`/Users/${id}`),
    await scene.bridge.scim.delete(`/Users/${id}`),
    await scene.bridge.scim.put(`/Users/${id}`, { userName: 'x' }),
    await scene.patch(id, { op: 'replace', path: 'title', value: 'x' }),
  ]) {
    assert.equal(answer.status, 404, answer.text)
  }
}

const isGone = async (scene: Scene, deleted: Exchange, group: string): Promise<void> => {
  assert.equal(deleted.status, 204, deleted.text)
  assert.equal(deleted.text, '')
  await eventually(async () => {
    assert.deepEqual(await scene.memberIds(group), [])
  })
}

describe('DELETE /Users/:id (RFC 7644 §3.6)', () => {
  const scene = sceneFor()

  it('removes the entry, and the user from his groups', async () => {
    const user = await scene().user()
    const group = await scene().group([user.id])
    const deleted = await scene().bridge.scim.delete(`/Users/${user.id}`)
    await isGone(scene(), deleted, group)
    assert.equal(await scene().dnOf(user.id), undefined)
    assert.equal(
      await scene().sent(deleted),
      `dn: ${scene().dn(`uid=${user.userName}`)}\nchangetype: delete`,
    )
    await notFound(scene(), user.id)
  })

  it('answers 404 to all but one of ten who do so at the same time', async () => {
    const id = await scene().userId()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => scene().bridge.scim.delete(`/Users/${id}`)),
    )
    const statuses = answers.map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 204).length, 1)
    assert.equal(statuses.filter((status) => status === 404).length, 9, String(statuses))
  })

  it('answers 409 when other entries lie below the user, and changes nothing', async () => {
    const user = await scene().user()
    const below = `cn=phone,${scene().dn(`uid=${user.userName}`)}`
    await scene().admin.add(below, { objectClass: 'device', cn: 'phone' })
    await scene().writesNothing(async () => {
      const refused = await scene().bridge.scim.delete(`/Users/${user.id}`)
      assert.equal(refused.status, 409, refused.text)
      assert.ok(!refused.text.includes('dc=example'))
    })
  })
})

describe('DELETE /Users/:id where users are disabled instead', () => {
  const scene = sceneFor({ 'users.onDelete': 'disable' })
  const staying = sceneFor({ 'users.onDelete': 'disable', 'users.leavesGroups': 'false' })

  it('locks the account and takes it out of all groups; it can be found and enabled again', async () => {
    const user = await scene().user({ password: 'Correct-Horse-7' })
    const [one, other] = [await scene().group([user.id]), await scene().userId()]
    const second = await scene().group([user.id, other])
    const deleted = await scene().bridge.scim.delete(`/Users/${user.id}`)
    assert.equal(deleted.status, 204, deleted.text)
    assert.deepEqual(await scene().memberIds(one), [])
    assert.deepEqual(await scene().memberIds(second), [other])
    const dn = scene().dn(`uid=${user.userName}`)
    assert.equal(await scene().admin.canBind(dn, 'Correct-Horse-7'), false)
    const [found] = await scene().find(`userName eq "${user.userName}"`)
    assert.equal(found?.['active'], false)
    assert.equal((await scene().bridge.scim.delete(`/Users/${user.id}`)).status, 204)
    const enabled = await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, active: true })
    assert.equal(enabled.answer?.['active'], true)
    assert.equal(await scene().admin.canBind(dn, 'Correct-Horse-7'), true)
  })

  it('takes him out of groups, too, that are renamed at the same time', async () => {
    const { scim } = scene().bridge
    for (let time = 0; time < 5; time += 1) {
      const id = await scene().userId()
      const groups = [await scene().group([id]), await scene().group([id])]
      const answers = await Promise.all([
        scim.delete(`/Users/${id}`),
        ...groups.map((group) =>
          scim.patch(
            `/Groups/${group}`,
            patchOf({ op: 'replace', path: 'displayName', value: scene().unusedName() }),
          ),
        ),
      ])
      assert.deepEqual(tally(answers), { 204: 3 })
      for (const group of groups) assert.deepEqual(await scene().memberIds(group), [])
    }
  })

  it('leaves the groups alone where that is configured', async () => {
    const user = await staying().user()
    const group = await staying().group([user.id])
    assert.equal((await staying().bridge.scim.delete(`/Users/${user.id}`)).status, 204)
    assert.deepEqual(await staying().memberIds(group), [user.id])
    assert.equal((await staying().get(user.id))['active'], false)
  })
})

describe('DELETE /Users/:id where users are moved away', () => {
  const formerBase = `ou=former,${exampleTree.people}`
  const scene = sceneFor({ 'users.onDelete': 'move', 'users.deletedBase': formerBase })

  before(async () => {
    await scene().admin.add(formerBase, { objectClass: 'organizationalUnit', ou: 'former' })
  })
  after(async () => scene().admin.removeTree(formerBase))

  it('locks the account, moves the entry, and takes it out of all groups: for clients it is gone', async () => {
    const user = await scene().user({ password: 'Correct-Horse-7', title: 'Clerk' })
    const group = await scene().group([user.id])
    const deleted = await scene().bridge.scim.delete(`/Users/${user.id}`)
    await isGone(scene(), deleted, group)
    const dn = `uid=${user.userName},${formerBase}`
    assert.equal(await scene().dnOf(user.id), dn)
    assert.deepEqual(await scene().admin.values(dn, 'title'), ['Clerk'])
    assert.deepEqual(await scene().admin.values(dn, 'pwdAccountLockedTime'), ['000001010000Z'])
    const [left] = await scene().admin.search({ filter: `(entryUUID=${group})` })
    assert.deepEqual(left?.attributes['member'], [exampleTree.placeholder])
    await notFound(scene(), user.id)
    assert.deepEqual(await scene().find(`userName eq "${user.userName}"`), [])
  })

  it('moves a user, too, whose name somebody has who was moved before: under his id', async () => {
    const base = `ou=former-${scene().unusedName()},${exampleTree.groups}`
    await scene().admin.add(base, { objectClass: 'organizationalUnit' })
    const bridge = await openTestBridge(sharedOpenldap(), {
      'users.onDelete': 'move',
      'users.deletedBase': base,
    })
    const userName = scene().unusedName()
    const body = { userName, name: { familyName: 'Twice' }, title: 'Clerk' }
    const moved: string[] = []
    for (let time = 0; time < 3; time += 1) {
      const created = await bridge.scim.post('/Users', body)
      assert.equal(created.status, 201, created.text)
      const id = (created.answer as ShownUser).id
      const path = `/Users/${id}`
      const headers = { prefer: 'dry-run' }
      const planned = await bridge.scim.send('DELETE', path, { headers })
      assert.equal(planned.text.includes(`newrdn: uid=${userName}-`), time > 0, planned.text)
      const deleted = await bridge.scim.delete(path)
      assert.equal(deleted.status, 204, deleted.text)
      moved.push((await scene().dnOf(id)) ?? '')
      const name = time === 0 ? userName : `${userName}-${id}`
      assert.equal(moved.at(-1), `uid=${name},${base}`)
    }
    assert.equal(new Set(moved).size, 3)
    await bridge.close()
    await scene().admin.removeTree(base)
  })

  it('leaves his name to others where he gives it up, although the server allows it once (overlay unique)', async () => {
    const { people, groups } = scene().bridge.section
    const bridge = await openTestBridge(sharedOpenldap(), {
      'users.base': people,
      'groups.base': groups,
      'users.onDelete': 'move',
      'users.deletedBase': formerBase,
      'users.givesUp': '[uid, mail]',
    })
    const userName = scene().unusedName()
    const emails = [{ value: `${userName}@example.org`, type: 'work' }]
    const ids: string[] = []
    for (let time = 0; time < 3; time += 1) {
      const created = await bridge.scim.post('/Users', {
        userName,
        name: { familyName: 'Twice' },
        emails,
      })
      assert.equal(created.status, 201, created.text)
      const { id } = created.answer as ShownUser
      assert.equal((await bridge.scim.delete(`/Users/${id}`)).status, 204)
      const dn = await scene().dnOf(id)
      assert.equal(dn, `uid=${userName}-${id},${formerBase}`)
      assert.deepEqual(await scene().admin.values(dn, 'uid'), [`${userName}-${id}`])
      assert.deepEqual(await scene().admin.values(dn, 'mail'), [])
      ids.push(id)
    }
    assert.equal(new Set(ids).size, 3)
    await bridge.close()
  })

  it('leaves him in his groups under his new name where that is configured', async () => {
    const bridge = await openTestBridge(sharedOpenldap(), {
      'users.base': scene().bridge.section.people,
      'groups.base': scene().bridge.section.groups,
      'users.onDelete': 'move',
      'users.deletedBase': formerBase,
      'users.leavesGroups': 'false',
    })
    const [user, other] = [await scene().user(), await scene().user()]
    const group = await scene().group([user.id, other.id])
    assert.equal((await bridge.scim.delete(`/Users/${user.id}`)).status, 204)
    const [entry] = await scene().admin.search({ filter: `(entryUUID=${group})` })
    const dns = [`uid=${user.userName},${formerBase}`, scene().dn(`uid=${other.userName}`)]
    assert.deepEqual([...(entry?.attributes['member'] ?? [])].sort(), dns.sort())
    assert.deepEqual(await scene().memberIds(group), [other.id])
    await bridge.close()
  })

  it('moves a user who is disabled already', async () => {
    const user = await scene().user({ active: false })
    assert.equal((await scene().bridge.scim.delete(`/Users/${user.id}`)).status, 204)
    assert.equal(await scene().dnOf(user.id), `uid=${user.userName},${formerBase}`)
  })
})
