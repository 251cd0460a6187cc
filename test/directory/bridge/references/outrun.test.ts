import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { startOpenldap } from '../../../support/openldap.ts'
import type { DirectoryServer } from '../../../support/directory-server.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { GroupScene, type Person, placeholder } from '../groups/group-scene.ts'

const patchOf = (userName: string): JsonObject => ({
  Operations: [{ op: 'replace', path: 'userName', value: userName }],
})

describe('A rename behind which another bridge renames or deletes the same entry, on an OpenLDAP without refint', () => {
  let server: DirectoryServer
  let scene: GroupScene
  let proxy: LdapProxy
  let bridge: TestBridge
  let count = 0

  before(async function () {
    this.timeout(5 * 60_000)
    server = await startOpenldap({ overlays: ['memberof', 'unique', 'ppolicy'] })
    scene = await GroupScene.open(server)
    proxy = await LdapProxy.start(server.url)
    const { people, groups } = scene.bridge.section
    const bases = { 'users.base': people, 'groups.base': groups }
    bridge = await openTestBridge({ ...server, url: proxy.url }, bases)
  })

  after(async () => {
    await bridge.close()
    await proxy.close()
    await scene.close()
    await server.close()
  })

  /** Renames somebody who comes into a group by his old name in the middle of it.
   *  @param first what the other bridge does before the group is given the new name.
   *  @returns the group. */
  async function renameBehind(person: Person, first: () => Promise<void>): Promise<string> {
    const name = `Outrun ${count}`
    const group = await scene.createGroup(name)
    proxy.meanwhile('modifyDn', async () => {
      const added = { operation: 'add', type: 'member', values: [person.dn] } as const
      await scene.admin.modify(`cn=${name},${scene.bridge.section.groups}`, added)
    })
    proxy.meanwhile('modify', first)
    const renamed = await bridge.scim.patch(`/Users/${person.id}`, patchOf(`outrun-once-${count}`))
    assert.equal(renamed.status, 200, renamed.text)
    return group
  }

  async function somebody(): Promise<Person> {
    count += 1
    const [person] = (await scene.addPeople(`outrun${count}x`, 1)) as [Person]
    return person
  }

  it('leaves the groups with the last name', async () => {
    const person = await somebody()
    const last = `outrun-twice-${count}`
    const group = await renameBehind(person, async () => {
      const { status, text } = await scene.bridge.scim.patch(`/Users/${person.id}`, patchOf(last))
      assert.equal(status, 200, text)
    })
    const dn = `uid=${last},${scene.bridge.section.people}`
    assert.deepEqual(await scene.storedMembers(group), [dn, placeholder].toSorted())
  })

  it('leaves the groups without who is gone', async () => {
    const person = await somebody()
    const group = await renameBehind(person, async () => {
      assert.equal((await scene.bridge.scim.delete(`/Users/${person.id}`)).status, 204)
    })
    assert.deepEqual(await scene.storedMembers(group), [placeholder])
  })
})
