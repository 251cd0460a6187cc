import { scimErrors } from '../error.ts'
import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isBlank, normalizeAttribute, normalizeElement } from '../normalize.ts'
import { formatPath } from '../path.ts'
import type { PatchPath } from '../path.ts'
import { attributeValueAt, elementsOf } from '../schema/attribute-path.ts'
import { arrangeResource } from '../schema/canonical-resource.ts'
import { comparisonAllowance, weightOf, weightOfFilter } from './allowance.ts'
import type { Allowance } from './allowance.ts'
import { clearedSubAttributes, mergeComplex } from './complex-value.ts'
import { changeKept } from './kept-elements.ts'
import type { PatchOperation } from './patch-operation.ts'
import { expandPatch } from './patch-step.ts'
import type { PatchStep } from './patch-step.ts'
import { isWritable, placeName } from './patch-storage.ts'
import type { PatchStorage } from './patch-storage.ts'

/** What a PATCH makes of a resource. */
export interface PatchOutcome {
  /** The canonical resource after all operations. */
  readonly resource: JsonObject
  /** What they name that the schemas know and nobody keeps, each once, as `placeName` has it. */
  readonly ignored: readonly string[]
}

/** The resource after all operations, each done on what the one before it left. RFC 7644 §3.5.2
 *
 *  Values are read with the tolerance of `normalizeResource`. Adding what is there and removing what is not
 *  change nothing. A value path that matches nothing makes an element where its filter just says what that is for. What nobody
 *  keeps is ignored, unless a value that is kept would be lost by it.
 *  @param resource canonical.
 *  @throws {ScimError} invalidPath, invalidFilter, noTarget, invalidValue, or mutability: a read-only or set
 *    immutable attribute would change, a required or write-only one be removed; 413 when the operations name too many attributes,
 *    or look at too many values again and again. */
export function applyPatch(
  storage: PatchStorage,
  resource: JsonObject,
  operations: readonly PatchOperation[],
): PatchOutcome {
  const { steps, ignored } = expandPatch(storage, operations)
  const allowance = comparisonAllowance(resource)
  const names = new Set(ignored)
  const after = steps.reduce((before, step) => {
    const outcome = applyStep(storage, step, { resource: before, allowance })
    for (const name of outcome.ignored) names.add(name)
    return outcome.resource
  }, resource)
  return { resource: arrangeResource(storage.schema, after), ignored: [...names] }
}

function applyStep(
  storage: PatchStorage,
  step: PatchStep,
  { resource, allowance }: { readonly resource: JsonObject; readonly allowance: Allowance },
): PatchOutcome {
  const { path } = step
  const before = attributeValueAt(resource, path)
  allowance.take(workOf(step, before))
  if (isReadOnly(path)) return { resource, ignored: refuseReadOnly(storage, step, before) }
  const { value: after, ignored } = path.attribute.multiValued
    ? changeKept(storage, step, { elements: elementsOf(before), allowance })
    : { value: changeSingle(step, before), ignored: [] }
  if (after === undefined) checkUnseen(step)
  if (before !== undefined && !isSame(before, after)) checkChange(step, after)
  return { resource: withValue(resource, path, after), ignored }
}

/** How much a step looks at: everything that is there once, or, where it asks each element or puts its value into each, as often
 *  as that is long. */
function workOf({ path, value }: PatchStep, before: JsonValue | undefined): number {
  const isAimed = path.filter !== undefined || path.subAttribute !== undefined
  const asked = path.filter === undefined ? 0 : weightOfFilter(path.filter, before)
  const put = isAimed && path.attribute.multiValued ? weightOf(value) : 1
  return Math.max(asked, weightOf(before) * Math.max(put, 1))
}

/** The name of what a value says of an attribute that the map shows and never writes: who sends it beside others gets these
 *  written. Nothing where the value only repeats what is there.
 *  @throws {ScimError} mutability where it is named by a path, or read-only by its schema. */
function refuseReadOnly(
  storage: PatchStorage,
  { path, value = null, isNamedInValue }: PatchStep,
  before: JsonValue | undefined,
): readonly string[] {
  if (isNamedInValue && isPartOf(value, before)) return []
  if (isNamedInValue && isWritable(storage.known, path)) return [placeName(storage.known, path)]
  throw scimErrors.mutability(`${formatPath(path)} is read-only.`)
}

/** RFC 7644 §3.5.2.2 names mutability for the removal of a required attribute. */
function checkChange({ op, path }: PatchStep, after: JsonValue | undefined): void {
  if (path.attribute.mutability === 'immutable') {
    throw scimErrors.mutability(`${formatPath(path)} cannot be changed.`)
  }
  if (after !== undefined || !path.attribute.required) return
  const make = op === 'remove' ? scimErrors.mutability : scimErrors.invalidValue
  throw make(`${formatPath(path)} is required.`)
}

/** What is never read cannot be seen to be removed, and a password is not: who names it by a path to take it away must not
 *  believe that it is gone. A blank beside other attributes in a value is the template's. */
function checkUnseen({ op, path, isNamedInValue }: PatchStep): void {
  if (path.attribute.mutability !== 'writeOnly' || op === 'add' || isNamedInValue) return
  throw scimErrors.mutability(`${formatPath(path)} cannot be removed.`)
}

function changeSingle(step: PatchStep, before: JsonValue | undefined): JsonValue | undefined {
  const { path } = step
  if (path.filter !== undefined) {
    throw scimErrors.invalidPath(`${path.attribute.name} has no values to choose from.`)
  }
  return path.subAttribute ? changeSubAttribute(step, before) : changeWhole(step, before)
}

function changeSubAttribute(step: PatchStep, before: JsonValue | undefined): JsonValue | undefined {
  const { op, path, value = null } = step
  const { attribute, subAttribute } = path
  const current = isJsonObject(before) ? before : {}
  if (subAttribute === undefined) return before
  const given =
    op === 'remove' ? undefined : normalizeAttribute(subAttribute, value, formatPath(path))
  if (given === undefined && op === 'add') return before
  const isSet = current[subAttribute.name] !== undefined
  if (
    subAttribute.mutability === 'immutable' &&
    isSet &&
    !isSame(current[subAttribute.name], given)
  ) {
    throw scimErrors.mutability(`${formatPath(path)} cannot be changed.`)
  }
  return mergeComplex(attribute, current, { [subAttribute.name]: given })
}

/** Sub-attributes that a complex value does not name stay as they are. RFC 7644 §3.5.2.3 */
function changeWhole(step: PatchStep, before: JsonValue | undefined): JsonValue | undefined {
  const { op, path, value = null } = step
  if (op === 'remove') return undefined
  const given = normalizeElement(path.attribute, value, formatPath(path))
  if (path.attribute.type !== 'complex') return op === 'add' ? (given ?? before) : given
  if (op === 'replace' && isBlank(value)) return undefined
  const cleared = op === 'replace' ? clearedSubAttributes(path.attribute, value) : {}
  const current = isJsonObject(before) ? before : {}
  return mergeComplex(path.attribute, current, { ...cleared, ...(given as JsonObject | undefined) })
}

function withValue(
  resource: JsonObject,
  { schema, attribute }: PatchPath,
  value: JsonValue | undefined,
): JsonObject {
  if (schema !== undefined) {
    const current = resource[schema]
    const extension = withValue(isJsonObject(current) ? current : {}, { attribute }, value)
    return { ...resource, [schema]: extension }
  }
  const { [attribute.name]: _, ...others } = resource
  return value === undefined ? others : { ...others, [attribute.name]: value }
}

function isReadOnly({ attribute, subAttribute }: PatchPath): boolean {
  return attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly'
}

/** Whether a value only repeats what a read-only attribute holds: Okta names the `id` of the group that it
 *  renames. */
function isPartOf(value: JsonValue, current: JsonValue | undefined): boolean {
  if (isBlank(value)) return true
  if (isJsonObject(value) && isJsonObject(current)) {
    return Object.entries(value).every(([name, each]) => isPartOf(each, current[name]))
  }
  if (isJsonList(value) && isJsonList(current)) {
    return value.every((each, index) => isPartOf(each, current[index]))
  }
  return value === current
}

/** Canonical values are equal when their texts are. */
function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
