import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { SchemaDefinition } from '../../../../src/scim/schema/definition.ts'
import { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { groupResourceType, userResourceType } from '../../../../src/scim/schema/resource-types.ts'
import type { Scene } from '../users/scene.ts'

/** A resource as an answer shows it. */
export type Shown = JsonObject & { readonly id: string }

/** Everything that a list shows. */
export async function listed(scene: Scene, path: string): Promise<readonly Shown[]> {
  const { status, answer, text } = await scene.bridge.scim.get(path)
  assert.equal(status, 200, text)
  const resources = (answer?.['Resources'] ?? []) as readonly Shown[]
  assert.equal(answer?.['totalResults'], resources.length)
  return resources
}

/** A resource with the version of its entry, by which filters and If-Match go: that of an answer also tells what the answer
 *  shows of others. */
export function withEntryVersion<R extends JsonObject>(resource: R): R {
  const { meta } = resource as { readonly meta?: JsonObject }
  if (typeof meta?.['version'] !== 'string') return resource
  return { ...resource, meta: { ...meta, version: meta['version'].replace(/\.[\w-]{12}"$/u, '"') } }
}

/** The schemas that a bridge advertises. */
export async function advertisedSchemas(scene: Scene): Promise<readonly SchemaDefinition[]> {
  return (await listed(scene, '/Schemas')) as unknown as readonly SchemaDefinition[]
}

/** Users as a bridge advertises them. */
export async function usersSchema(scene: Scene): Promise<ResourceSchema> {
  const schemas = await advertisedSchemas(scene)
  return new ResourceSchema({
    ...userResourceType,
    schema: schemas.find(({ id }) => id === userResourceType.schema.id) ?? assert.fail(),
    schemaExtensions: schemas
      .filter(({ id }) => id.includes(':extension:'))
      .map((schema) => ({ schema, required: false })),
  })
}

/** Groups as a bridge advertises them. */
export async function groupsSchema(scene: Scene): Promise<ResourceSchema> {
  const schemas = await advertisedSchemas(scene)
  const schema = schemas.find(({ id }) => id === groupResourceType.schema.id) ?? assert.fail()
  return new ResourceSchema({ ...groupResourceType, schema })
}
