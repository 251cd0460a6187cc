import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { matches } from '../../../../src/scim/filter/matches.ts'
import { parseFilter } from '../../../../src/scim/filter/parse-filter.ts'
import { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { groupResourceType, userResourceType } from '../../../../src/scim/schema/resource-types.ts'
import { type Scene, sceneFor } from '../users/scene.ts'
import { drawn, holdsAlways, seed } from './cases.ts'
import { populationOf, settle, wideMap } from './population.ts'
import { type AdvertisedSchema, filtersOver } from './scim-filter.ts'

type Found = JsonObject & { readonly id: string }

async function list(scene: Scene, path: string): Promise<readonly Found[]> {
  const { status, answer, text } = await scene.bridge.scim.get(path)
  assert.equal(status, 200, text)
  const resources = (answer?.['Resources'] ?? []) as readonly Found[]
  assert.equal(answer?.['totalResults'], resources.length)
  return resources
}

async function schemasOf(scene: Scene, isOurs: (id: string) => boolean) {
  const schemas = (await list(scene, '/Schemas')) as unknown as readonly AdvertisedSchema[]
  return schemas.filter(({ id }) => isOurs(id))
}

const kinds = [
  {
    endpoint: '/Users',
    schema: new ResourceSchema(userResourceType),
    isOurs: (id: string) => id.endsWith(':User'),
  },
  {
    endpoint: '/Groups',
    schema: new ResourceSchema(groupResourceType),
    isOurs: (id: string) => id.endsWith(':Group'),
  },
]

const maps = [
  { name: 'with the map of the preset', overrides: {} },
  { name: 'with a map of every shape', overrides: { 'users.attributes': wideMap } },
]

for (const { name, overrides } of maps) {
  describe(`Any filter on anybody, ${name} (RFC 7644 §3.4.2.2)`, () => {
    const scene = sceneFor(overrides)

    before('settle people', async function () {
      this.timeout(60_000)
      await settle(scene(), drawn(populationOf(60, 12)))
    })

    for (const { endpoint, schema, isOurs } of kinds) {
      it(`finds at ${endpoint} what the filter means of the resources that are there`, async () => {
        const resources = await list(scene(), endpoint)
        const schemas = await schemasOf(scene(), isOurs)
        await holdsAlways(filtersOver(schemas, resources), async (filter) => {
          const parsed = parseFilter(filter, schema)
          const expected = resources.filter((each) => matches(parsed, each)).map(({ id }) => id)
          const found = await list(scene(), `${endpoint}?filter=${encodeURIComponent(filter)}`)
          const ids = found.map(({ id }) => id)
          assert.deepEqual(new Set(ids), new Set(expected), `SCIM_TEST_SEED=${seed}`)
          assert.equal(ids.length, expected.length)
        })
      }).timeout(120_000)
    }
  })
}
