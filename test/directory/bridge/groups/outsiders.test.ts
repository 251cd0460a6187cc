import assert from 'node:assert/strict'
import { exampleTree } from '../../../support/openldap-server.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { assertRefused, GroupScene, ids, type Person, placeholder } from './group-scene.ts'

describe('Members of a group that the bridge does not serve, on an OpenLDAP', () => {
  let scene: GroupScene
  let ann: Person
  let ben: Person
  let outside: readonly string[]
  let id: string

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('inside', 2)
    ;[ann, ben] = people as [Person, Person]
    outside = [
      'uid=gone,ou=people,dc=example,dc=org',
      `uid=gone,${scene.bridge.section.people}`,
      `cn=stranger,${exampleTree.secret}`,
      scene.bridge.section.people,
      exampleTree.bridge,
    ]
  })

  beforeEach(async () => {
    id = await scene.createGroup(`Guests ${Math.random()}`, [ann])
    const [group] = await scene.admin.search({
      base: scene.bridge.section.groups,
      filter: `(entryUUID=${id})`,
      attributes: ['1.1'],
    })
    await scene.admin.modify(group?.dn ?? '', { operation: 'add', type: 'member', values: outside })
  })

  after(async () => scene.close())

  async function assertUntouched(): Promise<void> {
    const stored = await scene.storedMembers(id)
    for (const dn of outside) assert.ok(stored.includes(dn), dn)
  }

  it('are not shown: neither those outside the bases, nor those whose entry is gone', async () => {
    assert.deepEqual(await scene.shownMembers(id), [ann.id])
    const { text } = await scene.bridge.scim.get(`/Groups/${id}`)
    assert.doesNotMatch(text, /gone|stranger|bridge,/)
  })

  it('are left alone by a PUT with members', async () => {
    const { answer } = await scene.bridge.scim.get(`/Groups/${id}?attributes=displayName`)
    const put = await scene.bridge.scim.put(`/Groups/${id}`, {
      displayName: answer?.['displayName'] ?? null,
      members: [{ value: ben.id }],
    })
    assert.equal(put.status, 200)
    await assertUntouched()
    assert.deepEqual(await scene.shownMembers(id), [ben.id])
  })

  it('are left alone by the removal of all members, which needs no placeholder then', async () => {
    assert.equal((await scene.patch(id, [{ op: 'remove', path: 'members' }])).status, 204)
    await assertUntouched()
    assert.ok(!(await scene.storedMembers(id)).includes(placeholder))
    assert.deepEqual(await scene.shownMembers(id), [])
  })

  it('are left alone by a replacement with PATCH', async () => {
    const value = [{ value: ben.id }]
    assert.equal((await scene.patch(id, [{ op: 'replace', path: 'members', value }])).status, 204)
    await assertUntouched()
    assert.deepEqual(await scene.shownMembers(id), [ben.id])
  })

  it('cannot be added by an id from outside the bases, nor removed by one', async () => {
    const stranger = await scene.addEntry(`uid=stranger,${exampleTree.secret}`, {
      objectClass: 'inetOrgPerson',
      cn: 'Stranger',
      sn: 'Stranger',
    })
    try {
      const value = [{ value: stranger.id }]
      assertRefused(await scene.patch(id, [{ op: 'add', path: 'members', value }]), {
        status: 400,
        scimType: 'invalidValue',
      })
      assert.equal((await scene.patch(id, [{ op: 'remove', path: 'members', value }])).status, 204)
      await assertUntouched()
    } finally {
      await scene.admin.remove(stranger.dn)
    }
  })

  it('cannot be added by the id of an entry of another class within the bases', async () => {
    const device = await scene.addEntry(`cn=printer,${scene.bridge.section.people}`, {
      objectClass: 'device',
      cn: 'printer',
    })
    assertRefused(
      await scene.patch(id, [{ op: 'add', path: 'members', value: [{ value: device.id }] }]),
      { status: 400, scimType: 'invalidValue' },
    )
  })
})

describe('Groups as members of groups, on an OpenLDAP (RFC 7643 §4.2)', () => {
  let scene: GroupScene
  let ann: Person

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('nested', 1)
    ;[ann] = people as [Person]
  })

  after(async () => scene.close())

  it('show with the type Group and their URL, beside users', async () => {
    const inner = await scene.createGroup('Inner', [ann])
    const outer = await scene.createGroup('Outer')
    const value = [{ value: inner }, { value: ann.id, type: 'User' }]
    assert.equal((await scene.patch(outer, [{ op: 'add', path: 'members', value }])).status, 204)
    const { answer } = await scene.bridge.scim.get(`/Groups/${outer}`)
    const members = answer?.['members'] as { value: string; type: string; $ref: string }[]
    assert.deepEqual(
      members.find((member) => member.value === inner),
      {
        value: inner,
        $ref: `${scene.bridge.baseUrl}/Groups/${inner}`,
        display: 'Inner',
        type: 'Group',
      },
    )
    assert.equal(members.find((member) => member.value === ann.id)?.type, 'User')
  })

  it('leave with their type, too, and stay members when they are renamed', async () => {
    const inner = await scene.createGroup('Inner 2', [ann])
    const outer = await scene.createGroup('Outer 2', [{ id: inner, dn: '' }])
    await scene.patch(inner, [{ op: 'replace', path: 'displayName', value: 'Inner 3' }])
    await eventually(async () => {
      assert.deepEqual(await scene.shownMembers(outer), [inner])
    })
    const remove = { op: 'remove', path: 'members', value: [{ value: inner, type: 'Group' }] }
    assert.equal((await scene.patch(outer, [remove])).status, 204)
    assert.deepEqual(await scene.storedMembers(outer), [placeholder])
  })

  it('can be members of themselves, as far as the directory lets them', async () => {
    const id = await scene.createGroup('Ouroboros', [ann])
    const value = [{ value: id }]
    assert.equal((await scene.patch(id, [{ op: 'add', path: 'members', value }])).status, 204)
    assert.deepEqual(await scene.shownMembers(id), [id, ann.id].sort())
    assert.deepEqual(ids([ann]), [ann.id])
  })
})

/** refint puts references right some milliseconds after the answer to the rename. */
async function eventually(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + 3000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
    }
  }
}
