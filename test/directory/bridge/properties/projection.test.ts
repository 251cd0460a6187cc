import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { parseProjection, project } from '../../../../src/scim/projection.ts'
import type { SchemaDefinition } from '../../../../src/scim/schema/definition.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { enterprise, patchOf, sceneFor } from '../users/scene.ts'
import {
  advertisedSchemas,
  groupsSchema,
  type Shown,
  usersSchema,
  withEntryVersion,
} from './bridge-schema.ts'
import { holdsAlways } from './cases.ts'

/** Names that a client may ask for: all that are advertised, and some that are not. */
function namesFrom(schemas: readonly SchemaDefinition[]): fc.Arbitrary<string> {
  const names = schemas.flatMap(({ id, attributes }) => [
    id,
    ...attributes.flatMap(({ name, subAttributes = [] }) =>
      [name, ...subAttributes.map((part) => `${name}.${part.name}`)].flatMap((each) => [
        each,
        `${id}:${each}`,
      ]),
    ),
  ])
  const others = [
    'id',
    'schemas',
    'meta',
    'meta.version',
    'externalId',
    'nonsense',
    'name.nonsense',
    'manager',
  ]
  return fc
    .constantFrom(...names, ...others)
    .chain((name) => fc.constantFrom(name, name.toUpperCase()))
}

const ways = ['GET', 'list', 'search', 'POST', 'PUT', 'PATCH'] as const

describe('Any projection, on every method that answers a resource (RFC 7644 §3.9)', () => {
  const scene = sceneFor()

  /** What a method answers of a resource, and the whole of it as a GET shows it afterwards. */
  async function answered(
    way: (typeof ways)[number],
    endpoint: string,
    before: Shown,
    query: Query,
  ) {
    const { scim } = scene().bridge
    const text = Object.entries(query)
      .map(([name, list]) => `${name}=${encodeURIComponent(list.join(','))}`)
      .join('&')
    const path = `${endpoint}/${before.id}`
    const ask: Readonly<Record<typeof way, () => Promise<Exchange>>> = {
      GET: async () => await scim.get(`${path}?${text}`),
      list: async () => await scim.get(`${endpoint}?${text}&filter=id%20eq%20${before.id}`),
      search: async () =>
        await scim.post(`${endpoint}/.search`, { ...query, filter: `id eq "${before.id}"` }),
      POST: async () => await scim.post(`${endpoint}?${text}`, fresh(before)),
      PUT: async () => await scim.put(`${path}?${text}`, { ...before, externalId: unused() }),
      PATCH: async () =>
        await scim.patch(
          `${path}?${text}`,
          patchOf({ op: 'replace', path: 'externalId', value: unused() }),
        ),
    }
    const { answer, status, text: body } = await ask[way]()
    assert.ok([200, 201].includes(status), body)
    const list = answer?.['Resources'] as readonly JsonObject[] | undefined
    const shown = list?.[0] ?? answer ?? {}
    const whole = await scim.get(`${endpoint}/${(shown as Shown).id}`)
    return { shown, whole: whole.answer ?? {} }
  }

  const unused = (): string => scene().unusedName()
  const fresh = (before: Shown): JsonObject => ({
    ...before,
    ...('userName' in before ? { userName: unused() } : { displayName: unused() }),
  })

  type Query = Readonly<Record<string, readonly string[]>>

  for (const endpoint of ['/Users', '/Groups']) {
    it(`shows at ${endpoint} what the projection leaves of the whole`, async () => {
      const all = await advertisedSchemas(scene())
      const suffix = endpoint === '/Users' ? ':User' : ':Group'
      const schema = await (endpoint === '/Users' ? usersSchema : groupsSchema)(scene())
      const manager = await scene().userId()
      const user = await scene().user({
        displayName: 'Ada',
        title: 'Countess',
        password: 'Correct horse 1',
        emails: [{ value: 'ada@example.org', type: 'work', primary: true }],
        phoneNumbers: [{ value: '1', type: 'home' }],
        addresses: [{ type: 'work', locality: 'London' }],
        [enterprise]: { department: 'Sums', manager: { value: manager } },
      })
      const group = await scene().group([user.id, manager])
      const id = endpoint === '/Users' ? user.id : group
      const names = fc.array(namesFrom(all.filter((each) => each.id.endsWith(suffix))), {
        minLength: 1,
        maxLength: 4,
      })
      const query = fc.oneof(
        names.map((attributes) => ({ attributes })),
        names.map((excludedAttributes) => ({ excludedAttributes })),
      )
      const cases = fc.record({ query, way: fc.constantFrom(...ways) })
      await holdsAlways(cases, async ({ query: asked, way }) => {
        const before = (await scene().bridge.scim.get(`${endpoint}/${id}`)).answer as Shown
        const { shown, whole } = await answered(way, endpoint, before, asked)
        const expected = project(schema, withEntryVersion(whole), parseProjection(schema, asked))
        assert.deepEqual(withEntryVersion(shown), expected, way)
        assert.ok('id' in shown && 'schemas' in shown && !('password' in shown))
      })
    }).timeout(120_000)
  }
})
