import assert from 'node:assert/strict'
import { MappingError } from '../../../../src/mapping/mapping-error.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge } from '../../../support/bridge.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { own, posixPlace } from '../../servers/openldap-places.ts'
import { shared } from '../../servers/places.ts'
import type { ObtainedServer } from '../../servers/server-place.ts'
import { ServerScene, type ShownUser, toMembers } from '../../servers/server-scene.ts'
import { oneLine, usersMap } from '../users-map.ts'
import { assertRefused, memberIds, patchOpUrn } from '../groups/group-scene.ts'
import { haveNoteWorkedOff } from '../references/add-note.ts'

const nobody = '01234567-89ab-4def-8123-456789abcdef'

describe('Groups that name their members by login, on an OpenLDAP', function () {
  this.timeout(60_000)

  let scene: ServerScene

  before(async () => {
    const server = shared(sharedOpenldap())
    scene = await ServerScene.open(
      posixPlace(async () => server),
      server,
    )
  })

  after(async () => {
    await scene.bridge.close()
  })

  /** The values that the directory holds, in order. */
  async function stored(group: string): Promise<readonly string[]> {
    return (await scene.stored(group, 'memberUid')).toSorted()
  }

  async function addStored(group: string, ...values: readonly string[]): Promise<void> {
    const change = { operation: 'add', type: 'memberUid', values } as const
    await scene.admin.modify(await scene.dnOf(group), change)
  }

  async function users(count: number): Promise<readonly ShownUser[]> {
    const all: ShownUser[] = []
    while (all.length < count) all.push(await scene.user())
    return all
  }

  /** The ids of the groups that a user shows. */
  async function groupsOf(user: string): Promise<readonly string[]> {
    const groups = (await scene.read(`/Users/${user}`))['groups'] ?? []
    return (groups as readonly { readonly value: string }[]).map(({ value }) => value).toSorted()
  }

  async function found(filter: string): Promise<readonly string[]> {
    const list = await scene.read(`/Groups?filter=${encodeURIComponent(filter)}`)
    return ((list['Resources'] ?? []) as readonly { readonly id: string }[]).map(({ id }) => id)
  }

  async function writes(): Promise<number> {
    const records = await scene.bridge.journal()
    return records.filter(({ kind }) => kind === 'intent').length
  }

  describe('when they are created', () => {
    it('have a number of the range, and no members', async () => {
      const group = await scene.group()
      const [gidNumber] = await scene.stored(group, 'gidNumber')
      assert.ok(Number(gidNumber) >= 10_000, gidNumber)
      assert.deepEqual(await stored(group), [])
      assert.deepEqual(await scene.memberIds(group), [])
    })

    it('hold the logins of their members, who are shown as ever', async () => {
      const [one, other] = await users(2)
      assert.ok(one && other)
      const group = await scene.group([one.id, other.id])
      assert.deepEqual(await stored(group), [one.userName, other.userName].toSorted())
      const { members } = await scene.read(`/Groups/${group}`)
      const { baseUrl } = scene.bridge
      assert.deepEqual(
        (members as readonly JsonObject[]).find(({ value }) => value === one.id),
        {
          value: one.id,
          $ref: `${baseUrl}/Users/${one.id}`,
          display: one['displayName'],
          type: 'User',
        },
      )
    })

    it('take 1500 members in portions, and lose them again', async () => {
      const { people } = scene.bridge.section
      const uids = Array.from({ length: 1500 }, (_, index) => `many-${index}`)
      await scene.admin.addAll(uids.map((uid) => scene.place.person(uid, people)))
      const entries = await scene.admin.search({
        base: people,
        filter: '(uid=many-*)',
        attributes: ['entryUUID'],
      })
      const ids = entries.flatMap(({ attributes }) => attributes['entryUUID'] ?? [])
      const group = await scene.group(ids)
      assert.deepEqual(await stored(group), uids.toSorted())
      assert.deepEqual(await scene.memberIds(group), ids.toSorted())
      await scene.changeMembers(group, 'remove', ids)
      assert.deepEqual(await stored(group), [])
    })
  })

  describe('when members come and go', () => {
    it('hold each once, and lose nobody who is no member', async () => {
      const [one, other] = await users(2)
      assert.ok(one && other)
      const group = await scene.group()
      for (const _ of [1, 2]) await scene.changeMembers(group, 'add', [one.id, other.id])
      assert.deepEqual(await stored(group), [one.userName, other.userName].toSorted())
      for (const _ of [1, 2]) await scene.changeMembers(group, 'remove', [one.id])
      assert.deepEqual(await stored(group), [other.userName])
      await scene.changeMembers(group, 'remove', [other.id])
      assert.deepEqual(await stored(group), [])
    })

    it('are written value by value', async () => {
      const [one] = await users(1)
      assert.ok(one)
      const group = await scene.group()
      await addStored(group, 'a-local-user')
      const exchange = await scene.changeMembers(group, 'add', [one.id])
      const ldif = await scene.sent(exchange)
      assert.match(ldif, new RegExp(`add: memberUid\nmemberUid: ${one.userName}\n`, 'u'))
      assert.doesNotMatch(ldif, /a-local-user/u)
    })

    it('keep logins of people elsewhere, and show nobody for them, whatever list they get', async () => {
      const [one, other] = await users(2)
      assert.ok(one && other)
      const group = await scene.group([one.id])
      await addStored(group, 'root', 'daemon')
      assert.deepEqual(await scene.memberIds(group), [one.id])
      await scene.changeMembers(group, 'replace', [other.id])
      assert.deepEqual(await stored(group), ['daemon', 'root', other.userName].toSorted())
      const { answer, status } = await scene.bridge.scim.put(`/Groups/${group}`, {
        displayName: (await scene.read(`/Groups/${group}`))['displayName'] as string,
        members: [],
      })
      assert.equal(status, 200)
      assert.deepEqual(memberIds(answer), [])
      assert.deepEqual(await stored(group), ['daemon', 'root'])
    })

    it('take what OneLogin sends in the manner of SCIM 1.1', async () => {
      const [one, other] = await users(2)
      assert.ok(one && other)
      const group = await scene.group([one.id])
      const members = [{ value: other.id }, { value: one.id, operation: 'delete' }]
      const { status, text } = await scene.bridge.scim.patch(`/Groups/${group}`, {
        schemas: ['urn:scim:schemas:core:1.0'],
        members,
      })
      assert.ok(status < 300, text)
      assert.deepEqual(await stored(group), [other.userName])
      const path = `members[value eq "${other.id}"]`
      const removed = await scene.patch(`/Groups/${group}`, { op: 'remove', path })
      assert.equal(removed.status, 204, removed.text)
      assert.deepEqual(await stored(group), [])
    })

    it('show in a preview what is sent then', async () => {
      const [one] = await users(1)
      assert.ok(one)
      const group = await scene.group()
      const body = {
        schemas: [patchOpUrn],
        Operations: [{ op: 'add', path: 'members', value: toMembers([one.id]) }],
      }
      const dry = await scene.bridge.scim.send('PATCH', `/Groups/${group}`, {
        body,
        headers: { prefer: 'dry-run' },
      })
      assert.match(dry.text, new RegExp(`memberUid: ${one.userName}`, 'u'))
      assert.deepEqual(await stored(group), [])
    })

    it('refuse whom nobody knows, groups, and logins that are not ASCII: 400, and nothing is written', async () => {
      const [one, odd] = [await scene.userId(), await scene.userId({ userName: 'jürgen' })]
      const [group, other] = [await scene.group(), await scene.group()]
      const before = await writes()
      for (const [id, detail] of [
        [nobody, /names no user or group/u],
        [other, /names a group: .+ hold users only/u],
        [odd, /cannot name: .+ by userName: it must be there, and in ASCII/u],
      ] as const) {
        const operation = { op: 'add', path: 'members', value: toMembers([one, id]) }
        const refused = await scene.patch(`/Groups/${group}`, operation)
        assertRefused(refused, { status: 400, scimType: 'invalidValue', detail })
        const members = toMembers([id])
        const created = await scene.bridge.scim.post('/Groups', { displayName: 'Odd', members })
        assertRefused(created, { status: 400, scimType: 'invalidValue', detail })
      }
      await scene.changeMembers(group, 'remove', [odd, other, nobody])
      assert.equal(await writes(), before)
    })

    it('hold odd logins as they are', async () => {
      for (const userName of ['a b', 'a,b', String.raw`a\b`, 'a*b', '(a)', '#a', `O'Neil & Co`]) {
        const id = await scene.userId({ userName })
        const group = await scene.group([id])
        assert.deepEqual(await stored(group), [userName])
        assert.deepEqual(await scene.memberIds(group), [id])
        assert.deepEqual(await groupsOf(id), [group])
        await scene.changeMembers(group, 'remove', [id])
        assert.deepEqual(await stored(group), [])
      }
    })
  })

  it('lose the logins that a bridge has noted which is lost, but those of somebody', async () => {
    const cn = scene.unusedName()
    const notesDn = `cn=${cn},${scene.bridge.section.people}`
    await scene.admin.add(notesDn, { objectClass: 'applicationProcess', cn })
    const settings = { 'upkeep.entry': notesDn, 'upkeep.afterMs': '50' }
    await scene.elsewhere(settings, async (other) => {
      const user = await other.user()
      const group = await other.group([user.id])
      const [gone, anew, alone] = [`gone-${cn}`, `anew-${cn}`, `alone-${cn}`]
      await other.admin.modify(await other.dnOf(group), {
        operation: 'add',
        type: 'memberUid',
        values: [gone, anew, alone],
      })
      const names = [
        { attribute: 'members', from: gone, to: anew },
        { attribute: 'members', from: user.userName },
        { attribute: 'members', from: `never-${cn}`, to: alone },
      ]
      const base = other.bridge.section.people
      await haveNoteWorkedOff(other.admin, notesDn, { base, names })
      const left = await other.stored(group, 'memberUid')
      assert.deepEqual(left.toSorted(), [alone, user.userName].toSorted())
    })
  })

  describe('when a member is renamed or deleted', () => {
    it('hold his new login, and nobody else’s changes', async () => {
      const [one, other] = await users(2)
      assert.ok(one && other)
      const [both, alone] = [await scene.group([one.id, other.id]), await scene.group([one.id])]
      const userName = scene.unusedName()
      const { answer } = await scene.change(one.id, { userName })
      assert.deepEqual(await stored(both), [userName, other.userName].toSorted())
      assert.deepEqual(await stored(alone), [userName])
      assert.deepEqual(await groupsOf(one.id), [both, alone].toSorted())
      const shown = answer?.['groups'] as readonly { readonly value: string }[]
      assert.deepEqual(shown.map(({ value }) => value).toSorted(), [both, alone].toSorted())
    })

    it('follow a change of letter case, too: logins are exact', async () => {
      const id = await scene.userId({ userName: 'lovelace' })
      const group = await scene.group([id])
      await scene.change(id, { userName: 'Lovelace' })
      assert.deepEqual(await stored(group), ['Lovelace'])
      await addStored(group, 'lovelace')
      assert.deepEqual(await scene.memberIds(group), [id])
    })

    it('hold him no more once he is deleted, also as the last one', async () => {
      const [one, other] = await users(2)
      assert.ok(one && other)
      const group = await scene.group([one.id, other.id])
      for (const [gone, left] of [
        [one, [other.userName]],
        [other, []],
      ] as const) {
        assert.equal((await scene.bridge.scim.delete(`/Users/${gone.id}`)).status, 204)
        assert.deepEqual(await stored(group), left)
      }
    })

    it('show in the preview of a rename and of a deletion all that is sent then', async () => {
      const [one] = await users(1)
      assert.ok(one)
      await scene.group([one.id])
      const path = `/Users/${one.id}`
      const value = { userName: scene.unusedName() }
      const body = { schemas: [patchOpUrn], Operations: [{ op: 'replace', value }] }
      for (const [method, options] of [
        ['PATCH', { body }],
        ['DELETE', {}],
      ] as const) {
        const headers = { prefer: 'dry-run' }
        const dry = await scene.bridge.scim.send(method, path, { ...options, headers })
        const done = await scene.bridge.scim.send(method, path, options)
        assert.ok(done.status < 300, done.text)
        assert.deepEqual(memberLines(dry.text), memberLines(await scene.sent(done)))
        assert.ok(memberLines(dry.text).length > 0, dry.text)
      }
    })

    it('refuse a login that they cannot hold: 400, and the member keeps his own', async () => {
      const [one] = await users(1)
      assert.ok(one)
      const group = await scene.group([one.id])
      const replace = { op: 'replace', path: 'userName', value: 'jörg' }
      const refused = await scene.patch(`/Users/${one.id}`, replace)
      const detail = /by userName: as long as he is a member it must be there, and in ASCII/u
      assertRefused(refused, { status: 400, scimType: 'invalidValue', detail })
      assert.deepEqual(await stored(group), [one.userName])
      assert.equal((await scene.read(`/Users/${one.id}`))['userName'], one.userName)
      await scene.changeMembers(group, 'remove', [one.id])
      const renamed = await scene.patch(`/Users/${one.id}`, replace)
      assert.equal(renamed.status, 200, renamed.text)
    })

    it('name him by the login that he has when others add him while he is renamed', async () => {
      const people = await users(8)
      const group = await scene.group()
      const last = await Promise.all(
        people.map(async ({ id }) => {
          const names = [scene.unusedName(), scene.unusedName(), scene.unusedName()]
          await Promise.all([
            ...names.map(async (userName) => await scene.change(id, { userName })),
            scene.changeMembers(group, 'add', [id]),
          ])
          return (await scene.read(`/Users/${id}`))['userName'] as string
        }),
      )
      assert.deepEqual(await stored(group), last.toSorted())
    })

    it('let a user with several logins be a member by any of them', async () => {
      const user = await scene.user()
      const [group, other] = [await scene.group(), await scene.group([user.id])]
      assert.deepEqual(await stored(other), [user.userName])
      const alias = scene.unusedName()
      const change = { operation: 'add', type: 'uid', values: [alias] } as const
      await scene.admin.modify(await scene.dnOf(user.id), change)
      await addStored(group, alias)
      await addStored(other, alias)
      assert.deepEqual(await scene.memberIds(group), [user.id])
      assert.deepEqual(await scene.memberIds(other), [user.id])
      assert.deepEqual(await groupsOf(user.id), [group, other].toSorted())
      assert.deepEqual(
        (await found(`members.value eq "${user.id}"`)).toSorted(),
        [group, other].toSorted(),
      )
      await scene.changeMembers(other, 'remove', [user.id])
      assert.deepEqual(await stored(other), [])
      const userName = scene.unusedName()
      await scene.change(user.id, { userName })
      assert.deepEqual(await stored(group), [alias])
      assert.equal((await scene.bridge.scim.delete(`/Users/${user.id}`)).status, 204)
      assert.deepEqual(await stored(group), [])
    })

    it('give nothing to the next user of a login that was left behind', async () => {
      const group = await scene.group()
      const userName = scene.unusedName()
      await addStored(group, userName)
      const id = await scene.userId({ userName })
      assert.deepEqual(await stored(group), [])
      assert.deepEqual(await groupsOf(id), [])
    })
  })

  it('say in /Schemas that their members are users', async () => {
    const { attributes } = await scene.read('/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group')
    const members = (attributes as readonly JsonObject[]).find(({ name }) => name === 'members')
    const parts = members?.['subAttributes'] as readonly JsonObject[]
    const type = parts.find(({ name }) => name === 'type')
    assert.deepEqual(type?.['canonicalValues'], ['User'])
  })

  it('are found by a member, and shown as groups of users', async () => {
    const [one, other] = await users(2)
    assert.ok(one && other)
    const [group, alone] = [await scene.group([one.id, other.id]), await scene.group([other.id])]
    assert.deepEqual(await found(`members.value eq "${one.id}"`), [group])
    assert.deepEqual(
      (await found(`members[value eq "${other.id}"]`)).toSorted(),
      [group, alone].toSorted(),
    )
    assert.deepEqual(await found(`members.value eq "${nobody}"`), [])
    assert.deepEqual(await groupsOf(other.id), [group, alone].toSorted())
    assert.deepEqual(await scene.find(`groups.value eq "${alone}"`), [other.id])
    const list = await scene.read(`/Users?attributes=groups&filter=userName eq "${one.userName}"`)
    const resources = list['Resources'] as readonly { readonly groups: readonly JsonObject[] }[]
    assert.deepEqual(
      resources.flatMap(({ groups }) => groups.map(({ value }) => value)),
      [group],
    )
  })
})

describe('Two users with one login, on an OpenLDAP that allows them', function () {
  this.timeout(60_000)

  let scene: ServerScene
  let server: ObtainedServer

  before(async () => {
    server = await own({ overlays: ['ppolicy'] })
    scene = await ServerScene.open(
      posixPlace(async () => server),
      server,
    )
  })

  after(async () => {
    await scene.bridge.close()
    await server.release()
  })

  /** Adds another entry with the login of somebody. */
  async function twinOf({ userName }: ShownUser): Promise<string> {
    const dn = `cn=twin of ${userName},${scene.bridge.section.people}`
    await scene.admin.add(dn, { objectClass: 'inetOrgPerson', sn: 'Twin', uid: userName })
    const [id = ''] = await scene.admin.values(dn, 'entryUUID')
    return id
  }

  async function stored(group: string): Promise<readonly string[]> {
    return await scene.stored(group, 'memberUid')
  }

  it('are both members by it, until both are gone', async () => {
    const user = await scene.user()
    const group = await scene.group([user.id])
    const twin = await twinOf(user)
    assert.deepEqual(await scene.memberIds(group), [user.id, twin].toSorted())
    assert.equal((await scene.bridge.scim.delete(`/Users/${user.id}`)).status, 204)
    assert.deepEqual(await stored(group), [user.userName])
    assert.deepEqual(await scene.memberIds(group), [twin])
    assert.equal((await scene.bridge.scim.delete(`/Users/${twin}`)).status, 204)
    assert.deepEqual(await stored(group), [])
  })

  it('lose no group to one who gets their login, or leaves it', async () => {
    const user = await scene.user()
    const group = await scene.group([user.id])
    const twin = await twinOf(user)
    const userName = scene.unusedName()
    await scene.change(user.id, { userName })
    assert.deepEqual((await stored(group)).toSorted(), [user.userName, userName].toSorted())
    assert.deepEqual(await scene.memberIds(group), [user.id, twin].toSorted())
  })
})

describe('Logins that are made from the userName, on an OpenLDAP', () => {
  it('are followed by groups when they change with it', async () => {
    const server = shared(sharedOpenldap())
    const place = posixPlace(async () => server)
    const scene = await ServerScene.open(place, server, {
      ...usersMap({ userName: 'mail', 'emails[type eq "work"]': undefined }),
      'users.derived': oneLine({ uid: { from: ['userName'], before: '@' } }),
    })
    try {
      const login = scene.unusedName()
      const id = await scene.userId({ userName: `${login}@example.org` })
      const group = await scene.group([id])
      assert.deepEqual(await scene.stored(group, 'memberUid'), [login])
      await scene.change(id, { userName: `${login}@example.com` })
      assert.deepEqual(await scene.stored(group, 'memberUid'), [login])
      await scene.change(id, { userName: `new-${login}@example.com` })
      assert.deepEqual(await scene.stored(group, 'memberUid'), [`new-${login}`])
      assert.deepEqual(await scene.memberIds(group), [id])
    } finally {
      await scene.bridge.close()
    }
  })
})

describe('Groups that name people by cn, who are named by uid, on an OpenLDAP', () => {
  it('follow a change that renames no entry', async () => {
    const server = shared(sharedOpenldap())
    const place = posixPlace(async () => server)
    const scene = await ServerScene.open(place, server, { 'groups.members.holds': 'cn' })
    try {
      const id = await scene.userId({ name: { formatted: 'Ada L', familyName: 'Lovelace' } })
      const group = await scene.group([id])
      const dn = await scene.dnOf(id)
      await scene.change(id, { 'name.formatted': 'Ada K' })
      assert.equal(await scene.dnOf(id), dn)
      assert.deepEqual(await scene.stored(group, 'memberUid'), ['Ada K'])
      assert.equal((await scene.bridge.scim.delete(`/Users/${id}`)).status, 204)
      assert.deepEqual(await scene.stored(group, 'memberUid'), [])
    } finally {
      await scene.bridge.close()
    }
  })
})

describe('Settings of groups that name members by login', () => {
  it('are refused with a placeholder, the server’s references, memberOf, a login that is not mapped, or one that is given up by those who stay', async () => {
    const bridge = await openTestBridge(sharedOpenldap(), {
      'groups.objectClass': 'posixGroup',
      'groups.numbers': oneLine({ gidNumber: { from: 1, to: 2 } }),
      'groups.members.attribute': 'memberUid',
      'groups.members.holds': 'carLicense',
      'groups.members.references': 'server',
      'users.onDelete': 'move',
      'users.deletedBase': exampleTree.secret,
      'users.leavesGroups': 'false',
      'users.givesUp': '[carLicense]',
    })
    try {
      assert.equal((await bridge.scim.get('/Groups')).status, 500)
      const reasons = bridge.events.flatMap(({ error }) =>
        error instanceof Error && error.cause instanceof MappingError ? error.cause.problems : [],
      )
      assert.deepEqual(
        reasons.map(({ path }) => path),
        [
          'groups.members.holds',
          'groups.members.placeholder',
          'groups.members.references',
          'users.givesUp',
          'users.memberOf',
        ],
      )
    } finally {
      await bridge.close()
    }
  })
})

/** The changes of groups in an LDIF. */
function memberLines(text: string): readonly string[] {
  return text.replaceAll('\n ', '').match(/^(?:add|delete): memberUid\n.+$/gmu) ?? []
}
