import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { assertError, sceneFor, withoutMeta } from './scene.ts'

const secret = 'Correct-Horse-7'
const another = 'Battery-Staple-8'
const refused = {
  status: 400,
  scimType: 'invalidValue',
  detail: 'password is refused by the password policy of the directory.',
}

for (const method of ['userPassword', 'passwordModify']) {
  describe(`A password that is set by ${method} (RFC 7643 §4.1.1)`, () => {
    const scene = sceneFor({ 'users.password.method': method })

    const stored = async (dn: string): Promise<string> => {
      const [value = ''] = await scene().admin.values(dn, 'userPassword')
      return value.startsWith('{') ? value : Buffer.from(value, 'base64').toString('latin1')
    }

    it('is good for a bind after a create, a PATCH and a PUT, and stored as a hash', async () => {
      const user = await scene().user({ password: secret })
      const dn = scene().dn(`uid=${user.userName}`)
      assert.equal(await scene().admin.canBind(dn, secret), true)
      assert.match(await stored(dn), /^\{SSHA/u)
      const patched = await scene().patch(user.id, {
        op: 'replace',
        path: 'password',
        value: another,
      })
      assert.equal(patched.status, 200, patched.text)
      assert.equal(await scene().admin.canBind(dn, another), true)
      assert.equal(await scene().admin.canBind(dn, secret), false)
      const put = await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, password: secret })
      assert.equal(put.status, 200, put.text)
      assert.equal(await scene().admin.canBind(dn, secret), true)
      assert.match(await stored(dn), /^\{SSHA/u)
    })

    it('may hold anything, and is good for a bind as it was typed', async () => {
      const texts = [
        'pässwörd ✓ long',
        ' blanks around ',
        'x'.repeat(200),
        '日本日本日本',
        'a"b\\c{d}(e)*',
      ]
      for (const password of texts) {
        const [one, other] = [await scene().user({ password }), await scene().user()]
        const patched = await scene().patch(other.id, {
          op: 'add',
          path: 'password',
          value: password,
        })
        assert.equal(patched.status, 200, patched.text)
        for (const { userName } of [one, other]) {
          assert.equal(await scene().admin.canBind(scene().dn(`uid=${userName}`), password), true)
        }
      }
    })

    it('is never taken for a hash, nor kept in clear, because of a word in braces that it begins with', async () => {
      for (const password of [
        '{CLEARTEXT}Correct-Horse-7',
        '{SSHA}Q29ycmVjdC1Ib3JzZS03',
        '{x}Correct-Horse',
      ]) {
        const userName = scene().unusedName()
        const dn = scene().dn(`uid=${userName}`)
        const created = await scene().bridge.scim.post('/Users', { userName, password })
        // slapd itself refuses some of them by Password Modify, and hashes the others.
        if (created.status === 201) {
          assert.equal(method, 'passwordModify')
          assert.equal(await scene().admin.canBind(dn, password), true)
          assert.match(await stored(dn), /^\{SSHA/u)
        } else {
          assert.equal(created.status, 400, created.text)
          assert.equal(created.answer?.['scimType'], 'invalidValue')
          assert.equal(await scene().admin.read(dn), undefined)
        }
      }
    })

    it('stays when a request does not name it, or blanks it', async () => {
      const user = await scene().user({ password: secret })
      const dn = scene().dn(`uid=${user.userName}`)
      const hash = await stored(dn)
      await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, title: 'x' })
      await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, password: '' })
      await scene().patch(user.id, { op: 'replace', value: { password: null, title: 'y' } })
      assert.equal(await stored(dn), hash)
    })

    it('cannot be removed, and a request for that is refused', async () => {
      const user = await scene().user({ password: secret })
      const hash = await stored(scene().dn(`uid=${user.userName}`))
      for (const operation of [
        { op: 'remove', path: 'password' },
        { op: 'replace', path: 'password', value: '' },
        { op: 'replace', path: 'password', value: null },
      ]) {
        const answer = await scene().patch(user.id, operation)
        assertError(answer, {
          status: 400,
          scimType: 'mutability',
          detail: 'password cannot be removed.',
        })
      }
      assert.equal(await stored(scene().dn(`uid=${user.userName}`)), hash)
    })

    it('is set together with a new userName', async () => {
      const user = await scene().user({ password: secret })
      const userName = scene().unusedName()
      const changed = await scene().patch(user.id, {
        op: 'replace',
        value: { userName, password: another, title: 'x' },
      })
      assert.equal(changed.status, 200, changed.text)
      assert.equal(changed.answer?.['title'], 'x')
      assert.equal(await scene().admin.canBind(scene().dn(`uid=${userName}`), another), true)
    })

    it('that the policy refuses fails the whole creation: there is no entry', async () => {
      const userName = scene().unusedName()
      const answer = await scene().bridge.scim.post('/Users', { userName, password: 'short' })
      assertError(answer, refused)
      assert.deepEqual(await scene().find(`userName eq "${userName}"`), [])
      assert.equal(await scene().admin.read(scene().dn(`uid=${userName}`)), undefined)
    })

    it('that the policy refuses fails the whole change: nothing of it is applied', async () => {
      const user = await scene().user({ password: secret, title: 'Clerk' })
      const attempts: JsonObject[] = [
        { password: 'short' },
        { password: 'short', title: 'Boss', displayName: 'New' },
        { password: 'short', userName: scene().unusedName(), title: 'Boss' },
        { password: 'short', active: false },
      ]
      for (const value of attempts) {
        assertError(await scene().patch(user.id, { op: 'replace', value }), refused)
        assertError(
          await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, ...value }),
          refused,
        )
      }
      assert.deepEqual(withoutMeta(await scene().get(user.id)), withoutMeta(user))
      const dn = scene().dn(`uid=${user.userName}`)
      assert.equal(await scene().admin.canBind(dn, secret), true)
    })

    it('is nowhere to be read: not in answers, log, journal or preview', async () => {
      const hidden = 'Nobody-Reads-This-9'
      const create = { userName: scene().unusedName(), password: hidden }
      const user = await scene().user(create)
      const exchanges: Exchange[] = [
        await scene().bridge.scim.get(`/Users/${user.id}?attributes=password,userName`),
        await scene().bridge.scim.get('/Users?attributes=password'),
        await scene().patch(user.id, { op: 'replace', path: 'password', value: `${hidden}-2` }),
        await scene().patch(user.id, { op: 'add', value: { Password: `${hidden}-3` } }),
        await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, PASSWORD: `${hidden}-4` }),
        await scene().bridge.scim.send('POST', '/Users', {
          body: { userName: scene().unusedName(), password: hidden },
          headers: { prefer: 'dry-run' },
        }),
        await scene().bridge.scim.send('PUT', `/Users/${user.id}`, {
          body: { ...user, password: hidden },
          headers: { prefer: 'dry-run' },
        }),
        await scene().bridge.scim.post('/Users', { password: hidden }),
        await scene().bridge.scim.post('/Users', create),
        await scene().bridge.scim.get(
          `/Users?filter=${encodeURIComponent(`password eq "${hidden}"`)}`,
        ),
      ]
      const seen = [
        JSON.stringify(user),
        ...exchanges.map(({ text }) => text),
        JSON.stringify(await scene().bridge.journal()),
        JSON.stringify(scene().bridge.events),
      ]
      for (const text of seen) {
        assert.ok(!text.includes(hidden), text)
        assert.ok(!text.includes(Buffer.from(hidden).toString('base64').slice(0, 20)), text)
        assert.ok(!text.includes('{SSHA'), text)
      }
      assert.ok(!JSON.stringify(user).includes('password'))
      assert.ok(!(exchanges[0]?.text ?? '').includes('password'))
    })

    it('cannot be filtered or sorted by', async () => {
      for (const filter of [
        'password eq "x"',
        'password pr',
        'password sw "C"',
        'not (password pr)',
      ]) {
        const answer = await scene().bridge.scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
        assert.equal(answer.status, 400, filter)
        assert.equal(answer.answer?.['scimType'], 'invalidFilter')
      }
    })

    it('is advertised as something that can be written and never read', async () => {
      const { answer } = await scene().bridge.scim.get(
        '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User',
      )
      const attributes = answer?.['attributes'] as JsonObject[] | undefined
      const password = attributes?.find(({ name }) => name === 'password')
      assert.equal(password?.['mutability'], 'writeOnly')
      assert.equal(password['returned'], 'never')
      const config = await scene().bridge.scim.get('/ServiceProviderConfig')
      assert.deepEqual(config.answer?.['changePassword'], { supported: true })
    })
  })
}

describe('A password where passwords are not provisioned', () => {
  const scene = sceneFor({ 'users.password.method': 'ignore' })

  it('is not set, not advertised, and no reason to fail: Okta sends one with every user', async () => {
    const user = await scene().user({ password: secret })
    const dn = scene().dn(`uid=${user.userName}`)
    assert.deepEqual(await scene().admin.values(dn, 'userPassword'), [])
    const put = await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, password: another })
    assert.equal(put.status, 200, put.text)
    assert.equal(await scene().sent(put), '')
    const schemas = await scene().bridge.scim.get('/Schemas')
    assert.ok(!schemas.text.includes('"password"'))
  })
})
