import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { entriesSent } from '../properties/sent-entries.ts'
import { type Scene, sceneFor, type ShownUser } from '../users/scene.ts'

/** The groups of a user as an answer shows them: the type by the id. */
function groupsOf(user: JsonObject | undefined): Readonly<Record<string, string>> {
  const groups = (user?.['groups'] ?? []) as readonly { value: string; type: string }[]
  return Object.fromEntries(groups.map(({ value, type }) => [value, type]))
}

/** A user in a group that lies in another, and so on in a circle. */
async function circle(scene: Scene): Promise<{ user: ShownUser; groups: readonly string[] }> {
  const user = await scene.user()
  const first = await scene.group([user.id])
  const second = await scene.group([first])
  const third = await scene.group([second])
  const closed = await scene.bridge.scim.patch(`/Groups/${first}`, {
    Operations: [{ op: 'add', path: 'members', value: [{ value: third }] }],
  })
  assert.equal(closed.status, 204, closed.text)
  return { user, groups: [first, second, third] }
}

/** The types of groups that are advertised. */
async function typesOf(scene: Scene): Promise<unknown> {
  const urn = 'urn:ietf:params:scim:schemas:core:2.0:User'
  const { answer } = await scene.bridge.scim.get(`/Schemas/${urn}`)
  const attributes = (answer?.['attributes'] ?? []) as readonly JsonObject[]
  const found = attributes.find(({ name }) => name === 'groups')
  const parts = (found?.['subAttributes'] ?? []) as readonly JsonObject[]
  return parts.find(({ name }) => name === 'type')?.['canonicalValues']
}

describe("A user's groups through other groups, on an OpenLDAP (RFC 7643 §4.1.2)", () => {
  let proxy: LdapProxy
  before(async () => {
    proxy = await LdapProxy.start(sharedOpenldap().url)
  })
  const scene = sceneFor(() => ({
    'users.indirectGroups': 'true',
    'directory.urls': proxy.url,
  }))
  const plain = sceneFor()
  after(async () => proxy.close())

  it('are shown as indirect where they are asked for, also in a circle', async () => {
    const { user, groups } = await circle(scene())
    const [first = '', second = '', third = ''] = groups
    const expected = { [first]: 'direct', [second]: 'indirect', [third]: 'indirect' }
    assert.deepEqual(groupsOf(await scene().get(user.id)), expected)
    const [found] = await scene().find(`userName eq "${user.userName}"`)
    assert.deepEqual(groupsOf(found), expected)
    const shown = (found?.['groups'] ?? []) as readonly JsonObject[]
    const { answer } = await scene().bridge.scim.get(`/Groups/${third}`)
    assert.deepEqual(
      shown.find(({ value }) => value === third),
      {
        value: third,
        $ref: `${scene().bridge.baseUrl}/Groups/${third}`,
        display: answer?.['displayName'],
        type: 'indirect',
      },
    )
  })

  it('are shown once where several ways lead to them', async () => {
    const user = await scene().user()
    const [left, right] = [await scene().group([user.id]), await scene().group([user.id])]
    const top = await scene().group([left, right])
    const above = await scene().group([top, left])
    assert.deepEqual(groupsOf(await scene().get(user.id)), {
      [left]: 'direct',
      [right]: 'direct',
      [top]: 'indirect',
      [above]: 'indirect',
    })
  })

  it('are direct where a user is in them himself, too', async () => {
    const user = await scene().user()
    const inner = await scene().group([user.id])
    const outer = await scene().group([inner, user.id])
    assert.deepEqual(groupsOf(await scene().get(user.id)), { [inner]: 'direct', [outer]: 'direct' })
  })

  it('are found by filters as they are shown', async () => {
    const { user, groups } = await circle(scene())
    const [, , third = ''] = groups
    for (const filter of [
      `groups.value eq "${third}"`,
      `groups[value eq "${third}" and type eq "indirect"]`,
    ]) {
      assert.deepEqual(
        (await scene().find(filter)).map(({ id }) => id),
        [user.id],
        filter,
      )
    }
    assert.deepEqual(await scene().find(`groups[value eq "${third}" and type eq "direct"]`), [])
  })

  it('are found without reading those who are in none of them', async () => {
    const { user, groups } = await circle(scene())
    const [first = '', , third = ''] = groups
    const { people } = scene().bridge.section
    await scene().admin.addAll(
      Array.from({ length: 60 }, (_, place) => ({
        dn: `uid=other${place},${people}`,
        attributes: { objectClass: 'inetOrgPerson', uid: `other${place}`, cn: 'C', sn: 'S' },
      })),
    )
    for (const group of [first, third]) {
      const count = await entriesSent(scene(), async () => {
        const found = await scene().find(`groups.value eq "${group}"`)
        assert.deepEqual(
          found.map(({ id }) => id),
          [user.id],
        )
      })
      assert.ok(count < 30, `${count} entries were read`)
    }
    const rest = await scene().find(`not (groups.value eq "${third}") and userName sw "other"`)
    assert.equal(rest.length, 60)
  })

  it('cost nothing where groups are not shown', async () => {
    const { user } = await circle(scene())
    const before = proxy.count('search')
    await scene().get(user.id, '?excludedAttributes=groups')
    assert.equal(proxy.count('search') - before, 1)
  })

  it('are neither shown nor advertised by default', async () => {
    const { user, groups } = await circle(plain())
    const [first = '', , third = ''] = groups
    assert.deepEqual(groupsOf(await plain().get(user.id)), { [first]: 'direct' })
    assert.deepEqual(await plain().find(`groups.value eq "${third}"`), [])
    assert.deepEqual(await typesOf(plain()), ['direct'])
    assert.deepEqual(await typesOf(scene()), ['direct', 'indirect'])
  })
})
