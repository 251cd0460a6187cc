import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { enterprise, sceneFor } from './scene.ts'

const password = 'Right-Horse-1'

for (const method of ['userPassword', 'passwordModify'] as const) {
  describe(`A change of a user before which another bridge changes him, with ${method}`, () => {
    const scene = sceneFor({ 'users.password.method': method })
    let proxy: LdapProxy
    let other: TestBridge

    before(async () => {
      const server = sharedOpenldap()
      proxy = await LdapProxy.start(server.url)
      const { people, groups } = scene().bridge.section
      other = await openTestBridge(
        { ...server, url: proxy.url },
        {
          'users.base': people,
          'groups.base': groups,
          'users.password.method': method,
        },
      )
    })

    after(async () => {
      await other.close()
      await proxy.close()
    })

    /** Changes a resource by the other bridge, whose modify waits until the first has changed it. */
    async function changeBehind(
      path: string,
      change: readonly JsonObject[],
      first: readonly JsonObject[],
    ): Promise<void> {
      proxy.meanwhile('modify', async () => {
        const answer = await scene().bridge.scim.patch(path, { Operations: first })
        assert.ok(answer.status < 300, answer.text)
      })
      const answer = await other.scim.patch(path, { Operations: change })
      assert.ok(answer.status < 300, answer.text)
    }

    it('leaves him locked when it sets his password', async () => {
      const { id, userName } = await scene().user({ password })
      await changeBehind(
        `/Users/${id}`,
        [{ op: 'replace', path: 'password', value: 'Left-Horse-2' }],
        [{ op: 'replace', path: 'active', value: false }],
      )
      const { answer } = await scene().bridge.scim.get(`/Users/${id}`)
      assert.equal(answer?.['active'], false)
      assert.equal(
        await scene().admin.canBind(scene().dn(`uid=${userName}`), 'Left-Horse-2'),
        false,
      )
    })

    it('leaves him unlocked when it sets his password', async () => {
      const { id, userName } = await scene().user({ password, active: false })
      await changeBehind(
        `/Users/${id}`,
        [{ op: 'replace', path: 'password', value: 'Left-Horse-2' }],
        [{ op: 'replace', path: 'active', value: true }],
      )
      assert.equal(await scene().admin.canBind(scene().dn(`uid=${userName}`), 'Left-Horse-2'), true)
    })

    it('leaves one value where it gives the first of an attribute', async () => {
      const boss = await scene().userId()
      const first = await scene().userId()
      for (const [path, attribute, values] of [
        ['title', 'title', ['Clerk', 'Chief']],
        ['emails[type eq "work"].value', 'mail', ['a@example.com', 'b@example.com']],
        ['addresses[type eq "work"].locality', 'l', ['Rome', 'Oslo']],
        [`${enterprise}:department`, 'departmentNumber', ['One', 'Two']],
        [`${enterprise}:manager`, 'manager', [{ value: first }, { value: boss }]],
        [`${enterprise}:manager`, 'scimPendingManager', ['nobody-1', 'nobody-2']],
      ] as const) {
        const { id, userName } = await scene().user()
        const [one, two] = values.map((value) => [{ op: 'add', path, value }])
        await changeBehind(`/Users/${id}`, two ?? [], one ?? [])
        const stored = await scene().admin.values(scene().dn(`uid=${userName}`), attribute)
        assert.equal(stored.length, 1, `${attribute}: ${stored.join(', ')}`)
      }
    })

    it('leaves him one manager while the other manager is renamed', async () => {
      const [boss, next] = [await scene().user(), await scene().user()]
      const { id, userName } = await scene().user({ [enterprise]: { manager: { value: boss.id } } })
      const change = { op: 'replace', path: `${enterprise}:manager`, value: { value: next.id } }
      const rename = { op: 'replace', path: 'userName', value: `${boss.userName}-renamed` }
      const managers = async (): Promise<readonly string[]> =>
        await scene().admin.values(scene().dn(`uid=${userName}`), 'manager')
      proxy.meanwhile('modify', async () => {
        assert.equal((await scene().patch(id, change)).status, 200)
      })
      const renamed = await other.scim.patch(`/Users/${boss.id}`, { Operations: [rename] })
      assert.equal(renamed.status, 200, renamed.text)
      assert.deepEqual(await managers(), [scene().dn(`uid=${next.userName}`)])
    })

    it('leaves him one manager who is given to him in the middle of a rename of the former', async () => {
      const [boss, next] = [await scene().user(), await scene().user()]
      const { id, userName } = await scene().user({ [enterprise]: { manager: { value: boss.id } } })
      const change = { op: 'replace', path: `${enterprise}:manager`, value: { value: next.id } }
      const dn = scene().dn(`uid=${userName}`)
      const values = [scene().dn('uid=the-new-name')]
      proxy.meanwhile('modify', async () => {
        await scene().admin.modify(dn, { operation: 'add', type: 'manager', values })
      })
      const changed = await other.scim.patch(`/Users/${id}`, { Operations: [change] })
      assert.equal(changed.status, 200, changed.text)
      const stored = await scene().admin.values(dn, 'manager')
      assert.deepEqual(stored, [scene().dn(`uid=${next.userName}`)])
    })

    for (const search of [0, 1, 2, 3]) {
      it(`leaves him in his group when it loses the race for his name at its search ${search}`, async () => {
        const group = await scene().group()
        const userName = scene().unusedName()
        const body = { userName, name: { familyName: 'Winner' } }
        let winner: string | undefined
        const win = async (): Promise<void> => {
          winner = await scene().userId(body)
          await join(group, winner)
        }
        proxy.meanwhile('search', win, search)
        const lost = await other.scim.post('/Users', body)
        assert.equal(lost.status, 409, lost.text)
        assert.deepEqual(await scene().memberIds(group), [winner])
      })
    }

    it('leaves him in his group when it loses the race for a name that the group knew before', async () => {
      const displayName = scene().unusedName()
      const group = await scene().group([], displayName)
      const userName = scene().unusedName()
      const body = { userName, name: { familyName: 'Winner' } }
      const groupDn = `cn=${displayName},${scene().bridge.section.groups}`
      const values = [scene().dn(`uid=${userName}`)]
      await scene().admin.modify(groupDn, { operation: 'add', type: 'member', values })
      let winner: string | undefined
      proxy.meanwhile('modify', async () => {
        winner = await scene().userId(body)
        assert.deepEqual(await scene().memberIds(group), [])
        await join(group, winner)
      })
      const lost = await other.scim.post('/Users', body)
      assert.equal(lost.status, 409, lost.text)
      assert.deepEqual(await scene().memberIds(group), [winner])
    })

    async function join(group: string, user: string): Promise<void> {
      const Operations = [{ op: 'add', path: 'members', value: [{ value: user }] }]
      const joined = await scene().bridge.scim.patch(`/Groups/${group}`, { Operations })
      assert.equal(joined.status, 204, joined.text)
    }
  })
}
