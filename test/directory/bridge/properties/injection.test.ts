import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { matches } from '../../../../src/scim/filter/matches.ts'
import { parseFilter } from '../../../../src/scim/filter/parse-filter.ts'
import { hostileTexts, ldapInjections } from '../../../torture/fuzz/corpus.ts'
import { enterprise, managerOf, patchOf, sceneFor } from '../users/scene.ts'
import { groupsSchema, listed, type Shown, usersSchema } from './bridge-schema.ts'

const texts = [...new Set(hostileTexts.map((text) => text.toWellFormed()))]
const settlingLimitMs = 60_000

/** By which attributes somebody is looked up, and how. */
const lookUps: readonly (readonly [endpoint: '/Users' | '/Groups', comparison: string])[] = [
  ...[
    'userName eq',
    'userName co',
    'userName sw',
    'userName ew',
    'externalId eq',
    'displayName eq',
    'title co',
    'name.familyName eq',
    `${enterprise}:employeeNumber eq`,
    'id eq',
    'groups.value eq',
    `${enterprise}:manager.value eq`,
  ].map((comparison) => ['/Users', comparison] as const),
  ...['displayName eq', 'displayName co', 'externalId eq', 'id eq', 'members.value eq'].map(
    (comparison) => ['/Groups', comparison] as const,
  ),
]

const quoted = (text: string): string => JSON.stringify(text)

describe('A text that could mean something else to LDAP', () => {
  const scene = sceneFor()
  /** The ids of those who bear one, by what they are called. */
  const bearers = new Map<string, string>()
  /** What was somebody's name already. */
  const taken: string[] = []
  const ids = { user: '', group: '' }

  before('settle those who bear it, and some who do not', async function () {
    this.timeout(settlingLimitMs)
    ids.user = await scene().userId()
    ids.group = await scene().group([ids.user, await scene().userId()])
    const { scim } = scene().bridge
    for (const text of texts) {
      const { status, answer } = await scim.post('/Users', {
        userName: text,
        externalId: text,
        displayName: text,
        title: text,
        name: { familyName: text },
        [enterprise]: { employeeNumber: text },
      })
      if (status === 201) bearers.set(text, (answer as Shown).id)
      else if (status === 409) taken.push(text)
      await scim.post('/Groups', { displayName: text, externalId: text })
    }
  })

  it('is taken for a name only where somebody has it', async () => {
    const schema = await usersSchema(scene())
    const residents = await listed(scene(), '/Users')
    for (const text of taken) {
      const bearer = parseFilter(`userName eq ${quoted(text)}`, schema)
      assert.ok(
        residents.some((each) => matches(bearer, each)),
        text,
      )
    }
  })

  it('is a name like any other', () => {
    const nameless = ldapInjections.filter((text) => text.trim() !== '' && !bearers.has(text))
    assert.deepEqual(nameless, [])
  })

  for (const [endpoint, comparison] of lookUps) {
    it(`finds at ${endpoint} by ${comparison} whom it means, and nobody else`, async () => {
      const schema = await (endpoint === '/Users' ? usersSchema : groupsSchema)(scene())
      const residents = await listed(scene(), endpoint)
      let answered = 0
      for (const text of texts) {
        const filter = `${comparison} ${quoted(text)}`
        const path = `${endpoint}?filter=${encodeURIComponent(filter)}`
        const { status, answer } = await scene().bridge.scim.get(path)
        if (status === 400) continue
        answered += 1
        const found = (answer?.['Resources'] ?? []) as readonly Shown[]
        const parsed = parseFilter(filter, schema)
        const meant = residents.filter((each) => matches(parsed, each))
        assert.deepEqual(idsOf(found), idsOf(meant), filter)
        assert.equal(answer?.['totalResults'], meant.length, filter)
      }
      assert.ok(answered >= bearers.size, `${answered} of ${texts.length} filters are answered`)
    }).timeout(settlingLimitMs)
  }

  it('finds by userName eq who bears it', async () => {
    for (const [text, id] of bearers) {
      const found = await scene().find(`userName eq ${quoted(text)}`)
      assert.deepEqual(idsOf(found), [id], text)
    }
  })

  const body: JsonObject = { userName: 'nobody', displayName: 'nobody' }
  const retitling = patchOf({ op: 'replace', path: 'displayName', value: 'nobody' })
  const requests: readonly (readonly [method: string, body?: JsonObject])[] = [
    ['GET'],
    ['PUT', body],
    ['PATCH', retitling],
    ['DELETE'],
  ]
  for (const endpoint of ['/Users', '/Groups']) {
    for (const [method, sent] of requests) {
      it(`is nobody's id in a ${method} of ${endpoint}`, async () => {
        await scene().writesNothing(async () => {
          for (const text of texts.filter((each) => each !== '')) {
            const path = `${endpoint}/${encodeURIComponent(text)}`
            const options = sent === undefined ? {} : { body: sent }
            const { status, text: said } = await scene().bridge.scim.send(method, path, options)
            assert.ok(status >= 400 && status < 500, `${method} ${path} ${status} ${said}`)
          }
        })
      }).timeout(settlingLimitMs)
    }
  }

  it("is nobody's id in a bulk operation", async () => {
    await scene().writesNothing(async () => {
      for (const text of texts) {
        const Operations = [{ method: 'DELETE', path: `/Users/${text}` }]
        const { text: said } = await scene().bridge.scim.post('/Bulk', { Operations })
        assert.doesNotMatch(said, /"status":"2/u, text)
      }
    })
  }).timeout(settlingLimitMs)

  const memberships: readonly (readonly [
    what: string,
    method: string,
    path: () => string,
    bodyWith: (text: string) => JsonObject,
  ])[] = [
    [
      'of a new group',
      'POST',
      () => '/Groups',
      (value) => ({ displayName: 'nobody', members: [{ value }] }),
    ],
    [
      'of a group that is replaced',
      'PUT',
      () => `/Groups/${ids.group}`,
      (value) => ({ displayName: 'nobody', members: [{ value }] }),
    ],
    [
      'who comes',
      'PATCH',
      () => `/Groups/${ids.group}`,
      (value) => patchOf({ op: 'add', path: 'members', value: [{ value }] }),
    ],
    [
      'who leaves',
      'PATCH',
      () => `/Groups/${ids.group}`,
      (value) => patchOf({ op: 'remove', path: 'members', value: [{ value }] }),
    ],
    [
      'who leaves, in the path',
      'PATCH',
      () => `/Groups/${ids.group}`,
      (text) => patchOf({ op: 'remove', path: `members[value eq ${quoted(text)}]` }),
    ],
  ]
  for (const [what, method, path, bodyWith] of memberships) {
    it(`is no member ${what}`, async () => {
      await scene().writesNothing(async () => {
        // A blank value is none. RFC 7643 §2.5
        for (const text of texts.filter((each) => each.trim() !== '')) {
          await scene().bridge.scim.send(method, path(), { body: bodyWith(text) })
        }
      })
    }).timeout(settlingLimitMs)
  }

  it('makes nobody a manager but who bears it', async () => {
    const schema = await usersSchema(scene())
    const residents = await listed(scene(), '/Users')
    const path = `${enterprise}:manager`
    for (const text of texts) {
      // Who names nobody leaves the manager who stands.
      await scene().patch(ids.user, { op: 'remove', path })
      const value = { value: text }
      const { answer } = await scene().patch(ids.user, { op: 'replace', path, value })
      const manager = managerOf(answer)
      if (manager === undefined) continue
      const bearer = parseFilter(`userName eq ${quoted(text)}`, schema)
      const meant = residents.filter((each) => matches(bearer, each))
      assert.deepEqual([manager], idsOf(meant), text)
    }
  }).timeout(settlingLimitMs)
})

function idsOf(resources: readonly Shown[]): readonly string[] {
  return resources.map(({ id }) => id).toSorted()
}
