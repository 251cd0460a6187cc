import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { describeDomain } from './domain-scene.ts'

const sid = 'S-1-5-21-1111111111-2222222222-3333333333-1104'
const foreignDn = `CN=${sid},CN=ForeignSecurityPrincipals,${exampleDomain.suffix}`
// Only such a group may have members of other domains.
const domainLocal = '-2147483644'

describeDomain('Members of another forest in a group of Active Directory', {}, (scene) => {
  let user: string
  let group: string

  beforeEach(async () => {
    user = await scene().userId()
    group = await scene().addGroup({ groupType: domainLocal, member: `<SID=${sid}>` })
    assert.equal((await scene().changeMembers(group, 'add', [user])).status, 204)
  })

  const storedMembers = async (): Promise<number> => {
    const stored = await scene().stored(group, 'member')
    assert.ok(stored.includes(foreignDn), stored.join(' '))
    return stored.length
  }

  it('are shown by their SID, without a type and a URL, beside users', async () => {
    const { members } = await scene().read(`/Groups/${group}`)
    const shown = members as readonly JsonObject[]
    assert.deepEqual(
      shown.find(({ value }) => value === sid),
      { value: sid, display: sid },
    )
    assert.equal(shown.find(({ value }) => value === user)?.['type'], 'User')
  })

  it('are found by a filter on members', async () => {
    const found = await scene().read(`/Groups?filter=members.value eq "${sid}"`)
    const groups = found['Resources'] as readonly JsonObject[]
    assert.ok(groups.some(({ id }) => id === group))
    const others = await scene().read(`/Groups?filter=members.value eq "${sid}0"`)
    assert.equal(others['totalResults'], 0)
  })

  it('stay where the list is replaced or taken away without them', async () => {
    assert.equal((await scene().changeMembers(group, 'replace', [])).status, 204)
    assert.equal(await storedMembers(), 1)
    const all = { op: 'remove', path: 'members' }
    assert.equal((await scene().patch(`/Groups/${group}`, all)).status, 204)
    assert.equal(await storedMembers(), 1)
    const { displayName = null } = await scene().read(`/Groups/${group}`)
    const body = { displayName, members: [{ value: user }] }
    const put = await scene().bridge.scim.put(`/Groups/${group}`, body)
    assert.equal(put.status, 200, put.text)
    assert.equal(await storedMembers(), 2)
  })

  it('can stand in a PUT of what a GET has shown, and in an addition: nothing changes', async () => {
    const before = await scene().read(`/Groups/${group}`)
    const put = await scene().bridge.scim.put(`/Groups/${group}`, before)
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(put.answer, before)
    assert.equal((await scene().changeMembers(group, 'add', [sid])).status, 204)
    assert.deepEqual(await scene().read(`/Groups/${group}`), before)
  })

  it('are neither added nor removed: 400', async () => {
    const another = `${sid}5`
    for (const op of ['add', 'replace'] as const) {
      assertRefused(await scene().changeMembers(group, op, [another]), {
        status: 400,
        scimType: 'invalidValue',
        detail: /^members\.value names no user or group: "S-1-5-21-/u,
      })
    }
    const body = { displayName: scene().unusedName(), members: [{ value: sid }] }
    assertRefused(await scene().bridge.scim.post('/Groups', body), {
      status: 400,
      scimType: 'invalidValue',
    })
    const byValue = { op: 'remove', path: `members[value eq "${sid}"]` }
    for (const refused of [
      await scene().changeMembers(group, 'remove', [user, sid]),
      await scene().patch(`/Groups/${group}`, byValue),
    ]) {
      assertRefused(refused, { status: 400, scimType: 'mutability', detail: /^members /u })
    }
    assert.equal((await scene().changeMembers(group, 'remove', [another])).status, 204)
    assert.equal(await storedMembers(), 2)
  })
})

describeDomain('The primary group of a user of Active Directory', {}, (scene) => {
  let member: string | undefined

  // A group that is the primary one of somebody cannot be removed.
  afterEach(async () => {
    if (member !== undefined) await scene().store(member, 'primaryGroupID', '513')
  })

  /** Makes a group the primary group of its member. */
  const primaryGroup = async (): Promise<{ user: string; group: string }> => {
    const user = await scene().userId({ password: 'Corr3ct-horse' })
    const group = await scene().group([user])
    const [objectSid = ''] = await scene().stored(group, 'objectSid')
    const relativeId = Buffer.from(objectSid, 'base64').readUInt32LE(24)
    await scene().store(user, 'primaryGroupID', String(relativeId))
    member = user
    assert.deepEqual(await scene().stored(group, 'member'), [])
    return { user, group }
  }

  it('does not show him, and he does not show it: the directory names neither in the other', async () => {
    const { user, group } = await primaryGroup()
    assert.deepEqual(await scene().memberIds(group), [])
    assert.equal((await scene().read(`/Users/${user}`))['groups'], undefined)
  })

  it('stays it, whatever is done to its members and to him', async () => {
    const { user, group } = await primaryGroup()
    const before = await scene().stored(user, 'primaryGroupID')
    assert.equal((await scene().changeMembers(group, 'remove', [user])).status, 204)
    assert.equal((await scene().changeMembers(group, 'replace', [])).status, 204)
    const other = await scene().userId()
    assert.equal((await scene().changeMembers(group, 'replace', [other])).status, 204)
    const disable = { op: 'replace', path: 'active', value: false }
    assert.equal((await scene().patch(`/Users/${user}`, disable)).status, 200)
    assert.deepEqual(await scene().stored(user, 'primaryGroupID'), before)
    assert.deepEqual(await scene().memberIds(group), [other])
  })

  it('refuses him as a member of the usual kind, and says so', async () => {
    const { user, group } = await primaryGroup()
    assertRefused(await scene().changeMembers(group, 'add', [user]), {
      status: 400,
      scimType: 'invalidValue',
      detail: /^members /u,
    })
    assert.deepEqual(await scene().memberIds(group), [])
  })
})

describeDomain('Groups of Active Directory in others', {}, (scene) => {
  it('show as members of the type Group, and leave with it', async () => {
    const [user, inner] = [await scene().userId(), await scene().group()]
    const outer = await scene().group([inner, user])
    const { members } = await scene().read(`/Groups/${outer}`)
    const types = (members as readonly JsonObject[]).map((member) => [
      textIn(member, 'value'),
      textIn(member, 'type'),
    ])
    assert.deepEqual(
      new Map(types as [string, string][]),
      new Map([
        [inner, 'Group'],
        [user, 'User'],
      ]),
    )
    assert.equal((await scene().changeMembers(outer, 'remove', [inner])).status, 204)
    assert.deepEqual(await scene().memberIds(outer), [user])
  })
})
