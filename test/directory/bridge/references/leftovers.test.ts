import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { DirectoryError } from '../../../../src/directory/error.ts'
import type { Plan } from '../../../../src/directory/operation.ts'
import type { Groups } from '../../../../src/provisioning/groups.ts'
import type { Users } from '../../../../src/provisioning/users.ts'
import type { DirectoryServer } from '../../../support/directory-server.ts'
import { eventually } from '../../../support/eventually.ts'
import { startOpenldap } from '../../../support/openldap.ts'
import { type Interruptions, OperationsScene, request } from '../operations-scene.ts'
import { GroupScene, type Person, placeholder, textIn } from '../groups/group-scene.ts'

/** What becomes of a write: it is made, it never arrives, it is made or not and nobody is told, it is made and cannot be read back,
 *  or only its first operation is made, or the second as well, of which nobody is told. */
type Fate =
  'made' | 'lost' | 'madeUnheard' | 'lostUnheard' | 'madeUnread' | 'begun' | 'begunUnheard'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
/** How many operations are made of a plan that is made in part. */
const madeOf: Readonly<Partial<Record<Fate, number>>> = { begun: 1, begunUnheard: 2 }
const always = (): Fate => 'made'
const nothing = async (): Promise<void> => {}

describe('What a directory that goes away leaves undone, on an OpenLDAP without refint', () => {
  let server: DirectoryServer
  let scene: GroupScene
  let provisioning: OperationsScene
  let users: Users
  let groups: Groups
  let count = 0
  let fateOf: (plan: Plan) => Fate = always
  /** How long the answer to a write that is made takes, in milliseconds. */
  let answerMs = 0
  /** What others do before a write that will fail. */
  let meanwhile: () => Promise<void> = nothing

  before(async function () {
    this.timeout(5 * 60_000)
    server = await startOpenldap({ overlays: ['memberof', 'unique', 'ppolicy'] })
    scene = await GroupScene.open(server)
    provisioning = await OperationsScene.open(
      { server, section: scene.bridge.section },
      interruptions,
    )
    ;({ users, groups } = provisioning)
  })

  afterEach(() => {
    fateOf = always
    meanwhile = nothing
    answerMs = 0
  })

  after(async () => {
    await provisioning.close()
    await scene.close()
    await server.close()
  })

  const interruptions: Interruptions = (plain) => ({
    execute: async (plan, reason) => {
      const fate = fateOf(plan)
      if (fate === 'lost') throw new DirectoryError('unavailable', 'lost by the test')
      if (fate !== 'made') await meanwhile()
      const made = { ...plan, operations: plan.operations.slice(0, madeOf[fate]) }
      const entry = fate === 'lostUnheard' ? undefined : await plain.execute(made, reason)
      if (fate === 'madeUnread') {
        throw new DirectoryError('unavailable', 'lost by the test', { isMade: true })
      }
      const options = madeOf[fate] !== undefined ? { operationIndex: 1, isPartial: true } : {}
      if (fate !== 'made') throw new DirectoryError('outcomeUnknown', 'lost by the test', options)
      await delay(answerMs)
      return entry
    },
  })

  /** Somebody who is alone in a group. */
  async function somebody(): Promise<{ person: Person; group: string; groupDn: string }> {
    count += 1
    const [person] = (await scene.addPeople(`left${count}x`, 1)) as [Person]
    const name = `Left over ${count}`
    const group = await scene.createGroup(name, [person])
    return { person, group, groupDn: `cn=${name},${scene.bridge.section.groups}` }
  }

  async function rename({ id }: Person, userName: string): Promise<void> {
    const body = { Operations: [{ op: 'replace', path: 'userName', value: userName }] }
    await assert.rejects(users.patch(id, body, request), { status: 503 })
  }

  /** The id of somebody who is renamed before the next write that will fail. */
  async function renamed(): Promise<string> {
    const [person] = (await scene.addPeople(`named${(count += 1)}x`, 1)) as [Person]
    const userName = `named-anew-${count}`
    meanwhile = async () => {
      meanwhile = nothing
      const body = { Operations: [{ op: 'replace', path: 'userName', value: userName }] }
      const { status, text } = await scene.bridge.scim.patch(`/Users/${person.id}`, body)
      assert.equal(status, 200, text)
    }
    return person.id
  }
  function newDn(): string {
    return `uid=named-anew-${count},${scene.bridge.section.people}`
  }

  it('is done once it is back: who was deleted leaves his groups', async () => {
    const { person, group } = await somebody()
    fateOf = (plan) => (isOfGroup(plan) ? 'lost' : 'made')
    await assert.rejects(users.delete(person.id, request), { status: 503 })
    assert.deepEqual(await scene.storedMembers(group), [person.dn])
    fateOf = always
    await eventually(async () => {
      assert.deepEqual(await scene.storedMembers(group), [placeholder])
    })
  })

  const goings: [
    how: string,
    go: (group: string, name: string, others: Person[], who: Person) => Promise<unknown>,
  ][] = [
    [
      'a PUT',
      async (group, displayName, others) =>
        await groups.replace(
          group,
          { displayName, members: others.map(({ id }) => ({ value: id })) },
          request,
        ),
    ],
    [
      'a PATCH',
      async (group, _name, _others, { id }) =>
        await groups.patch(
          group,
          { Operations: [{ op: 'remove', path: `members[value eq "${id}"]` }] },
          request,
        ),
    ],
  ]
  for (const [how, go] of goings) {
    it(`is done before ${how} of a group: who is taken out does not come back under his new name`, async () => {
      count += 1
      const [person, other] = (await scene.addPeople(`back${count}x`, 2)) as [Person, Person]
      const name = `Back ${count}`
      const group = await scene.createGroup(name, [person, other])
      let changes = 0
      // The group names both, for the rename; then the directory is away.
      fateOf = (plan) => (isOfGroup(plan) && (changes += 1) > 1 ? 'lost' : 'made')
      await rename(person, `back-anew-${count}`)
      assert.equal((await scene.storedMembers(group)).length, 3)
      fateOf = always
      await go(group, name, [other], person)
      assert.deepEqual(await scene.storedMembers(group), [other.dn])
    })
  }

  it('takes nothing from somebody else who got the name meanwhile', async () => {
    const [gone, witness] = [await somebody(), await somebody()]
    fateOf = (plan) => (isOfGroup(plan) ? 'lost' : 'made')
    await assert.rejects(users.delete(gone.person.id, request), { status: 503 })
    await assert.rejects(users.delete(witness.person.id, request), { status: 503 })
    await scene.addEntry(gone.person.dn, { objectClass: 'inetOrgPerson', cn: 'N', sn: 'N' })
    fateOf = always
    // It comes behind the other.
    await eventually(async () => {
      assert.deepEqual(await scene.storedMembers(witness.group), [placeholder])
    })
    assert.deepEqual(await scene.storedMembers(gone.group), [gone.person.dn])
  })

  it('is done for a rename that was made and not heard of: the old name leaves the groups', async () => {
    const { person, group } = await somebody()
    fateOf = (plan) => (isRename(plan) ? 'madeUnheard' : 'made')
    await rename(person, `heard-${count}`)
    await eventually(async () => {
      const dn = `uid=heard-${count},${scene.bridge.section.people}`
      assert.deepEqual(await scene.storedMembers(group), [dn])
    })
  })

  it('is done for a rename that was not made: the new name leaves the groups', async () => {
    const { person, group } = await somebody()
    fateOf = (plan) => (isRename(plan) ? 'lostUnheard' : 'made')
    await rename(person, `unheard-${count}`)
    await eventually(async () => {
      assert.deepEqual(await scene.storedMembers(group), [person.dn])
    })
  })

  it('comes to nothing that a repetition of the rename needs', async () => {
    const { person, group } = await somebody()
    const userName = `again-${count}`
    fateOf = (plan) => (isRename(plan) ? 'lostUnheard' : 'made')
    await rename(person, userName)
    fateOf = always
    const body = { Operations: [{ op: 'replace', path: 'userName', value: userName }] }
    await users.patch(person.id, body, request)
    const dn = `uid=${userName},${scene.bridge.section.people}`
    await eventually(async () => {
      assert.deepEqual(await scene.storedMembers(group), [dn])
    })
  })

  it('is done for a rename that was made without what belongs to it: nobody is changed in part', async () => {
    const { person, group } = await somebody()
    const userName = `whole-${count}`
    fateOf = (plan) => (isRename(plan) ? 'begun' : 'made')
    const value = { userName, title: 'Whole', name: { familyName: 'Whole' } }
    const body = { Operations: [{ op: 'replace', value }] }
    await assert.rejects(users.patch(person.id, body, request), { status: 500 })
    const dn = `uid=${userName},${scene.bridge.section.people}`
    await eventually(async () => {
      assert.deepEqual(await scene.admin.values(dn, 'title'), ['Whole'])
      assert.deepEqual(await scene.admin.values(dn, 'sn'), ['Whole'])
      assert.deepEqual(await scene.storedMembers(group), [dn])
    })
  })

  it('is done for a group that was renamed without its members', async () => {
    const [inner, other] = [await somebody(), await somebody()]
    const displayName = `Whole group ${count}`
    fateOf = (plan) => (isRename(plan) ? 'begun' : 'made')
    const body = { displayName, members: [{ value: other.person.id }] }
    await assert.rejects(groups.replace(inner.group, body, request), { status: 500 })
    await eventually(async () => {
      assert.deepEqual(await scene.storedMembers(inner.group), [other.person.dn])
    })
  })

  it('is done for a group that was renamed without its last member leaving', async () => {
    const { person, group } = await somebody()
    fateOf = (plan) => (isRename(plan) ? 'begun' : 'made')
    const Operations = [
      { op: 'replace', path: 'displayName', value: `Left group ${count}` },
      { op: 'remove', path: `members[value eq "${person.id}"]` },
    ]
    await assert.rejects(groups.patch(group, { Operations }, request), { status: 500 })
    await eventually(async () => {
      assert.deepEqual(await scene.storedMembers(group), [placeholder])
    })
  })

  it('is done for who was created without the password, and locked again behind it', async () => {
    const userName = `locked-${(count += 1)}`
    fateOf = ({ operations }) => (operations[0]?.kind === 'add' ? 'begun' : 'made')
    const body = { userName, name: { familyName: 'L' }, active: false, password: 'Secret-of-L0' }
    await assert.rejects(users.create(body, request))
    const dn = `uid=${userName},${scene.bridge.section.people}`
    await eventually(async () => {
      assert.equal((await scene.admin.values(dn, 'userPassword')).length, 1)
      assert.deepEqual(await scene.admin.values(dn, 'pwdAccountLockedTime'), ['000001010000Z'])
    })
  })

  it('is done before another change of the same user, also one that finds nothing to do', async () => {
    for (const other of [
      { op: 'replace', path: 'title', value: 'Untold' },
      { op: 'remove', path: 'title' },
    ]) {
      const { person } = await somebody()
      const userName = `locked-late-${count}`
      fateOf = (plan) => (isRename(plan) ? 'begun' : 'made')
      const value = { userName, active: false }
      const body = { Operations: [{ op: 'replace', value }] }
      await assert.rejects(users.patch(person.id, body, request), { status: 500 })
      fateOf = always
      await users.patch(person.id, { Operations: [other] }, request)
      const dn = `uid=${userName},${scene.bridge.section.people}`
      assert.deepEqual(await scene.admin.values(dn, 'pwdAccountLockedTime'), ['000001010000Z'])
    }
  })

  it('is done behind a second operation that was made and not heard of', async () => {
    const { person } = await somebody()
    const userName = `unheard-${count}`
    const dn = `uid=${userName},${scene.bridge.section.people}`
    fateOf = (plan) => (isRename(plan) ? 'begunUnheard' : 'made')
    const value = { userName, title: 'T', active: false, password: 'Secret-of-U0' }
    const body = { Operations: [{ op: 'replace', value }] }
    await assert.rejects(users.patch(person.id, body, request), { status: 500 })
    await eventually(async () => {
      assert.deepEqual(await scene.admin.values(dn, 'title'), ['T'])
      assert.equal((await scene.admin.values(dn, 'userPassword')).length, 1)
      assert.deepEqual(await scene.admin.values(dn, 'pwdAccountLockedTime'), ['000001010000Z'])
    })
  })

  it('changes nothing of what is being written at the same time', async () => {
    const userName = `repeated-${(count += 1)}`
    const dn = `uid=${userName},${scene.bridge.section.people}`
    const name = { familyName: 'Repeated' }
    const body = { userName, name, active: false, password: 'Secret-of-U0' }
    fateOf = () => 'lostUnheard'
    await assert.rejects(users.create(body, request), { status: 503 })
    fateOf = always
    // Several times as long as what is left waits between two looks.
    answerMs = 600
    await users.create(body, request)
    assert.deepEqual(await scene.admin.values(dn, 'pwdAccountLockedTime'), ['000001010000Z'])
  })

  it('changes nothing that was written after it', async () => {
    const [person, witness] = [(await somebody()).person, await somebody()]
    const userName = `later-${count}`
    fateOf = (plan) => (isRename(plan) ? 'begun' : 'made')
    const earlier = { op: 'replace', value: { userName, title: 'Earlier' } }
    await assert.rejects(users.patch(person.id, { Operations: [earlier] }, request), {
      status: 500,
    })
    const later = { op: 'replace', value: { title: 'Later' } }
    await users.patch(person.id, { Operations: [later] }, request)
    fateOf = (plan) => (isOfGroup(plan) ? 'lost' : 'made')
    await assert.rejects(users.delete(witness.person.id, request), { status: 503 })
    fateOf = always
    // It comes behind the other.
    await eventually(async () => {
      assert.deepEqual(await scene.storedMembers(witness.group), [placeholder])
    })
    const dn = `uid=${userName},${scene.bridge.section.people}`
    assert.deepEqual(await scene.admin.values(dn, 'title'), ['Later'])
  })

  it('changes nothing behind somebody who was told that all is as he wants it', async () => {
    const { person, group, groupDn } = await somebody()
    const other = (await somebody()).person
    const { groups: groupsBase, people } = scene.bridge.section
    const [displayName, userName] = [`Late ${count}`, `late-${count}`]
    fateOf = (plan) => (isRename(plan) ? 'lostUnheard' : 'made')
    const members = [{ value: other.id }]
    await assert.rejects(groups.replace(group, { displayName, members }, request), { status: 503 })
    const earlier = [{ op: 'replace', value: { userName, title: 'Late' } }]
    await assert.rejects(users.patch(other.id, { Operations: earlier }, request), { status: 503 })
    fateOf = always
    const join = [{ op: 'add', path: 'members', value: [{ value: person.id }] }]
    await groups.patch(group, { Operations: join }, request)
    const untitled = [{ op: 'remove', path: 'title' }]
    await users.patch(other.id, { Operations: untitled }, request)
    // The server comes to them after all.
    await scene.admin.rename(groupDn, `cn=${displayName},${groupsBase}`)
    await scene.admin.rename(other.dn, `uid=${userName},${people}`)
    // What is left over is tried once a second at least.
    await delay(1500)
    assert.deepEqual(await scene.storedMembers(group), [person.dn])
    assert.deepEqual(await scene.admin.values(`uid=${userName},${people}`, 'title'), [])
  })

  describe('follows who is renamed before a write that names him, of which nobody knows what became', () => {
    it('when the members were to be written behind the new name of the group', async () => {
      const group = await scene.createGroup(`Cut off ${count}`)
      const value = [{ value: await renamed() }]
      fateOf = (plan) => (isRename(plan) ? 'begun' : 'made')
      const Operations = [
        { op: 'replace', path: 'displayName', value: `Cut off anew ${count}` },
        { op: 'add', path: 'members', value },
      ]
      await assert.rejects(groups.patch(group, { Operations }, request), { status: 500 })
      await eventually(async () => {
        assert.deepEqual(await scene.storedMembers(group), [newDn()])
      })
    })

    it('when he was to leave the group behind its new name, also by a list without him', async () => {
      const stays = (await somebody()).person
      const members = [{ value: stays.id }]
      for (const [how, change] of [
        ['put', { displayName: `Put ${count}`, members }],
        ['patch', { displayName: `Patched ${count}` }],
      ] as const) {
        const id = await renamed()
        const beRenamed = meanwhile
        meanwhile = nothing
        const group = await scene.createGroup(`Left ${how} ${count}`, [{ id, dn: '' }, stays])
        fateOf = (plan) => (isRename(plan) ? 'begun' : 'made')
        const Operations = [
          { op: 'replace', path: 'displayName', value: change.displayName },
          { op: 'remove', path: `members[value eq "${id}"]` },
        ]
        const cutOff =
          how === 'put'
            ? groups.replace(group, change, request)
            : groups.patch(group, { Operations }, request)
        await assert.rejects(cutOff, { status: 500 })
        fateOf = () => 'lost'
        await beRenamed()
        assert.ok((await scene.storedMembers(group)).includes(newDn()))
        fateOf = always
        await eventually(async () => {
          assert.deepEqual(await scene.storedMembers(group), [stays.dn])
        })
      }
    })

    const returns: [
      how: string,
      list: (group: string, name: string, ids: string[]) => Promise<unknown>,
    ][] = [
      [
        'PUT',
        async (group, displayName, ids) =>
          await groups.replace(
            group,
            { displayName, members: ids.map((value) => ({ value })) },
            request,
          ),
      ],
      [
        'PATCH',
        async (group, _name, ids) =>
          await groups.patch(
            group,
            {
              Operations: [
                { op: 'replace', path: 'members', value: ids.map((value) => ({ value })) },
              ],
            },
            request,
          ),
      ],
    ]
    for (const [how, list] of returns) {
      for (const fate of ['madeUnheard', 'lostUnheard'] as const) {
        it(`but takes nobody out who has come again by a ${how} since: ${fate}`, async () => {
          const id = await renamed()
          const beRenamed = meanwhile
          meanwhile = nothing
          const displayName = `Again ${count}`
          const group = await scene.createGroup(displayName, [{ id, dn: '' }])
          fateOf = (plan) => (isOfGroup(plan) ? fate : 'made')
          const Operations = [{ op: 'remove', path: `members[value eq "${id}"]` }]
          await assert.rejects(
            how === 'PUT'
              ? list(group, displayName, [])
              : groups.patch(group, { Operations }, request),
            { status: 503 },
          )
          fateOf = always
          await beRenamed()
          await list(group, displayName, [id])
          // What is left over is tried once a second at least.
          for (let turn = 0; turn < 15; turn += 1) {
            assert.deepEqual(await scene.storedMembers(group), [newDn()])
            await delay(100)
          }
        })
      }
    }

    it('when he has left by a write that was made and cannot be read: his new name leaves, too', async () => {
      const { person, group, groupDn } = await somebody()
      const newName = `uid=left-anew-${count},${scene.bridge.section.people}`
      // Another bridge has begun to rename him.
      const both = [person.dn, newName]
      await scene.admin.modify(groupDn, { operation: 'replace', type: 'member', values: both })
      meanwhile = async () => {
        meanwhile = nothing
        await scene.admin.rename(person.dn, newName)
      }
      fateOf = (plan) => (isOfGroup(plan) ? 'madeUnread' : 'made')
      const Operations = [{ op: 'remove', path: `members[value eq "${person.id}"]` }]
      await assert.rejects(groups.patch(group, { Operations }, request), { status: 503 })
      fateOf = always
      await eventually(async () => {
        assert.deepEqual(await scene.storedMembers(group), [placeholder])
      })
    })

    for (const how of ['PUT', 'PATCH'] as const) {
      it(`but takes nobody out by a ${how} that was not made`, async () => {
        const stays = (await somebody()).person
        const id = await renamed()
        const beRenamed = meanwhile
        meanwhile = nothing
        const displayName = `Stays ${how} ${count}`
        const group = await scene.createGroup(displayName, [{ id, dn: '' }, stays])
        fateOf = (plan) => (isOfGroup(plan) ? 'lostUnheard' : 'made')
        const Operations = [{ op: 'remove', path: `members[value eq "${id}"]` }]
        const members = [{ value: stays.id }]
        await assert.rejects(
          how === 'PUT'
            ? groups.replace(group, { displayName, members }, request)
            : groups.patch(group, { Operations }, request),
          { status: 503 },
        )
        fateOf = always
        await beRenamed()
        // What is left over is tried once a second at least.
        for (let turn = 0; turn < 15; turn += 1) {
          assert.deepEqual(new Set(await scene.storedMembers(group)), new Set([stays.dn, newDn()]))
          await delay(100)
        }
      })
    }

    it('but takes nothing from somebody who has got his former name, and the membership, since', async () => {
      const witness = await somebody()
      const name = `Claimed ${(count += 1)}`
      const group = await scene.createGroup(name)
      const member = await renamed()
      const formerName = `named${count}x0`
      fateOf = (plan) => (isOfGroup(plan) ? 'madeUnheard' : 'made')
      const Operations = [{ op: 'add', path: 'members', value: [{ value: member }] }]
      await assert.rejects(groups.patch(group, { Operations }, request), { status: 503 })
      // Until the other has come.
      fateOf = (plan) => (isOfGroup(plan) ? 'lost' : 'made')
      await assert.rejects(users.delete(witness.person.id, request), { status: 503 })
      const body = { userName: formerName, name: { familyName: 'N' } }
      const { status, answer, text } = await scene.bridge.scim.post('/Users', body)
      assert.equal(status, 201, text)
      const value = [{ value: textIn(answer, 'id') }]
      const added = await scene.patch(group, [{ op: 'add', path: 'members', value }])
      assert.equal(added.status, 204, added.text)
      fateOf = always
      await eventually(async () => {
        assert.deepEqual(await scene.storedMembers(witness.group), [placeholder])
      })
      const dn = `uid=${formerName},${scene.bridge.section.people}`
      assert.deepEqual(await scene.storedMembers(group), [dn])
    })

    for (const fate of ['madeUnheard', 'madeUnread'] as const) {
      it(`when the members were written: ${fate}`, async () => {
        const group = await scene.createGroup(`Unheard ${fate} ${count}`)
        const value = [{ value: await renamed() }]
        fateOf = (plan) => (isOfGroup(plan) ? fate : 'made')
        const Operations = [{ op: 'add', path: 'members', value }]
        await assert.rejects(groups.patch(group, { Operations }, request), { status: 503 })
        fateOf = always
        await eventually(async () => {
          assert.deepEqual(await scene.storedMembers(group), [newDn()])
        })
      })

      it(`when a group was created: ${fate}`, async () => {
        const displayName = `Created ${fate} ${count}`
        const members = [{ value: await renamed() }]
        fateOf = (plan) => (isOfGroup(plan) ? fate : 'made')
        await assert.rejects(groups.create({ displayName, members }, request), { status: 503 })
        fateOf = always
        const dn = `cn=${displayName},${scene.bridge.section.groups}`
        await eventually(async () => {
          assert.deepEqual(await scene.admin.values(dn, 'member'), [newDn()])
        })
      })

      it(`when a user was created who reports to him: ${fate}`, async () => {
        const userName = `report-${(count += 1)}`
        const manager = { value: await renamed() }
        fateOf = ({ operations }) => (operations[0]?.kind === 'add' ? fate : 'made')
        const body = { userName, name: { familyName: 'R' }, [enterprise]: { manager } }
        await assert.rejects(users.create(body, request), { status: 503 })
        fateOf = always
        const dn = `uid=${userName},${scene.bridge.section.people}`
        await eventually(async () => {
          assert.deepEqual(await scene.admin.values(dn, 'manager'), [newDn()])
        })
      })
    }
  })

  for (const isRenamed of [false, true]) {
    const since = isRenamed ? ', also where he has another name since' : ''
    it(`is done for a manager who has arrived: who waits for him gets him${since}`, async () => {
      count += 1
      const waiting = `waiting-${count}`
      const named = { manager: { value: `arriving-${count}` } }
      const name = { familyName: 'x' }
      await users.create({ userName: waiting, name, [enterprise]: named }, request)
      const { people } = scene.bridge.section
      fateOf = ({ operations }) =>
        operations.some(({ dn }) => dn.startsWith('uid=waiting')) ? 'lost' : 'made'
      const arrived = await users.create({ userName: `arriving-${count}`, name }, request)
      assert.ok(arrived.kind === 'written')
      fateOf = always
      const userName = isRenamed ? `arrived-${count}` : `arriving-${count}`
      if (isRenamed) {
        const Operations = [{ op: 'replace', path: 'userName', value: userName }]
        await users.patch(textIn(arrived.resource, 'id'), { Operations }, request)
      }
      await eventually(async () => {
        const manager = await scene.admin.values(`uid=${waiting},${people}`, 'manager')
        assert.deepEqual(manager, [`uid=${userName},${people}`])
      })
    })
  }
})

function isOfGroup({ operations }: Plan): boolean {
  return operations.some(({ dn }) => dn.startsWith('cn='))
}

function isRename({ operations }: Plan): boolean {
  return operations.some(({ kind }) => kind === 'modifyDn')
}
