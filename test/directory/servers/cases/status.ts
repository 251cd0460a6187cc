import assert from 'node:assert/strict'
import { assertRefused } from '../../bridge/groups/group-scene.ts'
import type { Topic } from '../server-case.ts'

const password = 'Correct-Horse-7'
const another = 'Battery-Staple-8'

/** What holds of accounts that are disabled, and of passwords. */
export const statusTopic: Topic = {
  title: 'A user',
  cases: [
    {
      title: 'with a password can bind by it and by no other one, the former one among them',
      run: async (scene) => {
        const user = await scene.userId({ password })
        assert.equal(await scene.canBind(user, password), true)
        assert.equal(await scene.canBind(user, another), false)
        await scene.change(user, { password: another })
        assert.equal(await scene.canBind(user, another), true)
        return (await scene.canBind(user, password))
          ? 'the former one is taken for a while, as Windows does (OldPasswordAllowedPeriod)'
          : undefined
      },
    },
    {
      title: 'who is disabled cannot bind, is found by that, and can bind again once enabled',
      run: async (scene) => {
        const { id, userName } = await scene.user({ password })
        const text = `userName eq ${JSON.stringify(userName)}`
        for (const active of [false, true]) {
          assert.equal((await scene.change(id, { active })).answer?.['active'], active)
          assert.equal((await scene.read(`/Users/${id}`))['active'], active)
          assert.equal(await scene.canBind(id, password), active)
          assert.deepEqual(await scene.find(`${text} and active eq ${active}`), [id])
          assert.deepEqual(await scene.find(`${text} and active eq ${!active}`), [])
        }
      },
    },
    {
      title: 'who is disabled stays so when the password changes, which counts once enabled',
      run: async (scene) => {
        const user = await scene.userId({ password, active: false })
        assert.equal(await scene.canBind(user, password), false)
        const changed = await scene.change(user, { password: another })
        assert.equal(changed.answer?.['active'], false)
        assert.equal(await scene.canBind(user, another), false)
        await scene.change(user, { active: true })
        assert.equal(await scene.canBind(user, another), true)
      },
    },
    {
      title: 'is enabled and gets a password by one request, and is disabled by another one',
      run: async (scene) => {
        const user = await scene.userId({ active: false })
        await scene.change(user, { active: true, password })
        assert.equal(await scene.canBind(user, password), true)
        await scene.change(user, { active: false, password: another })
        assert.equal(await scene.canBind(user, another), false)
      },
    },
    {
      title: 'whose password is too short for the policy of the directory is told so with 400',
      run: async (scene) => {
        const user = await scene.userId({ password })
        const operation = { op: 'replace', value: { password: 'x1' } }
        assertRefused(await scene.patch(`/Users/${user}`, operation), {
          status: 400,
          scimType: 'invalidValue',
          detail: /^password /u,
        })
        assert.equal(await scene.canBind(user, password), true)
      },
    },
    {
      title: 'without a password is created',
      run: async (scene) =>
        await scene.elsewhere({ 'users.password.whenMissing': '' }, async (asPreset) =>
          (await asPreset.user())['active'] === true ? 'enabled' : 'disabled',
        ),
    },
    {
      title: 'keeps what others store in attributes that are not mapped, through a PUT',
      run: async (scene) => {
        const user = await scene.user({ title: 'Clerk' })
        const description = 'kept by the staff office'
        await scene.admin.modify(await scene.dnOf(user.id), {
          operation: 'replace',
          type: 'description',
          values: [description],
        })
        const body = { userName: user.userName, displayName: 'Put', name: user['name'] ?? {} }
        const put = await scene.bridge.scim.put(`/Users/${user.id}`, body)
        assert.equal(put.status, 200, put.text)
        assert.equal(put.answer?.['title'], undefined)
        assert.deepEqual(await scene.stored(user.id, 'description'), [description])
      },
    },
    {
      title: 'cannot have the userName of another one, in any case: 409',
      run: async (scene) => {
        const { userName } = await scene.user()
        const body = { userName: userName.toUpperCase(), name: { familyName: 'Taken' } }
        const refused = await scene.bridge.scim.post('/Users', body)
        assertRefused(refused, { status: 409, scimType: 'uniqueness', detail: /^userName / })
      },
    },
  ],
}
