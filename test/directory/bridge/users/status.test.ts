import assert from 'node:assert/strict'
import { sceneFor, type Scene } from './scene.ts'

const password = 'Correct-Horse-7'
const locked = '000001010000Z'

const lockOf = async (scene: Scene, id: string): Promise<readonly string[]> =>
  await scene.admin.values(String(await scene.dnOf(id)), 'pwdAccountLockedTime')

const canBind = async (scene: Scene, id: string, secret = password): Promise<boolean> =>
  await scene.admin.canBind(String(await scene.dnOf(id)), secret)

for (const method of ['userPassword', 'passwordModify']) {
  describe(`The status of a user, with passwords by ${method}`, () => {
    const scene = sceneFor({ 'users.password.method': method })

    it('is locked by active: false, so that no bind is possible, and opened by active: true', async () => {
      const user = await scene().user({ password })
      assert.equal(user['active'], true)
      assert.equal(await canBind(scene(), user.id), true)
      const disabled = await scene().patch(user.id, { op: 'replace', path: 'active', value: false })
      assert.equal(disabled.answer?.['active'], false)
      assert.equal(await canBind(scene(), user.id), false)
      assert.deepEqual(await lockOf(scene(), user.id), [locked])
      const enabled = await scene().patch(user.id, { op: 'replace', path: 'active', value: true })
      assert.equal(enabled.answer?.['active'], true)
      assert.equal(await canBind(scene(), user.id), true)
      assert.deepEqual(await lockOf(scene(), user.id), [])
    })

    it('is locked from the start when a user is created so, with a password or without', async () => {
      for (const more of [{}, { password }]) {
        const user = await scene().user({ active: false, ...more })
        assert.equal(user['active'], false)
        assert.deepEqual(await lockOf(scene(), user.id), [locked])
        assert.equal(await canBind(scene(), user.id), false)
      }
    })

    it('is seen by reads and filters', async () => {
      const user = await scene().user({ active: false })
      assert.equal((await scene().get(user.id))['active'], false)
      const name = JSON.stringify(user.userName)
      const find = async (filter: string): Promise<number> => (await scene().find(filter)).length
      assert.equal(await find(`userName eq ${name}`), 1)
      assert.equal(await find(`userName eq ${name} and active eq false`), 1)
      assert.equal(await find(`userName eq ${name} and active ne true`), 1)
      assert.equal(await find(`userName eq ${name} and not (active eq true)`), 1)
      assert.equal(await find(`userName eq ${name} and active eq true`), 0)
      assert.ok((await scene().find('active eq false')).some(({ id }) => id === user.id))
      assert.ok(!(await scene().find('active eq true')).some(({ id }) => id === user.id))
    })

    it('stays as it is by a PUT without active', async () => {
      for (const active of [true, false]) {
        const { id, userName } = await scene().user({ active })
        const put = await scene().bridge.scim.put(`/Users/${id}`, { userName, title: 'Clerk' })
        assert.equal(put.answer?.['active'], active, put.text)
      }
    })

    it('stays locked while the password of a locked user changes, and the new one counts when he is enabled', async () => {
      const { id } = await scene().user({ active: false, password })
      const changed = await scene().patch(id, {
        op: 'replace',
        path: 'password',
        value: 'Battery-Staple-8',
      })
      assert.equal(changed.status, 200, changed.text)
      assert.equal(changed.answer?.['active'], false)
      assert.deepEqual(await lockOf(scene(), id), [locked])
      assert.equal(await canBind(scene(), id, 'Battery-Staple-8'), false)
      await scene().patch(id, { op: 'replace', path: 'active', value: true })
      assert.equal(await canBind(scene(), id, 'Battery-Staple-8'), true)
    })

    it('is locked by a request that sets a password and active: false', async () => {
      const { id } = await scene().user({ password })
      const changed = await scene().patch(id, {
        op: 'replace',
        value: { active: false, password: 'Battery-Staple-8' },
      })
      assert.equal(changed.answer?.['active'], false, changed.text)
      assert.deepEqual(await lockOf(scene(), id), [locked])
      assert.equal(await canBind(scene(), id, 'Battery-Staple-8'), false)
    })

    it('is opened by a request that sets a password and active: true', async () => {
      const { id } = await scene().user({ active: false, password })
      const changed = await scene().patch(id, {
        op: 'replace',
        value: { active: true, password: 'Battery-Staple-8' },
      })
      assert.equal(changed.status, 200, changed.text)
      assert.equal(changed.answer?.['active'], true)
      assert.equal(await canBind(scene(), id, 'Battery-Staple-8'), true)
    })

    it('is no matter of wrong passwords: who is locked out for a while is active still', async () => {
      const user = await scene().user({ password })
      const dn = scene().dn(`uid=${user.userName}`)
      await scene().admin.modify(dn, {
        operation: 'replace',
        type: 'pwdAccountLockedTime',
        values: ['20990101000000Z'],
      })
      assert.equal((await scene().get(user.id))['active'], true)
      const put = await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, active: true })
      assert.equal(await scene().sent(put), '')
      assert.deepEqual(await lockOf(scene(), user.id), ['20990101000000Z'])
      const disabled = await scene().patch(user.id, { op: 'replace', path: 'active', value: false })
      assert.equal(disabled.answer?.['active'], false, disabled.text)
      assert.deepEqual(await lockOf(scene(), user.id), [locked])
    })
  })
}
