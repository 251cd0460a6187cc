import assert from 'node:assert/strict'
import { matches } from '../../../../src/scim/filter/matches.ts'
import { parseFilter } from '../../../../src/scim/filter/parse-filter.ts'
import { sceneFor } from '../users/scene.ts'
import {
  advertisedSchemas,
  groupsSchema,
  listed,
  usersSchema,
  withEntryVersion,
} from './bridge-schema.ts'
import { drawn, holdsAlways, seed } from './cases.ts'
import { populationOf, settle, wideMap } from './population.ts'
import { filtersOver } from './scim-filter.ts'

const kinds = [
  { endpoint: '/Users', schemaOf: usersSchema, suffix: ':User' },
  { endpoint: '/Groups', schemaOf: groupsSchema, suffix: ':Group' },
]

const maps = [
  { name: 'with the map of the preset', overrides: {} },
  { name: 'with a map of every shape', overrides: { 'users.attributes': wideMap } },
  {
    name: 'with a map without externalId',
    overrides: {
      'users.attributes': JSON.stringify({
        userName: 'uid',
        'name.formatted': { attribute: 'cn', fallback: ['userName'] },
        'name.familyName': { attribute: 'sn', fallback: ['userName'] },
      }),
      'users.manager.lookup': '[id, userName]',
      'groups.attributes': JSON.stringify({ displayName: 'cn' }),
    },
  },
]

for (const { name, overrides } of maps) {
  describe(`Any filter on anybody, ${name} (RFC 7644 §3.4.2.2)`, () => {
    const scene = sceneFor(overrides)

    before('settle people', async function () {
      this.timeout(60_000)
      await settle(scene(), drawn(populationOf(60, 12)))
    })

    for (const { endpoint, schemaOf, suffix } of kinds) {
      it(`finds at ${endpoint} what the filter means of the resources that are there`, async () => {
        const resources = (await listed(scene(), endpoint)).map(withEntryVersion)
        const schema = await schemaOf(scene())
        const all = await advertisedSchemas(scene())
        const schemas = all.filter(({ id }) => id.endsWith(suffix))
        await holdsAlways(filtersOver(schemas, resources), async (filter) => {
          const parsed = parseFilter(filter, schema)
          const expected = resources.filter((each) => matches(parsed, each)).map(({ id }) => id)
          const found = await listed(scene(), `${endpoint}?filter=${encodeURIComponent(filter)}`)
          const ids = found.map(({ id }) => id)
          assert.deepEqual(new Set(ids), new Set(expected), `SCIM_TEST_SEED=${seed}`)
          assert.equal(ids.length, expected.length)
        })
      }).timeout(120_000)
    }
  })
}
