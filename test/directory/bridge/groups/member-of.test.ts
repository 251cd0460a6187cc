import assert from 'node:assert/strict'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { GroupScene, type Person } from './group-scene.ts'

describe('memberOf, kept by the overlay of an OpenLDAP, after changes of a group', () => {
  let scene: GroupScene
  let ann: Person
  let ben: Person
  let group: string

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('followed', 2)
    ;[ann, ben] = people as [Person, Person]
  })

  beforeEach(async () => {
    group = await scene.createGroup('Followed', [ann])
  })

  afterEach(async () => {
    await scene.bridge.scim.delete(`/Groups/${group}`)
  })

  after(async () => scene.close())

  /** Who is a member, by memberOf in the directory, and the group's name as SCIM shows it with the users. */
  async function assertFollowed(members: readonly Person[], name: string): Promise<void> {
    const dn = `cn=${name},${scene.bridge.section.groups}`
    for (const person of [ann, ben]) {
      const isMember = members.includes(person)
      const stored = await scene.admin.values(person.dn, 'memberOf')
      // The overlay keeps the spelling of a DN that changes in case only.
      assert.deepEqual(stored.map(lowerCase), isMember ? [lowerCase(dn)] : [])
      const { answer } = await scene.bridge.scim.get(`/Users/${person.id}`)
      const shown = (answer?.['groups'] ?? []) as { value: string; display: string }[]
      const expected = isMember ? [[group, name]] : []
      assert.deepEqual(
        shown.map(({ value, display }) => [value, display]),
        expected,
      )
    }
  }

  it('follows its creation and its deletion', async () => {
    await assertFollowed([ann], 'Followed')
    assert.equal((await scene.bridge.scim.delete(`/Groups/${group}`)).status, 204)
    await assertFollowed([], 'Followed')
  })

  it('follows members who come and go by PATCH', async () => {
    await scene.patch(group, [{ op: 'add', path: 'members', value: [{ value: ben.id }] }])
    await assertFollowed([ann, ben], 'Followed')
    await scene.patch(group, [{ op: 'remove', path: 'members', value: [{ value: ann.id }] }])
    await assertFollowed([ben], 'Followed')
    await scene.patch(group, [{ op: 'remove', path: 'members' }])
    await assertFollowed([], 'Followed')
  })

  it('follows members who come and go by PUT', async () => {
    const body = { displayName: 'Followed', members: [{ value: ben.id }] }
    await scene.bridge.scim.put(`/Groups/${group}`, body)
    await assertFollowed([ben], 'Followed')
  })

  it('follows a rename, also in case only', async () => {
    for (const displayName of ['Renamed', 'RENAMED']) {
      await scene.patch(group, [{ op: 'replace', path: 'displayName', value: displayName }])
      await assertFollowed([ann], displayName)
    }
  })

  it('follows a rename and a change of members in one request', async () => {
    const patched = await scene.patch(group, [
      { op: 'replace', path: 'displayName', value: 'Both' },
      { op: 'add', path: 'members', value: [{ value: ben.id }] },
      { op: 'remove', path: 'members', value: [{ value: ann.id }] },
    ])
    assert.equal(patched.status, 204)
    await assertFollowed([ben], 'Both')
  })

  it('follows changes that are made for one version of the group (If-Match)', async () => {
    const { headers } = await scene.bridge.scim.get(`/Groups/${group}`)
    const patched = await scene.patch(
      group,
      [{ op: 'add', path: 'members', value: [{ value: ben.id }] }],
      { headers: { 'if-match': headers.get('etag') ?? '' } },
    )
    assert.equal(patched.status, 204)
    await assertFollowed([ann, ben], 'Followed')
  })

  it('follows the rename of a member', async () => {
    const renamed = await scene.bridge.scim.put(`/Users/${ben.id}`, { userName: 'followed-b' })
    assert.equal(renamed.status, 200, renamed.text)
    const dn = `uid=followed-b,${scene.bridge.section.people}`
    await scene.patch(group, [{ op: 'add', path: 'members', value: [{ value: ben.id }] }])
    assert.deepEqual(await scene.storedMembers(group), [ann.dn, dn].sort())
    assert.equal((await scene.admin.values(dn, 'memberOf')).length, 1)
  })
})

function lowerCase(dn: string): string {
  return dn.toLowerCase()
}
