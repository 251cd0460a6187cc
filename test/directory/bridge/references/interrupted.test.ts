import assert from 'node:assert/strict'
import type { SearchRequest } from '../../../../src/directory/directory.ts'
import { DirectoryError } from '../../../../src/directory/error.ts'
import type { Plan } from '../../../../src/directory/operation.ts'
import type { WriteResult } from '../../../../src/provisioning/resource-service.ts'
import type { Users } from '../../../../src/provisioning/users.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { DirectoryServer } from '../../../support/directory-server.ts'
import { startOpenldap } from '../../../support/openldap.ts'
import { type Interruptions, OperationsScene, request } from '../operations-scene.ts'
import { GroupScene, ids, memberIds, type Person, placeholder } from '../groups/group-scene.ts'

const startLimitMs = 5 * 60_000
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const nothing = (): void => {}

/** A boss with a clerk and a group, in which he is alone or beside another. */
interface Office {
  readonly boss: Person
  readonly clerk: Person
  readonly alone: string
  readonly together: string
  readonly newDn: string
  readonly newName: string
}

describe('A rename or a deletion that is interrupted, on an OpenLDAP without refint', () => {
  let server: DirectoryServer
  let scene: GroupScene
  let provisioning: OperationsScene
  let users: Users
  let count = 0
  let beforeWrite: (plan: Plan) => Promise<void> | void = nothing
  let afterWrite: (plan: Plan) => Promise<void> | void = nothing
  let beforeSearch: (search: SearchRequest) => void = nothing

  before(async function () {
    this.timeout(startLimitMs)
    server = await startOpenldap({ overlays: ['memberof', 'unique', 'ppolicy'] })
    scene = await GroupScene.open(server)
    provisioning = await OperationsScene.open(
      { server, section: scene.bridge.section },
      interruptions,
    )
    users = provisioning.users
  })

  afterEach(() => {
    beforeWrite = nothing
    afterWrite = nothing
    beforeSearch = nothing
  })

  after(async () => {
    await provisioning.close()
    await scene.close()
    await server.close()
  })

  const interruptions: Interruptions = (plain) => ({
    search: (search) => {
      beforeSearch(search)
      return plain.search(search)
    },
    execute: async (plan, reason) => {
      await beforeWrite(plan)
      const entry = await plain.execute(plan, reason)
      await afterWrite(plan)
      return entry
    },
  })

  /** From the write with this number on, counted from 0, nothing reaches the directory any more. */
  function endAt(number: number): void {
    let writes = 0
    const lose = (): void => {
      if (writes > number) throw new DirectoryError('unavailable', 'lost by the test')
    }
    beforeWrite = () => {
      writes += 1
      lose()
    }
    beforeSearch = lose
  }

  async function office(): Promise<Office> {
    count += 1
    const [boss, other] = (await scene.addPeople(`boss${count}x`, 2)) as [Person, Person]
    const newName = `renamed-${count}`
    const { people } = scene.bridge.section
    const clerk = await scene.addEntry(`uid=clerk-${count},${people}`, {
      objectClass: 'inetOrgPerson',
      cn: 'C',
      sn: 'C',
      manager: boss.dn,
    })
    return {
      boss,
      clerk,
      alone: await scene.createGroup(`Alone ${count}`, [boss]),
      together: await scene.createGroup(`Together ${count}`, [boss, other]),
      newDn: `uid=${newName},${people}`,
      newName,
    }
  }

  async function rename({ boss, newName }: Office): Promise<WriteResult> {
    const body = { Operations: [{ op: 'replace', path: 'userName', value: newName }] }
    return await users.patch(boss.id, body, request)
  }

  async function managerOf({ clerk }: Office): Promise<unknown> {
    const { answer } = await scene.bridge.scim.get(`/Users/${clerk.id}`)
    const extension = answer?.[enterprise] as JsonObject | undefined
    return (extension?.['manager'] as JsonObject | undefined)?.['value']
  }

  async function stateOf({ alone, together, clerk }: Office): Promise<unknown> {
    return {
      alone: await scene.storedMembers(alone),
      together: await scene.storedMembers(together),
      manager: await scene.admin.values(clerk.dn, 'manager'),
    }
  }

  for (let number = 0; number <= 7; number += 1) {
    it(`loses no membership and no manager when the bridge ends before write ${number}`, async () => {
      const what = await office()
      endAt(number)
      const isDone = await rename(what).then(
        () => true,
        () => false,
      )
      assert.equal(isDone, number >= 7)
      const isRight = async (): Promise<void> => {
        assert.deepEqual(await scene.shownMembers(what.alone), [what.boss.id])
        assert.equal((await scene.shownMembers(what.together)).includes(what.boss.id), true)
        assert.equal(await managerOf(what), what.boss.id)
      }
      await isRight()
      beforeWrite = nothing
      beforeSearch = nothing
      await rename(what)
      await isRight()
      const { answer } = await scene.bridge.scim.get(`/Users/${what.boss.id}`)
      assert.equal(answer?.['userName'], what.newName)
      const groups = (answer['groups'] ?? []) as readonly { readonly value: string }[]
      assert.deepEqual(
        groups.map(({ value }) => value).toSorted(),
        [what.alone, what.together].toSorted(),
      )
      // What is left of the old name is worth nothing to the next who gets it.
      const next = await users.create(
        { userName: /^uid=([^,]+)/u.exec(what.boss.dn)?.[1] ?? '', name: { familyName: 'N' } },
        request,
      )
      assert.equal(next.kind, 'written')
      assert.deepEqual(await scene.storedMembers(what.alone), [what.newDn])
    })
  }

  it('leaves nobody to a stranger who gets the old name of his manager, or the one that the manager was to have', async () => {
    const what = await office()
    const { clerk, boss, newDn, newName } = what
    const values = [boss.dn, newDn]
    const bothAre = { operation: 'replace', type: 'manager', values } as const
    const userName = /^uid=([^,]+)/u.exec(boss.dn)?.[1] ?? ''
    await scene.admin.modify(clerk.dn, bothAre)
    await users.create({ userName: newName, name: { familyName: 'N' } }, request)
    assert.deepEqual(await scene.admin.values(clerk.dn, 'manager'), [boss.dn])
    await scene.admin.remove(newDn)
    await rename(what)
    await scene.admin.modify(clerk.dn, bothAre)
    await users.create({ userName, name: { familyName: 'N' } }, request)
    assert.deepEqual(await scene.admin.values(clerk.dn, 'manager'), [newDn])
    assert.equal(await managerOf(what), boss.id)
  })

  it('takes nobody out who names an entry that the account cannot see', async () => {
    const what = await office()
    const dn = `uid=hidden-${count},${scene.bridge.section.people}`
    await scene.admin.add(dn, { objectClass: 'account' })
    const groupDn = `cn=Alone ${count},${scene.bridge.section.groups}`
    await scene.admin.modify(groupDn, { operation: 'add', type: 'member', values: [dn] })
    const before = (await scene.storedMembers(what.alone)).toSorted()
    beforeSearch = ({ base }) => {
      if (base === dn) throw new DirectoryError('noSuchEntry', 'hidden by the test')
    }
    const hidden = { userName: `hidden-${count}`, name: { familyName: 'H' } }
    await assert.rejects(users.create(hidden, request), { status: 409 })
    assert.deepEqual((await scene.storedMembers(what.alone)).toSorted(), before)
  })

  it('takes back what came before when the directory refuses the new name', async () => {
    const what = await office()
    const before = await stateOf(what)
    beforeWrite = ({ operations }) => {
      const isRename = operations.some(({ kind }) => kind === 'modifyDn')
      if (isRename) throw new DirectoryError('refused', 'refused by the test')
    }
    await assert.rejects(rename(what), { status: 500 })
    assert.deepEqual(await stateOf(what), before)
  })

  it('says that a part stands when what came before cannot be taken back', async () => {
    const what = await office()
    let isRenamed = false
    beforeWrite = ({ operations }) => {
      isRenamed ||= operations.some(({ kind }) => kind === 'modifyDn')
      if (isRenamed) throw new DirectoryError('refused', 'refused by the test')
    }
    await assert.rejects(rename(what), { status: 500, message: /could not be taken back/u })
    assert.deepEqual(await scene.shownMembers(what.alone), [what.boss.id])
  })

  it('takes nothing back from another request that makes the same rename', async () => {
    const what = await office()
    beforeWrite = async ({ operations }) => {
      if (!operations.some(({ kind }) => kind === 'modifyDn')) return
      beforeWrite = nothing
      const value = [{ op: 'replace', path: 'userName', value: what.newName }]
      const other = await scene.bridge.scim.patch(`/Users/${what.boss.id}`, { Operations: value })
      assert.equal(other.status, 200, other.text)
    }
    await rename(what)
    assert.deepEqual(await scene.storedMembers(what.alone), [what.newDn])
    assert.deepEqual(await scene.admin.values(what.clerk.dn, 'manager'), [what.newDn])
    const { answer } = await scene.bridge.scim.get(`/Users/${what.boss.id}`)
    assert.equal(((answer?.['groups'] ?? []) as readonly unknown[]).length, 2)
  })

  it('does not bring a member back who is taken out of a group meanwhile', async () => {
    const what = await office()
    afterWrite = async () => {
      afterWrite = nothing
      const value = [{ value: what.boss.id }]
      const removed = [{ op: 'remove', path: 'members', value }]
      for (const group of [what.alone, what.together]) {
        assert.equal((await scene.patch(group, removed)).status, 204)
      }
    }
    await rename(what)
    assert.deepEqual(await scene.storedMembers(what.alone), [placeholder])
    assert.equal((await scene.shownMembers(what.together)).includes(what.boss.id), false)
  })

  it('follows into a group that a member is added to, or that is renamed, meanwhile', async () => {
    const what = await office()
    const fresh = await scene.createGroup(`Fresh ${count}`)
    const old = { operation: 'add', type: 'member', values: [what.boss.dn] } as const
    beforeWrite = async ({ operations }) => {
      if (!operations.some(({ kind }) => kind === 'modifyDn')) return
      beforeWrite = nothing
      await scene.admin.modify(`cn=Fresh ${count},${scene.bridge.section.groups}`, old)
      const value = `Together again ${count}`
      const renamed = [{ op: 'replace', path: 'displayName', value }]
      assert.equal((await scene.patch(what.together, renamed)).status, 204)
    }
    await rename(what)
    assert.equal((await scene.storedMembers(fresh)).includes(what.newDn), true)
    assert.deepEqual(await scene.shownMembers(fresh), [what.boss.id])
    assert.equal((await scene.storedMembers(what.together)).includes(what.boss.dn), false)
    assert.equal((await scene.shownMembers(what.together)).includes(what.boss.id), true)
  })

  it('takes nothing from somebody who gets the old name meanwhile', async () => {
    const what = await office()
    const fresh = await scene.createGroup(`Next ${count}`)
    afterWrite = async ({ operations }) => {
      if (!operations.some(({ kind }) => kind === 'modifyDn')) return
      afterWrite = nothing
      const next = { objectClass: 'inetOrgPerson', cn: 'N', sn: 'N' }
      const { id } = await scene.addEntry(what.boss.dn, next)
      const value = [{ value: id }]
      const added = await scene.patch(fresh, [{ op: 'add', path: 'members', value }])
      assert.equal(added.status, 204, added.text)
    }
    await rename(what)
    assert.deepEqual(await scene.storedMembers(fresh), [what.boss.dn])
    assert.equal((await scene.shownMembers(what.alone)).includes(what.boss.id), true)
  })

  it('puts everything right when the renamed entry itself cannot be read back', async () => {
    const what = await office()
    afterWrite = ({ operations }) => {
      if (!operations.some(({ kind }) => kind === 'modifyDn')) return
      throw new DirectoryError('unavailable', 'lost by the test', { isMade: true })
    }
    await assert.rejects(rename(what), { status: 503, message: /The change was made/u })
    assert.deepEqual(await scene.storedMembers(what.alone), [what.newDn])
  })

  it('says that a user is gone when the groups that name him could not be put right', async () => {
    const what = await office()
    beforeWrite = ({ operations }) => {
      const isOfGroup = operations.some(({ dn }) => dn.startsWith('cn='))
      if (isOfGroup) throw new DirectoryError('unavailable', 'lost by the test')
    }
    await assert.rejects(users.delete(what.boss.id, request), {
      status: 503,
      message: /The change was made/u,
    })
    assert.equal(await scene.admin.read(what.boss.dn), undefined)
  })

  it('does not mind a group that is deleted meanwhile', async () => {
    const what = await office()
    const dn = `cn=Alone ${count},${scene.bridge.section.groups}`
    beforeWrite = async ({ operations }) => {
      if (operations.some((operation) => operation.dn === dn)) {
        beforeWrite = nothing
        await scene.admin.remove(dn)
      }
    }
    assert.deepEqual(await users.delete(what.boss.id, request), { kind: 'written' })
    const { answer } = await scene.bridge.scim.get(`/Groups/${what.together}`)
    assert.equal(memberIds(answer).length, 1)
    assert.equal(ids([what.boss]).includes(memberIds(answer)[0] ?? ''), false)
  })

  it('leaves a user in his groups who cannot be moved away', async () => {
    const what = await office()
    const before = await stateOf(what)
    const formerBase = `ou=former,${scene.bridge.section.groups}`
    await scene.admin.add(formerBase, { objectClass: 'organizationalUnit' })
    const { users: moving } = await provisioning.with({
      SCIM_USERS_ON_DELETE: 'move',
      SCIM_USERS_DELETED_BASE: formerBase,
    })
    beforeWrite = ({ operations }) => {
      const isMove = operations.some(({ kind }) => kind === 'modifyDn')
      if (isMove) throw new DirectoryError('refused', 'refused by the test')
    }
    await assert.rejects(moving.delete(what.boss.id, request), { status: 500 })
    assert.deepEqual(await stateOf(what), before)
    beforeWrite = nothing
    assert.deepEqual(await moving.delete(what.boss.id, request), { kind: 'written' })
    assert.deepEqual(await scene.storedMembers(what.alone), [placeholder])
  })

  it('changes no group that is protected', async () => {
    const what = await office()
    const { groups } = scene.bridge.section
    await scene.admin.add(`ou=locked,${groups}`, { objectClass: 'organizationalUnit' })
    const dn = `cn=Locked,ou=locked,${groups}`
    await scene.addEntry(dn, { objectClass: 'groupOfNames', member: what.boss.dn })
    const variables = { SCIM_GROUPS_PROTECTED_BASES: `["ou=locked,${groups}"]` }
    ;({ users } = await provisioning.with(variables))
    await rename(what)
    assert.deepEqual(await scene.admin.values(dn, 'member'), [what.boss.dn])
    assert.deepEqual(await scene.storedMembers(what.alone), [what.newDn])
  })
})

describe('References where the server keeps them', () => {
  let server: DirectoryServer
  let scene: GroupScene

  before(async function () {
    this.timeout(startLimitMs)
    server = await startOpenldap({ overlays: ['memberof', 'unique', 'ppolicy'] })
    scene = await GroupScene.open(server, {
      'users.manager.references': 'server',
      'groups.members.references': 'server',
    })
  })

  after(async () => {
    await scene.close()
    await server.close()
  })

  it('are left to it', async () => {
    const [ann] = (await scene.addPeople('left', 1)) as [Person]
    const group = await scene.createGroup('Left to the server', [ann])
    const body = { Operations: [{ op: 'replace', path: 'userName', value: 'left-renamed' }] }
    const renamed = await scene.bridge.scim.patch(`/Users/${ann.id}`, body)
    assert.equal(renamed.status, 200, renamed.text)
    assert.equal((await scene.ldif(renamed)).match(/changetype/gu)?.length, 1)
    assert.deepEqual(await scene.storedMembers(group), [ann.dn])
    const deleted = await scene.bridge.scim.delete(`/Users/${ann.id}`)
    assert.equal((await scene.ldif(deleted)).match(/changetype/gu)?.length, 1)
  })
})
