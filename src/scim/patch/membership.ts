import { scimErrors } from '../error.ts'
import { comparable } from '../filter/matches.ts'
import type { ScimFilter } from '../filter/filter.ts'
import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { normalizeAttribute, normalizeElement } from '../normalize.ts'
import { formatPath } from '../path.ts'
import { elementsOf } from '../schema/attribute-path.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import { markOf } from './element-mark.ts'
import type { PatchOperation } from './patch-operation.ts'
import { expandPatch } from './patch-step.ts'
import type { PatchStep } from './patch-step.ts'
import type { PatchStorage } from './patch-storage.ts'

/** A member as a client names it. */
export interface MemberReference {
  /** The id of the member. */
  readonly value: string
  /** `User` or `Group`; Okta and OneLogin leave it out. */
  readonly type?: string
}

/** What a PATCH does to the members of a group, whoever they are. */
export interface MembershipDelta {
  readonly kind: 'delta'
  /** What it starts from: the present members, or none. */
  readonly base: 'keep' | 'none'
  /** Who is a member afterwards; no id is in it twice, none is among `remove`. */
  readonly add: readonly MemberReference[]
  /** The ids that are not members afterwards; empty when the base is none. */
  readonly remove: readonly string[]
}

/** What a PATCH does to members whom it does not name by their ids: they have to be read before `applyPatch`
 *  can do it. */
export interface MembershipByContent {
  readonly kind: 'byContent'
  /** The operations on the members alone, in their order. */
  readonly operations: readonly PatchOperation[]
}

/** What a PATCH does to the members of a group. */
export type MembershipChange = MembershipDelta | MembershipByContent

/** A PATCH of a group in its parts. */
export interface PatchWithMembers {
  /** What is to be done to the other attributes, in its order; empty when nothing is. */
  readonly rest: readonly PatchOperation[]
  readonly change: MembershipChange
  /** What the operations name that the schemas know and nobody keeps. */
  readonly ignored: readonly string[]
}

/** Parts the operations on the members of a group from the others, and sums the former up, so that a group
 *  of a hundred thousand need not be read to add one. Of several operations on one member the last counts.
 *  RFC 7644 §3.5.2
 *  @throws {ScimError} as `applyPatch` does for the paths and values of the operations on members; invalidValue
 *    where one would remove members without saying so. */
export function splitMembership(
  storage: PatchStorage,
  operations: readonly PatchOperation[],
): PatchWithMembers {
  const members = storage.schema.attribute('members')
  const { steps, ignored } = expandPatch(storage, operations)
  const onMembers = steps.filter(({ path }) => path.attribute === members)
  const onOthers = steps.filter(({ path }) => path.attribute !== members)
  const change = members ? summarize(members, onMembers) : unchanged
  return { rest: onOthers.map(toOperation), change, ignored }
}

const unchanged: MembershipDelta = { kind: 'delta', base: 'keep', add: [], remove: [] }

function summarize(members: AttributeDefinition, steps: readonly PatchStep[]): MembershipChange {
  if (steps.length === 0) return unchanged
  if (members.mutability !== 'readOnly') steps.forEach(refuseUnsaid)
  if (members.mutability === 'readOnly' || !steps.every(namesIds)) {
    return { kind: 'byContent', operations: steps.map(toOperation) }
  }
  return steps.reduce((sum, step) => sum.take(step), new MembershipSum(members)).delta()
}

/** Nobody loses his membership by what a client cannot have meant: a template whose macros had no value would empty the
 *  whole group, an element that SCIM 1.1 marks `delete` would be added. */
function refuseUnsaid({ op, path, value }: PatchStep): void {
  if (op !== 'remove' && !elementsOf(value).every((each) => markOf(each) === 'add')) {
    throw scimErrors.invalidValue(`members.operation must be add where the op is ${op}.`)
  }
  if (path.filter !== undefined || !isEmptying({ op, path, value })) return
  throw scimErrors.invalidValue(
    op === 'remove'
      ? 'members: a remove has no value where all of them are meant, not null.'
      : 'members: to remove all members, send an empty list.',
  )
}

/** Whether a step would empty the group by a value that is neither a list without elements nor left out. */
function isEmptying({
  op,
  path,
  value,
}: Pick<PatchStep, 'op' | 'path'> & { value: JsonValue | undefined }): boolean {
  if (op === 'add') return false
  if (op === 'remove') return value === null
  if (isJsonList(value) && value.length === 0) return false
  const definition = path.subAttribute ?? path.attribute
  return normalizeAttribute(definition, value ?? null, formatPath(path)) === undefined
}

/** The net effect of steps that name members by their ids. */
class MembershipSum {
  readonly #members: AttributeDefinition
  #base: MembershipDelta['base'] = 'keep'
  readonly #added = new Map<JsonValue, MemberReference>()
  readonly #removed = new Map<JsonValue, string>()

  constructor(members: AttributeDefinition) {
    this.#members = members
  }

  /** Takes in the next step. */
  take({ op, path, value = null }: PatchStep): this {
    const isWhole = path.filter === undefined && (op === 'replace' || value === null)
    if (isWhole && op !== 'add') this.#clear()
    const references = path.filter
      ? (idsOf(path.filter) ?? []).map((id) => ({ value: id }))
      : this.#references(value)
    for (const reference of references) {
      if (op === 'remove') this.#remove(reference)
      else this.#add(reference)
    }
    return this
  }

  delta(): MembershipDelta {
    const [add, remove] = [[...this.#added.values()], [...this.#removed.values()]]
    return { kind: 'delta', base: this.#base, add, remove }
  }

  #clear(): void {
    this.#base = 'none'
    this.#added.clear()
    this.#removed.clear()
  }

  #add(reference: MemberReference): void {
    const key = this.#key(reference)
    this.#removed.delete(key)
    this.#added.set(key, { ...this.#added.get(key), ...reference })
  }

  #remove(reference: MemberReference): void {
    const key = this.#key(reference)
    this.#added.delete(key)
    if (this.#base === 'keep') this.#removed.set(key, reference.value)
  }

  #key({ value }: MemberReference): JsonValue {
    const definition = subAttributeOf(this.#members, 'value')
    return definition ? comparable(definition, value) : value
  }

  #references(value: JsonValue): readonly MemberReference[] {
    return elementsOf(value).flatMap((each) => {
      const element = normalizeElement(this.#members, each, this.#members.name) ?? {}
      const { value: id, type } = isJsonObject(element) ? element : { value: element }
      if (typeof id !== 'string') return []
      return [{ value: id, ...(typeof type === 'string' ? { type } : {}) }]
    })
  }
}

/** Whether everything a step does is said by the ids of members. */
function namesIds({ op, path }: PatchStep): boolean {
  if (path.subAttribute) return false
  return path.filter === undefined || (op === 'remove' && idsOf(path.filter) !== undefined)
}

/** The ids that a filter such as `value eq "a" or value eq "b"` names; undefined when it says anything else. */
function idsOf(filter: ScimFilter): readonly string[] | undefined {
  if (filter.kind === 'or') {
    const parts = filter.filters.map((each) => idsOf(each) ?? [])
    return parts.every((part) => part.length > 0) ? parts.flat() : undefined
  }
  const isById =
    filter.kind === 'compare' &&
    filter.operator === 'eq' &&
    filter.path.subAttribute?.name === 'value'
  return isById && typeof filter.value === 'string' ? [filter.value] : undefined
}

/** The operation that comes down to just this step; where the value names the attribute it goes on doing so,
 *  for read-only attributes are taken more lightly there. */
function toOperation({ op, path, value, isNamedInValue }: PatchStep): PatchOperation {
  const text = formatPath(path)
  if (op === 'remove') return { op, path: text, ...(value === undefined ? {} : { value }) }
  return isNamedInValue
    ? { op, value: { [text]: value ?? null } }
    : { op, path: text, value: value ?? null }
}
