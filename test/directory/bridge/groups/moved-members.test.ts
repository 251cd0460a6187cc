import assert from 'node:assert/strict'
import type { Groups } from '../../../../src/provisioning/groups.ts'
import type { WriteResult } from '../../../../src/provisioning/resource-service.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { type Interruptions, OperationsScene, request } from '../operations-scene.ts'
import { GroupScene, memberIds, type Person, placeholder } from './group-scene.ts'

const pairs = 30

describe('Members who are renamed or removed while they are written into a group, on an OpenLDAP', () => {
  let scene: GroupScene
  let provisioning: OperationsScene
  let groups: Groups
  let count = 0
  /** What others do right before the next writes, one for each. */
  let meanwhile: (() => Promise<void>)[] = []
  /** What others do right before members are compared. */
  let beforeComparison: (() => Promise<void>) | undefined

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const variables = { SCIM_LISTS_MAX_RESULTS: '100' }
    const place = { server: sharedOpenldap(), section: scene.bridge.section, variables }
    provisioning = await OperationsScene.open(place, interruptions)
    groups = provisioning.groups
  })

  after(async () => {
    await provisioning.close()
    await scene.close()
  })

  const interruptions: Interruptions = (plain) => ({
    compare: async (dn, attribute, value) => {
      const others = beforeComparison
      beforeComparison = undefined
      await others?.()
      return plain.compare(dn, attribute, value)
    },
    execute: async (plan, reason) => {
      await meanwhile.shift()?.()
      return plain.execute(plan, reason)
    },
  })

  async function someone(): Promise<Person> {
    count += 1
    const [person] = await scene.addPeople(`moved${count}x`, 1)
    return person ?? assert.fail('nobody was added')
  }

  async function rename(person: Person, userName: string): Promise<void> {
    const body = { Operations: [{ op: 'replace', path: 'userName', value: userName }] }
    const renamed = await scene.bridge.scim.patch(`/Users/${person.id}`, body)
    assert.equal(renamed.status, 200, renamed.text)
  }

  async function remove(person: Person): Promise<void> {
    await scene.admin.remove(person.dn)
  }

  function dnOf(userName: string): string {
    return `uid=${userName},${scene.bridge.section.people}`
  }

  async function add(group: string, ...people: readonly Person[]): Promise<WriteResult> {
    const value = people.map(({ id }) => ({ value: id }))
    const body = { Operations: [{ op: 'add', path: 'members', value }] }
    return await groups.patch(group, body, request)
  }

  const ways: Readonly<Record<string, (person: Person) => Promise<string>>> = {
    'PATCH that adds them': async (person) => {
      const group = await scene.createGroup(`Moved by PATCH ${person.id}`)
      await add(group, person)
      return group
    },
    'PATCH that replaces all': async (person) => {
      const group = await scene.createGroup(`Moved by replace ${person.id}`, [await someone()])
      const value = [{ value: person.id }]
      const body = { Operations: [{ op: 'replace', path: 'members', value }] }
      await groups.patch(group, body, request)
      return group
    },
    PUT: async (person) => {
      const displayName = `Moved by PUT ${person.id}`
      const group = await scene.createGroup(displayName)
      const body = { displayName, members: [{ value: person.id }] }
      const result = await groups.replace(group, body, request)
      assert.deepEqual(shownIn(result), await scene.shownMembers(group))
      return group
    },
    POST: async (person) => {
      const displayName = `Moved by POST ${person.id}`
      const body = { displayName, members: [{ value: person.id }] }
      const result = await groups.create(body, request)
      const id = result.kind === 'written' ? result.resource?.['id'] : undefined
      const group = typeof id === 'string' ? id : assert.fail('no group was created')
      assert.deepEqual(shownIn(result), await scene.shownMembers(group))
      return group
    },
  }
  for (const [way, write] of Object.entries(ways)) {
    it(`are members under their new name after a ${way}`, async () => {
      const person = await someone()
      const name = `renamed-${person.id}`
      meanwhile = [async () => rename(person, name)]
      const group = await write(person)
      assert.deepEqual(await scene.storedMembers(group), [dnOf(name)])
    })

    it(`leave no dead DN but the placeholder when they are gone after a ${way}`, async () => {
      const person = await someone()
      meanwhile = [async () => remove(person)]
      const group = await write(person)
      assert.deepEqual(await scene.storedMembers(group), [placeholder])
    })
  }

  it('are followed when they are renamed once more meanwhile', async () => {
    const person = await someone()
    const group = await scene.createGroup('Followed')
    const [once, twice] = [`once-${person.id}`, `twice-${person.id}`]
    meanwhile = [async () => rename(person, once), async () => rename(person, twice)]
    await add(group, person)
    assert.deepEqual(await scene.storedMembers(group), [dnOf(twice)])
  })

  it('are followed into a group that is renamed meanwhile', async () => {
    const person = await someone()
    const group = await scene.createGroup('Renamed as well')
    const name = `with-group-${person.id}`
    const renameGroup = async (): Promise<void> => {
      const value = 'Renamed meanwhile'
      const renamed = await scene.patch(group, [{ op: 'replace', path: 'displayName', value }])
      assert.equal(renamed.status, 204)
    }
    meanwhile = [async () => rename(person, name), renameGroup]
    await add(group, person)
    assert.deepEqual(await scene.storedMembers(group), [dnOf(name)])
  })

  it('leave the others where they are', async () => {
    const [gone, renamed, stays, was] = [
      await someone(),
      await someone(),
      await someone(),
      await someone(),
    ]
    const group = await scene.createGroup('Others', [was])
    const name = `beside-${renamed.id}`
    meanwhile = [
      async () => {
        await remove(gone)
        await rename(renamed, name)
      },
    ]
    await add(group, gone, renamed, stays)
    assert.deepEqual(await scene.storedMembers(group), [dnOf(name), stays.dn, was.dn].sort())
  })

  it('are no members any more when they are renamed while they are taken out', async () => {
    const [person, stays] = [await someone(), await someone()]
    const group = await scene.createGroup('Taken out', [person, stays])
    beforeComparison = async () => {
      const name = `taken-out-${person.id}`
      await rename(person, name)
      await settled(async () => (await scene.storedMembers(group)).includes(dnOf(name)))
    }
    const value = [{ value: person.id }]
    await groups.patch(group, { Operations: [{ op: 'remove', path: 'members', value }] }, request)
    assert.deepEqual(await scene.storedMembers(group), [stays.dn])
  })

  it('are members under their new name when renames and additions come at the same time', async () => {
    const people = await scene.addPeople('race-moved', pairs)
    const group = await scene.createGroup('Race of renames')
    await Promise.all(
      people.flatMap((person, index) => [
        rename(person, `raced-${index}`),
        scene
          .patch(group, [{ op: 'add', path: 'members', value: [{ value: person.id }] }])
          .then(({ status, text }) => assert.equal(status, 204, text)),
      ]),
    )
    const expected = people.map((_, index) => dnOf(`raced-${index}`)).sort()
    await settled(async () => (await scene.storedMembers(group)).join() === expected.join())
    assert.deepEqual(await scene.storedMembers(group), expected)
  })

  it('leave no dead DN when removals and additions come at the same time', async () => {
    const people = await scene.addPeople('race-gone', pairs)
    const group = await scene.createGroup('Race of removals')
    await Promise.all(
      people.flatMap((person) => [
        scene.bridge.scim.delete(`/Users/${person.id}`),
        scene
          .patch(group, [{ op: 'add', path: 'members', value: [{ value: person.id }] }])
          .then(({ status }) => assert.ok(status === 204 || status === 400, `${status}`)),
      ]),
    )
    await settled(async () => (await scene.storedMembers(group)).join() === placeholder)
    assert.deepEqual(await scene.storedMembers(group), [placeholder])
  })
})

function shownIn(result: WriteResult): readonly string[] {
  return memberIds(result.kind === 'written' ? result.resource : undefined)
}

/** The overlay refint follows a rename after it was answered. */
async function settled(isSettled: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 20 && !(await isSettled()); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
