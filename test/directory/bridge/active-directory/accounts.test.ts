import assert from 'node:assert/strict'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { describeDomain, DomainScene } from './domain-scene.ts'

const password = 'Corr3ct-horse'
const passwordNotRequired = 0x20

describeDomain('Passwords in Active Directory', {}, (scene) => {
  it('may have any characters: quotation marks, emoji, blanks at the ends, 127 letters', async () => {
    for (const each of [
      '"Quoted" Passw0rd"',
      'Emoji 👩🏽‍🚀🙂 1',
      ' Blank at both Ends 1 ',
      'Pässwörd-日本-ß 1',
      '\\Back,slash=+<>;#1',
      `A1${'x'.repeat(125)}`,
    ]) {
      const user = await scene().user({ password: each })
      assert.equal(user['active'], true)
      const userName = textIn(user, 'userName')
      assert.equal(await scene().admin.canBind(userName, each), true, each)
    }
  })

  it('are refused by the policy with 400 that says so, on creation and on change, and nothing is written', async () => {
    const refusal = {
      status: 400,
      scimType: 'invalidValue',
      detail: /^password is refused by the password policy/u,
    }
    const userName = `${scene().unusedName()}@example.org`
    const weak = { userName, displayName: userName, password: 'abc' }
    assertRefused(await scene().bridge.scim.post('/Users', weak), refusal)
    const filter = `userName eq "${userName}"`
    assert.equal((await scene().read(`/Users?filter=${filter}`))['totalResults'], 0)
    const user = await scene().user({ password })
    const resource = `/Users/${textIn(user, 'id')}`
    const value = { password: 'abc', title: 'Not to stay' }
    assertRefused(await scene().patch(resource, { op: 'replace', value }), refusal)
    assertRefused(await scene().bridge.scim.put(resource, { ...user, password: 'abc' }), refusal)
    assert.equal((await scene().read(resource))['title'], undefined)
    assert.equal(await scene().admin.canBind(textIn(user, 'userName'), password), true)
  })

  it('are needed to enable an account: without one it is created disabled, and PASSWD_NOTREQD is never set', async () => {
    for (const active of [true, undefined]) {
      const user = await scene().user(active === undefined ? {} : { active })
      assert.equal(user['active'], false)
      const [flags] = await scene().stored(textIn(user, 'id'), 'userAccountControl')
      assert.equal(Number(flags) & passwordNotRequired, 0)
      assert.equal(flags, '514')
    }
  })

  it('enable an account together with its status', async () => {
    const user = await scene().user()
    const id = textIn(user, 'id')
    const value = { active: true, password }
    const enabled = await scene().patch(`/Users/${id}`, { op: 'replace', value })
    assert.equal(enabled.answer?.['active'], true, enabled.text)
    assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['512'])
    assert.equal(await scene().admin.canBind(textIn(user, 'userName'), password), true)
  })
})

describeDomain('Accounts without a password in Active Directory', {}, (scene) => {
  it('take any change that says they are active, and show what they are', async () => {
    const user = await scene().user()
    const id = textIn(user, 'id')
    const body = { ...user, active: true, title: 'Countess' }
    const put = await scene().bridge.scim.put(`/Users/${id}`, body)
    assert.equal(put.status, 200, put.text)
    const value = { active: true, title: 'Duchess' }
    const patched = await scene().patch(`/Users/${id}`, { op: 'replace', value })
    assert.equal(patched.status, 200, patched.text)
    const isEnabled = (await scene().stored(id, 'userAccountControl'))[0] === '512'
    // Samba enables an account that has no password; Active Directory does not.
    assert.equal(isEnabled, scene().controller === undefined)
    const { active, title } = await scene().read(`/Users/${id}`)
    assert.deepEqual({ active, title }, { active: isEnabled, title: 'Duchess' })
    const enabled = await scene().patch(`/Users/${id}`, {
      op: 'replace',
      value: { active: true, password },
    })
    assert.equal(enabled.answer?.['active'], true, enabled.text)
  })
})

const unknown = { 'users.password.whenMissing': 'random' }

describeDomain(
  'Accounts that get a password nobody knows in Active Directory',
  unknown,
  (scene) => {
    it('keep the password that they have when they are enabled again', async () => {
      const id = await scene().userId({ password })
      await scene().patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })
      const value = { active: true }
      const enabled = await scene().patch(`/Users/${id}`, { op: 'replace', value })
      assert.equal(enabled.answer?.['active'], true, enabled.text)
      assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['512'])
      const { answer } = await scene().bridge.scim.get(`/Users/${id}`)
      assert.equal(await scene().admin.canBind(textIn(answer, 'userName'), password), true)
    })

    it('get one when they are enabled without one, where the directory refuses that, and everything else with it', async () => {
      const other = await scene().another({ 'users.password.whenMissing': 'disable' })
      const userName = `${scene().unusedName()}@example.org`
      const body = { userName, displayName: userName, active: true }
      const created = await other.scim.post('/Users', body)
      assert.equal(created.status, 201, created.text)
      const id = textIn(created.answer, 'id')
      assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['514'])
      assert.deepEqual(await scene().stored(id, 'pwdLastSet'), ['0'])
      const value = { active: true, title: 'Countess' }
      const enabled = await scene().patch(`/Users/${id}`, { op: 'replace', value })
      assert.equal(enabled.status, 200, enabled.text)
      assert.deepEqual([enabled.answer?.['active'], enabled.answer?.['title']], [true, 'Countess'])
      assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['512'])
      // Samba enables an account that has no password, so that it is asked for nothing more.
      const isStrict = scene().controller !== undefined
      const [changed] = await scene().stored(id, 'pwdLastSet')
      assert.equal(changed !== '0', isStrict)
      const sent = await scene().bridge.ldifOf(enabled.headers.get('x-request-id'))
      assert.equal(sent.split('changetype: modify').length - 1, isStrict ? 2 : 1, sent)
      assert.equal(sent.includes('# unicodePwd: value withheld'), isStrict, sent)
      assert.doesNotMatch(sent, /^unicodePwd/mu)
    })
  },
)

const mustChange = { 'users.password.mustChange': 'true', 'users.password.whenMissing': 'random' }

describeDomain('Passwords that users have to change in Active Directory', mustChange, (scene) => {
  it('are those that a client has set (pwdLastSet 0), and those that nobody knows', async () => {
    for (const attributes of [{ password }, {}]) {
      const id = await scene().userId(attributes)
      assert.deepEqual(await scene().stored(id, 'pwdLastSet'), ['0'])
      assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['512'])
    }
  })

  it('are not asked for anew by a change of anything else', async () => {
    const id = await scene().userId({ password })
    await scene().store(id, 'pwdLastSet', '-1')
    const before = await scene().stored(id, 'pwdLastSet')
    await scene().patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'Duke' })
    assert.deepEqual(await scene().stored(id, 'pwdLastSet'), before)
  })
})

describeDomain('The status of accounts in Active Directory', {}, (scene) => {
  const set = async (id: string, active: boolean) =>
    await scene().patch(`/Users/${id}`, { op: 'replace', path: 'active', value: active })

  it('is one bit, which is set and cleared and never toggled, and all others stay', async () => {
    // NORMAL_ACCOUNT with NOT_DELEGATED, DONT_EXPIRE_PASSWORD and SMARTCARD_REQUIRED, each alone and together.
    for (const others of [0x10_0000, 0x1_0000, 0x4_0000, 0x15_0000]) {
      const id = await scene().userId({ password })
      const enabled = String(0x200 | others)
      await scene().store(id, 'userAccountControl', enabled)
      for (const [active, expected] of [
        [false, String(0x202 | others)],
        [false, String(0x202 | others)],
        [true, enabled],
        [true, enabled],
      ] as const) {
        const changed = await set(id, active)
        assert.equal(changed.answer?.['active'], active, changed.text)
        assert.deepEqual(await scene().stored(id, 'userAccountControl'), [expected])
      }
    }
  })

  it('stays with a PUT that does not name it', async () => {
    const user = await scene().user({ password })
    const id = textIn(user, 'id')
    await set(id, false)
    const { active: _, ...body } = user
    const put = await scene().bridge.scim.put(`/Users/${id}`, body)
    assert.equal(put.answer?.['active'], false, put.text)
  })
})

describe('The status of accounts in Active Directory, changed by two at the same time', () => {
  let scene: DomainScene

  before(async () => {
    scene = await DomainScene.open(true)
  })

  after(async () => await scene.close())

  for (const [what, send] of [
    [
      'PATCH',
      async (id: string) =>
        await scene.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false }),
    ],
    [
      'PUT',
      async (id: string) => {
        const user = await scene.read(`/Users/${id}`)
        return await scene.bridge.scim.put(`/Users/${id}`, { ...user, active: false })
      },
    ],
  ] as const) {
    it(`keeps a bit that an administrator sets between the look and the write of a ${what}`, async () => {
      const { controller = assert.fail('there is no double') } = scene
      const id = await scene.userId({ password })
      const held = controller.holdNext('modify')
      const changing = send(id)
      await held.arrived
      await scene.store(id, 'userAccountControl', String(0x1_0200))
      held.letGo()
      const changed = await changing
      assert.equal(changed.status, 200, changed.text)
      assert.equal(changed.answer?.['active'], false)
      assert.deepEqual(await scene.stored(id, 'userAccountControl'), [String(0x1_0202)])
    })
  }
})
