import assert from 'node:assert/strict'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { ScimClient } from '../../../walkthrough/scim-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { enterprise, managerOf, sceneFor, type ShownUser, tally } from './scene.ts'

const times = Array.from({ length: 10 }, (_, index) => index)

describe('Requests that concern the same user at the same time', () => {
  const scene = sceneFor()

  it('leave a manager set who is renamed while somebody begins to report to him', async () => {
    for (const _ of times) {
      const [boss, report] = [await scene().userId(), await scene().userId()]
      const answers = await Promise.all([
        scene().patch(boss, { op: 'replace', path: 'userName', value: scene().unusedName() }),
        scene().patch(report, { op: 'add', path: 'manager', value: boss }),
      ])
      assert.deepEqual(tally(answers), { 200: 2 })
      await eventually(async () => {
        assert.equal(managerOf(await scene().get(report)), boss)
      })
    }
  })

  it('leave a manager set who gets the name while somebody begins to wait for it', async () => {
    for (const _ of times) {
      const [boss, value] = [await scene().userId(), scene().unusedName()]
      const [, report] = await Promise.all([
        scene().patch(boss, { op: 'replace', path: 'userName', value }),
        scene().userId({ [enterprise]: { manager: { value } } }),
      ])
      assert.equal(managerOf(await scene().get(report)), boss)
    }
  })

  it('leave no reference to a manager who is deleted while somebody begins to report to him', async () => {
    for (const _ of times) {
      const [boss, report] = [await scene().userId(), await scene().userId()]
      const answers = await Promise.all([
        scene().bridge.scim.delete(`/Users/${boss}`),
        scene().patch(report, { op: 'add', path: 'manager', value: boss }),
      ])
      assert.deepEqual(tally(answers), { 200: 1, 204: 1 })
      assert.equal(managerOf(await scene().get(report)), undefined)
    }
  })

  it('are each answered as done or as too late when one of them deletes him', async () => {
    for (const _ of times) {
      const user = await scene().user()
      const answers = await Promise.all([
        scene().bridge.scim.delete(`/Users/${user.id}`),
        scene().patch(user.id, { op: 'replace', path: 'userName', value: scene().unusedName() }),
        scene().patch(user.id, { op: 'add', path: 'title', value: 'x' }),
        scene().bridge.scim.put(`/Users/${user.id}`, { ...user, displayName: 'y' }),
      ])
      for (const { status, text } of answers) assert.ok([200, 204, 404].includes(status), text)
      assert.equal(answers[0].status, 204, answers[0].text)
      assert.equal(await scene().dnOf(user.id), undefined)
    }
  })

  it('all take effect when they change different things', async () => {
    const { id } = await scene().user()
    const userName = scene().unusedName()
    const values = { title: 'a', displayName: 'b', userType: 'c', userName, externalId: 'd' }
    const answers = await Promise.all(
      Object.entries(values).map(([path, value]) => scene().patch(id, { op: 'add', path, value })),
    )
    assert.deepEqual(tally(answers), { 200: 5 })
    const user = await scene().get(id)
    for (const [name, value] of Object.entries(values)) assert.equal(user[name], value)
  })
})

describe('Two bridges in front of the same directory', () => {
  const scene = sceneFor()
  let second: TestBridge

  before(async () => {
    const { people, groups } = scene().bridge.section
    const bases = { 'users.base': people, 'groups.base': groups }
    second = await openTestBridge(sharedOpenldap(), bases)
  })
  after(async () => second.close())

  const both = (index: number): readonly [ScimClient, ScimClient] => {
    const [one, other] = [scene().bridge.scim, second.scim]
    return index % 2 === 0 ? [one, other] : [other, one]
  }

  it('see what the other has written at once', async () => {
    const user = await scene().user()
    const there = await second.scim.get(`/Users/${user.id}`)
    assert.equal(there.answer?.['userName'], user.userName)
    const renamed = await second.scim.put(`/Users/${user.id}`, {
      userName: scene().unusedName(),
    })
    assert.equal((await scene().get(user.id)).userName, renamed.answer?.['userName'])
  })

  it('give a userName to one of twenty', async () => {
    const userName = scene().unusedName()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => both(index)[0].post('/Users', { userName })),
    )
    assert.deepEqual(tally(answers), { 201: 1, 409: 19 })
  })

  it('set a manager who is created on the one while somebody on the other waits for him', async () => {
    const pairs = await Promise.all(
      times.map(async (index) => {
        const [one, other] = both(index)
        const userName = scene().unusedName()
        const [boss, report] = await Promise.all([
          one.post('/Users', { userName }),
          other.post('/Users', {
            userName: scene().unusedName(),
            [enterprise]: { manager: { value: userName } },
          }),
        ])
        return [boss.answer as ShownUser, report.answer as ShownUser] as const
      }),
    )
    for (const [boss, report] of pairs) {
      assert.equal(managerOf(await scene().get(report.id)), boss.id)
    }
  })
})
