import assert from 'node:assert/strict'
import { DirectoryError } from '../../../../src/directory/error.ts'
import type { Groups } from '../../../../src/provisioning/groups.ts'
import type { Users } from '../../../../src/provisioning/users.ts'
import { ScimError } from '../../../../src/scim/error.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { type Interruptions, OperationsScene, request } from '../operations-scene.ts'
import { GroupScene, type Person, placeholder } from '../groups/group-scene.ts'

describe('A directory that fails in the middle of a request, an OpenLDAP', () => {
  let scene: GroupScene
  let provisioning: OperationsScene
  let users: Users
  let groups: Groups
  let formerBase: string
  let ann: Person
  /** From the next write on nothing can be read. */
  let isLostAfterWrite = false
  let isLost = false
  /** Whether groups cannot be written. */
  let isReadOnly = false

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const { groups: base } = scene.bridge.section
    formerBase = `ou=former,${base}`
    await scene.admin.add(formerBase, { objectClass: 'organizationalUnit', ou: 'former' })
    ;[ann] = (await scene.addPeople('after-write', 1)) as [Person]
    const variables = {
      SCIM_LISTS_MAX_RESULTS: '100',
      SCIM_USERS_ON_DELETE: 'move',
      SCIM_USERS_DELETED_BASE: formerBase,
    }
    const place = { server: sharedOpenldap(), section: scene.bridge.section, variables }
    provisioning = await OperationsScene.open(place, interruptions)
    ;({ users, groups } = provisioning)
  })

  afterEach(() => {
    isLost = false
    isLostAfterWrite = false
    isReadOnly = false
  })

  after(async () => {
    await provisioning.close()
    await scene.close()
  })

  const interruptions: Interruptions = (plain) => ({
    search: (search) => {
      if (isLost) throw new DirectoryError('unavailable', 'lost by the test')
      return plain.search(search)
    },
    execute: async (plan, reason) => {
      if (isReadOnly && plan.operations.some(({ dn }) => dn.startsWith('cn='))) {
        throw new DirectoryError('unavailable', 'lost by the test')
      }
      const entry = await plain.execute(plan, reason)
      isLost = isLostAfterWrite
      return entry
    },
  })

  it('does not have a user taken for one who was not created', async () => {
    isLostAfterWrite = true
    const body = {
      userName: 'created-unread',
      name: { familyName: 'x' },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: ann.id } },
    }
    await assert.rejects(users.create(body, request), isMadeButUnread)
    const dn = `uid=created-unread,${scene.bridge.section.people}`
    assert.deepEqual(await scene.admin.values(dn, 'sn'), ['x'])
  })

  it('does not have a user taken for one who was not changed', async () => {
    isLostAfterWrite = true
    const body = { Operations: [{ op: 'replace', path: 'title', value: 'Unread' }] }
    await assert.rejects(users.patch(ann.id, body, request), isMadeButUnread)
    assert.deepEqual(await scene.admin.values(ann.dn, 'title'), ['Unread'])
  })

  it('does not have a group taken for one that was not created', async () => {
    isLostAfterWrite = true
    const body = { displayName: 'Created unread', members: [{ value: ann.id }] }
    await assert.rejects(groups.create(body, request), isMadeButUnread)
    const dn = `cn=Created unread,${scene.bridge.section.groups}`
    assert.deepEqual(await scene.admin.values(dn, 'member'), [ann.dn])
  })

  it('does not have members taken for such as were not added', async () => {
    const group = await scene.createGroup('Filled unread')
    isLostAfterWrite = true
    const value = [{ value: ann.id }]
    const body = { Operations: [{ op: 'add', path: 'members', value }] }
    await assert.rejects(groups.patch(group, body, request), isMadeButUnread)
    assert.deepEqual(await scene.storedMembers(group), [ann.dn])
  })

  it('leaves a user who is to be moved away where a repetition finds him', async () => {
    const [ben] = (await scene.addPeople('moving', 1)) as [Person]
    const group = await scene.createGroup('Left first', [ben])
    isReadOnly = true
    await assert.rejects(users.delete(ben.id, request), { status: 503 })
    assert.deepEqual(await scene.storedMembers(group), [ben.dn])
    isReadOnly = false
    assert.deepEqual(await users.delete(ben.id, request), { kind: 'written' })
    assert.deepEqual(await scene.storedMembers(group), [placeholder])
    assert.deepEqual(await scene.admin.values(`uid=moving0,${formerBase}`, 'uid'), ['moving0'])
  })
})

function isMadeButUnread(error: unknown): boolean {
  assert.ok(error instanceof ScimError)
  assert.equal(error.status, 503)
  assert.match(error.message, /^The change was made, but .*Read the resource/u)
  assert.ok(error.cause instanceof DirectoryError)
  return true
}
