import assert from 'node:assert/strict'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { GroupScene, type Person } from '../groups/group-scene.ts'

describe('GET /Groups?filter=, on an OpenLDAP (RFC 7644 §3.4.2.2)', () => {
  let scene: GroupScene
  let ann: Person
  let ben: Person
  let pros: string
  let inner: string

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('filter', 2)
    ;[ann, ben] = people as [Person, Person]
    inner = await scene.createGroup('Inner', [ben])
    pros = await scene.createGroup('Pros', [ann, { id: inner, dn: '' }])
    await scene.createGroup('Empty')
  })

  after(async () => scene.close())

  async function find(filter: string): Promise<readonly string[]> {
    const path = `/Groups?filter=${encodeURIComponent(filter)}`
    const { status, answer, text } = await scene.bridge.scim.get(path)
    assert.equal(status, 200, text)
    return ((answer?.['Resources'] ?? []) as { id: string }[]).map(({ id }) => id)
  }

  it('finds groups by name, by id, by member and by both', async () => {
    for (const filter of [
      'displayName eq "Pros"',
      'displayname EQ "PROS"',
      `id eq "${pros}"`,
      `members eq "${ann.id}"`,
      `members.value eq "${ann.id}"`,
      `members[value eq "${ann.id}"]`,
      `members.value eq "${inner}"`,
      `members eq "${ann.id}" and displayName eq "Pros"`,
      'members.type eq "Group"',
      'members[type eq "User" and display eq "filter0"]',
    ]) {
      assert.deepEqual(await find(filter), [pros], filter)
    }
  })

  it('finds none by what nobody has, and never all of them', async () => {
    for (const filter of [
      'displayName eq "*"',
      `id eq "${ann.id}"`,
      `members eq "${pros}"`,
      'members eq "nobody"',
      'members eq "cn=empty-membership,dc=example,dc=org"',
      `members eq "${ann.id}" and members eq "${ben.id}"`,
      'members.display eq "empty-membership"',
    ]) {
      assert.deepEqual(await find(filter), [], filter)
    }
  })

  it('does not take the placeholder for a member', async () => {
    assert.equal((await find('members pr')).length, 2)
    assert.equal((await find('not (members pr)')).length, 1)
  })
})
