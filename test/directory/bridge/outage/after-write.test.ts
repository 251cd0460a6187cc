import assert from 'node:assert/strict'
import { loadSettings } from '../../../../src/config/load-settings.ts'
import { Settings } from '../../../../src/config/settings.ts'
import type { Directory } from '../../../../src/directory/directory.ts'
import { DirectoryError } from '../../../../src/directory/error.ts'
import { createLdapDirectory } from '../../../../src/directory/ldap-directory.ts'
import type { Logger } from '../../../../src/logging/logger.ts'
import { Groups } from '../../../../src/provisioning/groups.ts'
import { createParts } from '../../../../src/provisioning/parts.ts'
import type { WriteRequest } from '../../../../src/provisioning/resource-service.ts'
import { Users } from '../../../../src/provisioning/users.ts'
import { ScimError } from '../../../../src/scim/error.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { directoryVariables, preset } from '../command-line/run-cli.ts'
import { GroupScene, type Person, placeholder } from '../groups/group-scene.ts'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

const request: WriteRequest = {
  context: {
    baseUrl: '',
    reason: { requestId: 'r', actor: 'test', clientAddress: 'local', method: 'POST', path: '/' },
  },
  isDryRun: false,
}

describe('A directory that fails in the middle of a request, an OpenLDAP', () => {
  let scene: GroupScene
  let directory: Directory
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
    const environment = {
      ...directoryVariables(sharedOpenldap(), scene.bridge.section),
      SCIM_LISTS_MAX_RESULTS: '100',
      SCIM_USERS_ON_DELETE: 'move',
      SCIM_USERS_DELETED_BASE: formerBase,
    }
    const settings = await loadSettings({ file: preset, environment }, Settings)
    directory = await createLdapDirectory(settings.directory, silent)
    const all = {
      users: settings.users,
      groups: settings.groups,
      brake: settings.brake,
      ...settings.lists,
    }
    const parts = createParts(failing(directory), all, silent)
    users = new Users(parts)
    groups = new Groups(parts)
  })

  afterEach(() => {
    isLost = false
    isLostAfterWrite = false
    isReadOnly = false
  })

  after(async () => {
    await directory.close()
    await scene.close()
  })

  function failing(plain: Directory): Directory {
    return {
      capabilities: async () => plain.capabilities(),
      search: (search) => {
        if (isLost) throw new DirectoryError('unavailable', 'lost by the test')
        return plain.search(search)
      },
      compare: async (dn, attribute, value) => plain.compare(dn, attribute, value),
      isReachable: async () => plain.isReachable(),
      close: async () => plain.close(),
      execute: async (plan, reason) => {
        if (isReadOnly && plan.operations.some(({ dn }) => dn.startsWith('cn='))) {
          throw new DirectoryError('unavailable', 'lost by the test')
        }
        const entry = await plain.execute(plan, reason)
        isLost = isLostAfterWrite
        return entry
      },
    }
  }

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
