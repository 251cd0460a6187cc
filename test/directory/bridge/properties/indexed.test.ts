import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { enterprise, sceneFor } from '../users/scene.ts'
import { listed } from './bridge-schema.ts'
import { entriesSent } from './sent-entries.ts'

const people = 120

describe('A look-up among many by an attribute with an index (RFC 7644 §3.4.2.2)', () => {
  const scene = sceneFor()
  const ids = { user: '', manager: '', group: '' }

  before('settle people', async () => {
    const { people: base, groups } = scene().bridge.section
    await scene().admin.addAll(
      Array.from({ length: people }, (_, place) => ({
        dn: scene().dn(`uid=i${place}`),
        attributes: {
          objectClass: ['inetOrgPerson', 'scimResource'],
          uid: `i${place}`,
          cn: `Anna${place}`,
          sn: `Berg${place}`,
          displayName: `Anna ${place} Berg`,
          mail: `i${place}@example.org`,
          employeeNumber: `${1000 + place}`,
          scimExternalId: `x${place}`,
          manager: `uid=i${place === 7 ? 8 : 9},${base}`,
        },
      })),
    )
    await scene().admin.addAll(
      [8, 7, 9].map((place) => ({
        dn: `cn=g${place},${groups}`,
        attributes: {
          objectClass: 'groupOfNames',
          cn: `g${place}`,
          member: scene().dn(`uid=i${place}`),
        },
      })),
    )
    ids.user = await scene().idOf(scene().dn('uid=i7'))
    ids.manager = await scene().idOf(scene().dn('uid=i8'))
    ids.group = await scene().idOf(`cn=g7,${groups}`)
  })

  const lookUps: readonly (readonly [string, () => string])[] = [
    ['userName', () => 'userName eq "I7"'],
    ['externalId', () => 'externalId eq "x7"'],
    ['an e-mail address', () => 'emails.value eq "I7@example.org"'],
    ['a work address', () => 'emails[type eq "work" and value eq "i7@example.org"]'],
    [
      'a work address in the manner of Entra ID',
      () => 'emails[type eq "work"].value eq "i7@example.org"',
    ],
    ['employeeNumber', () => `${enterprise}:employeeNumber eq "1007"`],
    ['displayName', () => 'displayName eq "Anna 7 Berg"'],
    ['the family name', () => 'name.familyName eq "Berg7"'],
    [
      'the beginning of userName',
      () => 'userName sw "i7" and userName ew "7" and userName eq "i7"',
    ],
    ['id', () => `id eq "${ids.user}"`],
    ['the manager', () => `${enterprise}:manager.value eq "${ids.manager}"`],
    ['a group', () => `groups.value eq "${ids.group}"`],
    ['one of two', () => 'userName eq "i7" or externalId eq "nobody"'],
    [
      'one and something without an index',
      () => 'userName eq "i7" and meta.created pr and not (title pr)',
    ],
  ]
  for (const [name, filter] of lookUps) {
    it(`by ${name} reads nobody else`, async () => {
      // The user, his manager and his group, and the look-ups of what the filter names.
      const read = await entriesSent(scene(), async () => {
        const found = await listed(scene(), `/Users?filter=${encodeURIComponent(filter())}`)
        assert.deepEqual(
          found.map((each) => (each as JsonObject)['userName']),
          ['i7'],
        )
      })
      assert.ok(read <= 7, `${read} entries were read`)
    })
  }

  it('by name for one that is no letter of every server reads those who come near', async () => {
    const read = await entriesSent(scene(), async () => {
      const filter = encodeURIComponent('userName eq "straße"')
      assert.deepEqual(await listed(scene(), `/Users?filter=${filter}`), [])
    })
    assert.ok(read <= 3, `${read} entries were read`)
  })

  it('of groups by member reads no other group, and nobody but the member', async () => {
    const filter = encodeURIComponent(`members.value eq "${ids.user}"`)
    const read = await entriesSent(scene(), async () => {
      const found = await listed(scene(), `/Groups?attributes=id&filter=${filter}`)
      assert.deepEqual(
        found.map(({ id }) => id),
        [ids.group],
      )
    })
    assert.equal(read, 2)
  })
})
