import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { eventually } from '../../../support/eventually.ts'
import type { ObtainedServer, ServerPlace } from '../../servers/server-place.ts'
import { ServerScene, type ShownUser } from '../../servers/server-scene.ts'
import { haveNoteWorkedOff } from './add-note.ts'

const startLimitMs = 5 * 60_000
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** A server, and how the bridge in front of it is set up. */
export interface ReferencePlace extends ServerPlace {
  /** Whether groups demand a member. */
  readonly hasPlaceholder: boolean
  /** Whether the server puts references right in the operation itself, and refuses what the bridge does before it: that is found
   *  out by trying, and a preview tries nothing. */
  readonly refusesPreparation?: boolean
}

/** What holds of references wherever they are kept right by the bridge, whatever the server does beside it. */
export function describeReferences(place: ReferencePlace): void {
  describe(`References that the bridge keeps right, in front of ${place.name}`, function () {
    this.timeout(60_000)
    let obtained: ObtainedServer
    let scene: ServerScene

    before(async function () {
      this.timeout(startLimitMs)
      obtained = await place.obtain()
      scene = await ServerScene.open(place, obtained)
    })

    after(async () => {
      await scene.bridge.close()
      await obtained.release()
    })

    const nobody = place.hasPlaceholder ? [exampleTree.placeholder] : []
    const members = async (group: string): Promise<readonly string[]> =>
      (await scene.stored(group, 'member')).toSorted()
    const rename = async (group: string, displayName: string): Promise<void> => {
      const operation = { op: 'replace', path: 'displayName', value: displayName }
      const { status, text } = await scene.patch(`/Groups/${group}`, operation)
      assert.equal(status, 204, text)
    }
    const groupsOf = async (user: string): Promise<readonly string[]> =>
      groupsIn(await scene.read(`/Users/${user}`))
    const dead = async (): Promise<{ userName: string; dn: string; group: string }> => {
      const userName = scene.unusedName()
      const { dn } = scene.place.person(userName, scene.bridge.section.people)
      const group = await scene.group([await scene.userId()])
      await scene.admin.modify(await scene.dnOf(group), {
        operation: 'add',
        type: 'member',
        values: [dn],
      })
      return { userName, dn, group }
    }

    const asSent = async (
      method: string,
      path: string,
      body?: JsonObject,
    ): Promise<readonly [string, string]> => {
      const options = body === undefined ? {} : { body }
      const headers = { prefer: 'dry-run' }
      const dry = await scene.bridge.scim.send(method, path, { ...options, headers })
      assert.equal(dry.status, 200, dry.text)
      const done = await scene.bridge.scim.send(method, path, options)
      assert.ok(done.status < 300, done.text)
      return [recordsIn(dry.text), recordsIn(await scene.sent(done))]
    }

    describe('a user who is renamed', () => {
      it('stays a member of all his groups, beside others and alone', async () => {
        const [user, other] = [await scene.user(), await scene.user()]
        const [one, alone] = [await scene.group([user.id, other.id]), await scene.group([user.id])]
        const { answer } = await scene.change(user.id, { userName: scene.unusedName() })
        const [dn, otherDn] = [await scene.dnOf(user.id), await scene.dnOf(other.id)]
        assert.notEqual(answer?.['userName'], user.userName)
        assert.deepEqual(await members(one), [dn, otherDn].toSorted())
        assert.deepEqual(await members(alone), [dn])
        assert.deepEqual(await groupsOf(user.id), [one, alone].toSorted())
        assert.deepEqual(groupsIn(answer), [one, alone].toSorted())
      })

      it('stays one through many renames', async () => {
        const id = await scene.userId()
        const group = await scene.group([id])
        for (let time = 0; time < 5; time += 1) {
          await scene.change(id, { userName: scene.unusedName() })
          assert.deepEqual(await members(group), [await scene.dnOf(id)])
        }
        assert.deepEqual(await groupsOf(id), [group])
      })

      it('stays the manager of his people', async () => {
        const boss = await scene.userId()
        const clerks = [
          await scene.userId({ [enterprise]: { manager: { value: boss } } }),
          await scene.userId({ [enterprise]: { manager: { value: boss } } }),
        ]
        await scene.change(boss, { userName: scene.unusedName() })
        for (const clerk of clerks) {
          assert.deepEqual(await scene.stored(clerk, 'manager'), [await scene.dnOf(boss)])
          assert.equal(await scene.managerOf(clerk), boss)
        }
      })

      it('stays his own manager, and the answer says so', async () => {
        const id = await scene.userId()
        await scene.change(id, { [enterprise]: { manager: { value: id } } })
        const { answer } = await scene.change(id, { userName: scene.unusedName() })
        assert.deepEqual(await scene.stored(id, 'manager'), [await scene.dnOf(id)])
        const extension = answer?.[enterprise] as JsonObject | undefined
        assert.equal((extension?.['manager'] as JsonObject | undefined)?.['value'], id)
      })

      it('costs no group a write when his name changes in case alone', async () => {
        const user = await scene.user()
        const group = await scene.group([user.id])
        const changed = await scene.change(user.id, { userName: user.userName.toUpperCase() })
        assert.equal(changed.answer?.['userName'], user.userName.toUpperCase())
        assert.equal((await scene.sent(changed)).includes('member'), false)
        assert.deepEqual(await scene.memberIds(group), [user.id])
      })

      it('is taken out of no group, and no one is added, when the new name is refused', async () => {
        const user = await scene.user()
        const group = await scene.group([user.id])
        const before = await members(group)
        const userName = scene.unusedName()
        const { dn } = scene.place.person(userName, scene.bridge.section.people)
        await scene.admin.add(dn, { objectClass: 'account' })
        const refused = await scene.patch(`/Users/${user.id}`, {
          op: 'replace',
          path: 'userName',
          value: userName,
        })
        assert.equal(refused.status, 409, refused.text)
        assert.deepEqual(await members(group), before)
        assert.equal((await scene.sent(refused)).includes('member'), false)
        await scene.admin.remove(dn)
      })
    })

    describe('a group that is renamed', () => {
      it('stays a member of the groups above', async () => {
        const inner = await scene.group([await scene.userId()])
        const outer = await scene.group([inner])
        await rename(inner, scene.unusedName())
        assert.deepEqual(await members(outer), [await scene.dnOf(inner)])
        assert.deepEqual(await scene.memberIds(outer), [inner])
      })

      it('stays a member of itself', async () => {
        const group = await scene.group()
        await scene.changeMembers(group, 'add', [group])
        await rename(group, scene.unusedName())
        assert.deepEqual(await members(group), [await scene.dnOf(group)])
      })

      it('stays one when its members change in the same request', async () => {
        const [ann, ben] = [await scene.userId(), await scene.userId()]
        const inner = await scene.group([ann])
        const outer = await scene.group([inner])
        const changed = await scene.patch(
          `/Groups/${inner}`,
          { op: 'replace', path: 'displayName', value: scene.unusedName() },
          { op: 'add', path: 'members', value: [{ value: ben }] },
          { op: 'remove', path: `members[value eq "${ann}"]` },
        )
        assert.equal(changed.status, 204, changed.text)
        assert.deepEqual(await members(inner), [await scene.dnOf(ben)])
        assert.deepEqual(await members(outer), [await scene.dnOf(inner)])
        // 389 DS lists the groups above, too.
        assert.equal((await groupsOf(ben)).includes(inner), true)
      })
    })

    describe('an entry that is deleted', () => {
      it('leaves its groups, beside others and alone, and its people', async () => {
        const [boss, other] = [await scene.userId(), await scene.userId()]
        const [one, alone] = [await scene.group([boss, other]), await scene.group([boss])]
        const clerk = await scene.userId({ [enterprise]: { manager: { value: boss } } })
        const dn = await scene.dnOf(boss)
        assert.equal((await scene.bridge.scim.delete(`/Users/${boss}`)).status, 204)
        assert.deepEqual(await members(one), [await scene.dnOf(other)])
        assert.deepEqual(await members(alone), nobody)
        assert.equal((await scene.stored(clerk, 'manager')).includes(dn), false)
        assert.equal(await scene.managerOf(clerk), undefined)
      })

      it('leaves the groups above when it is a group', async () => {
        const inner = await scene.group([await scene.userId()])
        const outer = await scene.group([inner])
        assert.equal((await scene.bridge.scim.delete(`/Groups/${inner}`)).status, 204)
        assert.deepEqual(await members(outer), nobody)
      })
    })

    describe('a name that a group still has of somebody who is gone', () => {
      it('gives nothing to a new user who gets it', async () => {
        const { userName, dn, group } = await dead()
        const id = await scene.userId({ userName })
        assert.equal(await scene.dnOf(id), dn)
        assert.equal((await members(group)).includes(dn), false)
        assert.deepEqual(await groupsOf(id), [])
      })

      it('gives nothing to a user who is renamed to it, and leaves him what he has', async () => {
        const { userName, dn, group } = await dead()
        const id = await scene.userId()
        const own = await scene.group([id])
        await scene.change(id, { userName })
        assert.deepEqual(await members(own), [dn])
        assert.equal((await members(group)).includes(dn), false)
        assert.deepEqual(await groupsOf(id), [own])
      })

      it('gives nothing to a new group that gets it', async () => {
        const displayName = scene.unusedName()
        const { dn } = scene.place.group(displayName, scene.bridge.section.groups, [])
        const group = await scene.group()
        const [placeholder] = nobody
        await scene.admin.modify(
          await scene.dnOf(group),
          { operation: 'add', type: 'member', values: [dn] },
          ...(placeholder === undefined
            ? []
            : [{ operation: 'delete', type: 'member', values: [placeholder] } as const]),
        )
        await scene.group([], displayName)
        assert.deepEqual(await members(group), nobody)
      })
    })

    describe('what is shown beforehand', () => {
      it('is what is done, in its order: a rename', async () => {
        const boss: ShownUser = await scene.user()
        await scene.group([boss.id])
        await scene.userId({ [enterprise]: { manager: { value: boss.id } } })
        const body = { Operations: [{ op: 'replace', value: { userName: scene.unusedName() } }] }
        const [shown, sent] = await asSent('PATCH', `/Users/${boss.id}`, body)
        if (place.refusesPreparation !== true) assert.equal(sent, shown)
        assert.equal(shown.match(/changetype: modify$/gmu)?.length, 4, shown)
      })

      it('is what is done, in its order: a name of somebody who is gone', async () => {
        const { userName } = await dead()
        const body = { userName, name: { givenName: 'Ada', familyName: 'Lovelace' } }
        const [shown, sent] = await asSent('POST', '/Users', body)
        assert.equal(sent, shown)
        assert.match(shown, /changetype: modify\ndelete: member[^]*changetype: add/u)
      })

      it('is what is done, in its order: a deletion', async () => {
        const [boss, other] = [await scene.userId(), await scene.userId()]
        await scene.group([boss, other])
        const [shown, sent] = await asSent('DELETE', `/Users/${boss}`)
        assert.match(shown, /changetype: delete\n[^]*delete: member/u)
        assert.ok(shown.startsWith(sent.slice(0, sent.indexOf('changetype'))), sent)
      })
    })

    describe('a name that a bridge has noted which is lost', () => {
      it('leaves groups and people, unless somebody may have it who is out of sight', async () => {
        const [gone, hidden] = [await dead(), obtained.server.bridge.dn]
        const cn = scene.unusedName()
        const notesDn = `cn=${cn},${scene.bridge.section.people}`
        await scene.admin.add(notesDn, { objectClass: 'applicationProcess', cn })
        const settings = { 'upkeep.entry': notesDn, 'upkeep.afterMs': '50' }
        await scene.elsewhere(settings, async (other) => {
          const group = await other.group([await other.userId()])
          const before = await other.stored(group, 'member')
          const values = [gone.dn, hidden]
          const [clerk, guest] = [await other.userId(), await other.userId()]
          const change = async (id: string, type: string, named: readonly string[]) =>
            await other.admin.modify(await other.dnOf(id), {
              operation: 'add',
              type,
              values: named,
            })
          await change(group, 'member', values)
          await change(clerk, 'manager', [gone.dn])
          await change(guest, 'manager', [hidden])
          const names = values.flatMap((from) =>
            ['members', 'manager'].map((attribute) => ({ attribute, from })),
          )
          const base = other.bridge.section.people
          await haveNoteWorkedOff(other.admin, notesDn, { base, names })
          const after = await other.stored(group, 'member')
          assert.deepEqual(after.toSorted(), [...before, hidden].toSorted())
          assert.deepEqual(await other.stored(clerk, 'manager'), [])
          assert.deepEqual(await other.stored(guest, 'manager'), [hidden])
        })
        // Of another section, and so of another tenant.
        assert.equal((await members(gone.group)).includes(gone.dn), true)
      })
    })

    it('name a user by the name that he has when several give him others at the same time', async () => {
      const id = await scene.userId()
      const groups = [await scene.group([id]), await scene.group([id, await scene.userId()])]
      const names = Array.from({ length: 6 }, () => scene.unusedName())
      await Promise.all(
        [...names, ...names].map(async (userName) => {
          const body = { op: 'replace', path: 'userName', value: userName }
          const { status, text } = await scene.patch(`/Users/${id}`, body)
          assert.ok(status === 200 || status === 409 || status === 503, text)
        }),
      )
      await eventually(async () => {
        const dn = await scene.dnOf(id)
        for (const group of groups) {
          assert.equal((await members(group)).includes(dn), true)
          assert.equal((await scene.memberIds(group)).includes(id), true)
        }
      })
    })

    it('lose nobody to others who change the same groups at the same time', async () => {
      const people = await Promise.all(Array.from({ length: 8 }, async () => scene.userId()))
      const comers = await Promise.all(Array.from({ length: 8 }, async () => scene.userId()))
      const groups = [await scene.group(people), await scene.group(people)]
      await Promise.all([
        ...people.map(async (id) => scene.change(id, { userName: scene.unusedName() })),
        ...groups.flatMap((group) =>
          comers.map(async (id) => scene.changeMembers(group, 'add', [id])),
        ),
      ])
      const all = [...people, ...comers]
      await eventually(async () => {
        const dns = await Promise.all(all.map(async (id) => scene.dnOf(id)))
        for (const group of groups) assert.deepEqual(await members(group), dns.toSorted())
      })
    })
  })
}

/** The ids of the groups that a user shows, in order. */
function groupsIn(user: JsonObject | undefined): readonly string[] {
  const groups = (user?.['groups'] ?? []) as readonly { readonly value: string }[]
  return groups.map(({ value }) => value).toSorted()
}

/** Change records without the lines that say which entry is meant to be found. */
function recordsIn(ldif: string): string {
  const lines = ldif.replaceAll('\n ', '').split('\n')
  const records = lines.filter((line) => line !== 'version: 1' && !line.startsWith('# only if '))
  return records
    .join('\n')
    .replaceAll(/\n{2,}/gu, '\n')
    .trim()
}
