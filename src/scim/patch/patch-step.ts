import { scimErrors } from '../error.ts'
import { excerpt } from '../excerpt.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { findPatchPath, parsePatchPath } from '../path.ts'
import type { PatchPath } from '../path.ts'
import type { ResourceSchema } from '../schema/resource-schema.ts'
import type { PatchOperation } from './patch-operation.ts'

/** A change to one attribute: what an operation comes down to once its path is found in the schemas. */
export interface PatchStep {
  readonly op: PatchOperation['op']
  readonly path: PatchPath
  readonly value?: JsonValue
  /** Whether the attribute was named by a key of the value and not by a path. */
  readonly isNamedInValue: boolean
}

/** The steps that an operation comes down to. Without a path there is one for each attribute that the value
 *  names, whose keys may be paths (Entra ID sends `"name.givenName"` and keys that begin with a URN);
 *  unknown ones among them are ignored. The path of an extension, or of the core schema, stands for its attributes.
 *  @throws {ScimError} invalidPath when there is no such attribute, or none of the keys is one;
 *    invalidFilter when the path holds a filter that cannot be read; invalidValue when there is neither a
 *    path nor an object. */
export function expandOperation(
  schema: ResourceSchema,
  operation: PatchOperation,
): readonly PatchStep[] {
  const { op, path, value = null } = operation
  if (path === undefined) return stepsOfValue(schema, op, value)
  if (schema.isCoreUrn(path.trim())) return stepsOfCore(schema, op, value)
  const target = parsePatchPath(path, schema)
  if (schema.extensions.includes(target.attribute))
    return stepsOfExtension(schema, operation, target)
  return [step(operation, target, false)]
}

function stepsOfValue(
  schema: ResourceSchema,
  op: PatchOperation['op'],
  value: JsonValue,
): readonly PatchStep[] {
  if (!isJsonObject(value)) {
    throw scimErrors.invalidValue('The value of an operation without a path must be an object.')
  }
  const entries = entriesOf(schema, value)
  const known = entries.flatMap(([key, each]) => {
    const path = findPatchPath(key, schema)
    return path === undefined ? [] : [{ path, value: each }]
  })
  if (known.length === 0 && entries.length > 0) {
    const keys = entries.map(([key]) => excerpt(key)).slice(0, 10)
    throw scimErrors.invalidPath(`There is no attribute ${keys.join(', ')}.`)
  }
  return known
    .filter(({ path }) => path.attribute.name !== 'schemas')
    .flatMap(({ path, value: each }) =>
      schema.extensions.includes(path.attribute)
        ? stepsOfExtension(schema, { op, value: each }, path)
        : [step({ op, value: each }, path, true)],
    )
}

function stepsOfCore(
  schema: ResourceSchema,
  op: PatchOperation['op'],
  value: JsonValue,
): readonly PatchStep[] {
  const { id, attributes } = schema.resourceType.schema
  if (op === 'remove') {
    return attributes
      .filter(({ mutability }) => mutability !== 'readOnly')
      .map((attribute) => step({ op }, { attribute }, true))
  }
  if (!isJsonObject(value)) throw scimErrors.invalidValue(`${id} must be an object.`)
  return stepsOfValue(schema, op, value)
}

/** What the value says, attributes that stand under the URN of the core schema included. */
function entriesOf(schema: ResourceSchema, value: JsonObject): readonly [string, JsonValue][] {
  return Object.entries(value).flatMap(([key, each]) =>
    schema.isCoreUrn(key) && isJsonObject(each) ? Object.entries(each) : [[key, each] as const],
  ) as readonly [string, JsonValue][]
}

function stepsOfExtension(
  schema: ResourceSchema,
  { op, value = null }: PatchOperation,
  { attribute, filter }: PatchPath,
): readonly PatchStep[] {
  if (filter !== undefined)
    throw scimErrors.invalidPath('An extension has no values to choose from.')
  const clears = op === 'remove' || (op === 'replace' && (value === null || value === ''))
  if (clears) {
    const attributes = (attribute.subAttributes ?? []).filter(
      ({ mutability }) => mutability !== 'readOnly',
    )
    return attributes.map((each) =>
      step({ op: 'remove' }, { schema: attribute.name, attribute: each }, true),
    )
  }
  if (value === null) return []
  if (!isJsonObject(value)) throw scimErrors.invalidValue(`${attribute.name} must be an object.`)
  const qualified = Object.entries(value).map(([key, each]) => [`${attribute.name}:${key}`, each])
  return stepsOfValue(schema, op, Object.fromEntries(qualified) as JsonObject)
}

function step({ op, value }: PatchOperation, path: PatchPath, isNamedInValue: boolean): PatchStep {
  return { op, path, ...(value === undefined ? {} : { value }), isNamedInValue }
}
