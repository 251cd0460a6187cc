import assert from 'node:assert/strict'
import { loadSettings } from '../../../../src/config/load-settings.ts'
import { Settings } from '../../../../src/config/settings.ts'
import type { Directory } from '../../../../src/directory/directory.ts'
import { createLdapDirectory } from '../../../../src/directory/ldap-directory.ts'
import type { Logger } from '../../../../src/logging/logger.ts'
import { Groups } from '../../../../src/provisioning/groups.ts'
import { createParts } from '../../../../src/provisioning/parts.ts'
import type { WriteRequest } from '../../../../src/provisioning/resource-service.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { directoryVariables, preset } from '../command-line/run-cli.ts'
import { GroupScene, type Person, placeholder } from './group-scene.ts'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

const request: WriteRequest = {
  context: {
    baseUrl: '',
    reason: {
      requestId: 'r',
      actor: 'test',
      clientAddress: 'local',
      method: 'PATCH',
      path: '/Groups/g',
    },
  },
  isDryRun: false,
}

describe('A change of members between whose steps others change the group, on an OpenLDAP', () => {
  let scene: GroupScene
  let directory: Directory
  let groups: Groups
  let ann: Person
  let ben: Person
  /** What others do as soon as the first write of the change was refused. */
  let meanwhile: (() => Promise<void>) | undefined

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('between', 2)
    ;[ann, ben] = people as [Person, Person]
    const environment = {
      ...directoryVariables(sharedOpenldap(), scene.bridge.section),
      SCIM_LISTS_MAX_RESULTS: '100',
    }
    const settings = await loadSettings({ file: preset, environment }, Settings)
    directory = await createLdapDirectory(settings.directory, silent)
    const { users, groups: stored, lists, brake } = settings
    const all = { users, groups: stored, brake, ...lists }
    groups = new Groups(createParts(interrupted(directory), all, silent))
  })

  after(async () => {
    await directory.close()
    await scene.close()
  })

  function interrupted(plain: Directory): Directory {
    return {
      capabilities: async () => plain.capabilities(),
      search: (search) => plain.search(search),
      compare: async (dn, attribute, value) => plain.compare(dn, attribute, value),
      isReachable: async () => plain.isReachable(),
      close: async () => plain.close(),
      execute: async (plan, reason) => {
        try {
          return await plain.execute(plan, reason)
        } catch (error) {
          await meanwhile?.()
          meanwhile = undefined
          throw error
        }
      },
    }
  }

  async function remove(group: string, person: Person): Promise<void> {
    const value = [{ value: person.id }]
    await groups.patch(group, { Operations: [{ op: 'remove', path: 'members', value }] }, request)
  }

  it('leaves no placeholder when the last member left meanwhile and another came', async () => {
    const group = await scene.createGroup('Between', [ann])
    meanwhile = async () => {
      const patched = await scene.patch(group, [
        { op: 'remove', path: 'members', value: [{ value: ann.id }] },
        { op: 'add', path: 'members', value: [{ value: ben.id }] },
      ])
      assert.equal(patched.status, 204)
    }
    await remove(group, ann)
    assert.deepEqual(await scene.storedMembers(group), [ben.dn])
  })

  it('leaves no placeholder when another came meanwhile', async () => {
    const group = await scene.createGroup('Joined', [ann])
    meanwhile = async () => {
      const value = [{ value: ben.id }]
      assert.equal((await scene.patch(group, [{ op: 'add', path: 'members', value }])).status, 204)
    }
    await remove(group, ann)
    assert.deepEqual(await scene.storedMembers(group), [ben.dn])
  })

  it('leaves the placeholder alone when somebody else removed the last member meanwhile', async () => {
    const group = await scene.createGroup('Left', [ann])
    meanwhile = async () => {
      const value = [{ value: ann.id }]
      const operation = { op: 'remove', path: 'members', value }
      assert.equal((await scene.patch(group, [operation])).status, 204)
    }
    await remove(group, ann)
    assert.deepEqual(await scene.storedMembers(group), [placeholder])
  })
})
