import { ScimError, scimErrors } from '../error.ts'
import { excerpt } from '../excerpt.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isBlank } from '../normalize.ts'
import { findPatchPath, parsePatchPath } from '../path.ts'
import type { PatchPath } from '../path.ts'
import { elementsOf, findAttributePath, formatAttributePath } from '../schema/attribute-path.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import type { ResourceSchema } from '../schema/resource-schema.ts'
import { stepAllowance } from './allowance.ts'
import type { Allowance } from './allowance.ts'
import type { PatchOperation } from './patch-operation.ts'
import { placeName } from './patch-storage.ts'
import type { PatchStorage } from './patch-storage.ts'
import { untypedPath } from './untyped-elements.ts'

/** A change to one attribute: what an operation comes down to once its path is found in the schemas. */
export interface PatchStep {
  readonly op: PatchOperation['op']
  readonly path: PatchPath
  readonly value?: JsonValue
  /** Whether the attribute was named by a key of the value and not by a path. */
  readonly isNamedInValue: boolean
}

/** What an operation comes down to. */
export interface Expansion {
  readonly steps: readonly PatchStep[]
  /** What it names that the schemas know and nobody keeps, as `placeName` has it. */
  readonly ignored: readonly string[]
}

/** What the operations can make steps of, and how many attributes they may name yet. */
interface Expanding {
  readonly storage: PatchStorage
  readonly allowance: Allowance
}

/** The steps that operations come down to, in their order. Without a path there is one for each attribute that the value
 *  names, whose keys may be paths (Entra ID sends `"name.givenName"` and keys that begin with a URN);
 *  unknown ones among them are ignored. The path of an extension, or of the core schema, stands for its attributes. What the
 *  schemas know and nobody keeps makes no step, as in a POST: Entra ID would otherwise not get a user disabled beside an
 *  attribute that is not mapped.
 *  @throws {ScimError} invalidPath when there is no such attribute, or none of the keys is one, or `active` is not stored;
 *    invalidFilter when the path holds a filter that cannot be read; invalidValue when there is neither a
 *    path nor an object; 413 when they name too many attributes. */
export function expandPatch(
  storage: PatchStorage,
  operations: readonly PatchOperation[],
): Expansion {
  const expanding = { storage, allowance: stepAllowance() }
  return joined(operations.map((operation) => expandOperation(expanding, operation)))
}

function expandOperation(expanding: Expanding, operation: PatchOperation): Expansion {
  const { op, path: text, value = null } = operation
  const { storage, allowance } = expanding
  const { schema } = storage
  if (text === undefined) return stepsOfValue(expanding, op, value)
  if (schema.isCoreUrn(text.trim())) return stepsOfCore(expanding, op, value)
  const path = storedPath(storage, text)
  const isExtension = path !== undefined && schema.extensions.includes(path.attribute)
  if (isExtension) return stepsOfExtension(expanding, operation, path)
  allowance.take(1)
  if (path === undefined) return { steps: [], ignored: [unstoredName(storage, text)] }
  return oneStep(storage, operation, { path, isNamedInValue: false })
}

/** The path that a text means among what is stored; undefined when it is not there. */
function storedPath(storage: PatchStorage, text: string): PatchPath | undefined {
  const stored = readPath(text, storage.schema)
  const known = stored ? undefined : readPath(text, storage.known)
  return stored ?? (known && untypedPath(storage, known))
}

function readPath(text: string, schema: ResourceSchema): PatchPath | undefined {
  try {
    return findPatchPath(text, schema)
  } catch (error) {
    // A filter may name what only the schemas know; where not even they can read it, that is said of the text then.
    if (error instanceof ScimError) return undefined
    throw error
  }
}

/** The name of what only the schemas know.
 *  @throws {ScimError} invalidPath when they do not know it either, or who sends it relies on it. */
function unstoredName({ known }: PatchStorage, text: string): string {
  const path = parsePatchPath(text, known)
  if (path.schema === undefined && path.attribute.name === 'active') {
    throw scimErrors.invalidPath('active is not stored: nobody would be disabled.')
  }
  return placeName(known, path)
}

function stepsOfValue(expanding: Expanding, op: PatchOperation['op'], value: JsonValue): Expansion {
  if (!isJsonObject(value)) {
    throw scimErrors.invalidValue('The value of an operation without a path must be an object.')
  }
  const entries = entriesOf(expanding.storage.schema, value)
  if (entries.length === 0) expanding.allowance.take(1)
  const known = entries.flatMap(
    ([key, each]) => stepsOfKey(expanding, key, { op, value: each }) ?? [],
  )
  if (known.length === 0 && entries.length > 0) {
    const keys = entries.map(([key]) => excerpt(key)).slice(0, 10)
    throw scimErrors.invalidPath(`There is no attribute ${keys.join(', ')}.`)
  }
  return joined(known)
}

/** The steps of one key of a value; undefined when it names nothing that the schemas know. */
function stepsOfKey(
  expanding: Expanding,
  key: string,
  operation: PatchOperation,
): Expansion | undefined {
  const { storage, allowance } = expanding
  const path = storedPath(storage, key)
  const isExtension = path !== undefined && storage.schema.extensions.includes(path.attribute)
  if (isExtension) return stepsOfExtension(expanding, operation, path)
  allowance.take(1)
  if (path === undefined) {
    const isKnown = findPatchPath(key, storage.known) !== undefined
    return isKnown ? { steps: [], ignored: [unstoredName(storage, key)] } : undefined
  }
  if (path.attribute.name === 'schemas') return nothing
  return oneStep(storage, operation, { path, isNamedInValue: true })
}

function stepsOfCore(expanding: Expanding, op: PatchOperation['op'], value: JsonValue): Expansion {
  const { id, attributes } = expanding.storage.schema.resourceType.schema
  if (op === 'remove') {
    const steps = attributes
      .filter(({ mutability }) => mutability !== 'readOnly')
      .map((attribute) => ({ op, path: { attribute }, isNamedInValue: true }))
    expanding.allowance.take(steps.length)
    return { steps, ignored: [] }
  }
  if (!isJsonObject(value)) throw scimErrors.invalidValue(`${id} must be an object.`)
  return stepsOfValue(expanding, op, value)
}

/** What the value says, attributes that stand under the URN of the core schema included. */
function entriesOf(schema: ResourceSchema, value: JsonObject): readonly [string, JsonValue][] {
  return Object.entries(value).flatMap(([key, each]) =>
    schema.isCoreUrn(key) && isJsonObject(each) ? Object.entries(each) : [[key, each] as const],
  ) as readonly [string, JsonValue][]
}

function stepsOfExtension(
  expanding: Expanding,
  { op, value = null }: PatchOperation,
  { attribute, filter }: PatchPath,
): Expansion {
  if (filter !== undefined)
    throw scimErrors.invalidPath('An extension has no values to choose from.')
  const clears = op === 'remove' || (op === 'replace' && (value === null || value === ''))
  if (clears) {
    const steps = (attribute.subAttributes ?? [])
      .filter(({ mutability }) => mutability !== 'readOnly')
      .map((each): PatchStep => {
        const path = { schema: attribute.name, attribute: each }
        return { op: 'remove', path, isNamedInValue: true }
      })
    expanding.allowance.take(steps.length)
    return { steps, ignored: [] }
  }
  if (value === null) {
    expanding.allowance.take(1)
    return nothing
  }
  if (!isJsonObject(value)) throw scimErrors.invalidValue(`${attribute.name} must be an object.`)
  const qualified = Object.entries(value).map(([key, each]) => [`${attribute.name}:${key}`, each])
  return stepsOfValue(expanding, op, Object.fromEntries(qualified) as JsonObject)
}

function oneStep(
  storage: PatchStorage,
  { op, value }: PatchOperation,
  where: Pick<PatchStep, 'path' | 'isNamedInValue'>,
): Expansion {
  const step = { op, ...where, ...(value === undefined ? {} : { value }) }
  return { steps: [step], ignored: unstoredParts(storage, step) }
}

/** The sub-attributes in the value of a step that only the schemas know, or that the map shows and never writes. */
function unstoredParts({ known }: PatchStorage, { path, value }: PatchStep): readonly string[] {
  const { filter: _, ...whole } = path
  const parts = findAttributePath(formatAttributePath(whole), known)?.attribute
  if (parts === undefined || path.subAttribute !== undefined) return []
  return elementsOf(value)
    .filter(isJsonObject)
    .flatMap((element) =>
      Object.entries(element).flatMap(([name, each]) => {
        const part = isBlank(each) ? undefined : subAttributeOf(parts, name)
        const stored = subAttributeOf(path.attribute, name)
        const isStored = stored !== undefined && stored.mutability === part?.mutability
        return part === undefined || isStored
          ? []
          : [placeName(known, { ...whole, subAttribute: part })]
      }),
    )
}

const nothing: Expansion = { steps: [], ignored: [] }

function joined(expansions: readonly Expansion[]): Expansion {
  return {
    steps: expansions.flatMap(({ steps }) => steps),
    ignored: expansions.flatMap(({ ignored }) => ignored),
  }
}
