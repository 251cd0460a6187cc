import { scimErrors } from '../error.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { normalizeAttribute } from '../normalize.ts'
import { formatPath } from '../path.ts'
import type { PatchPath } from '../path.ts'
import { elementsOf } from '../schema/attribute-path.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import type { Allowance } from './allowance.ts'
import { describedElement } from './described-element.ts'
import { changeElements, choice } from './element-list.ts'
import type { PatchStep } from './patch-step.ts'
import { placeName, wholeOf } from './patch-storage.ts'
import type { PatchStorage } from './patch-storage.ts'
import { unkeptList } from './unkept-list.ts'
import { markMeant } from './untyped-elements.ts'

type Elements = readonly JsonValue[]

/** The elements after a step, and what of it nobody keeps. */
interface KeptElements {
  readonly value: Elements | undefined
  readonly ignored: readonly string[]
}

/** What `changeElements` makes of the elements, where they are kept. A path to what nobody keeps changes nothing, and neither
 *  does a list of such elements.
 *  @throws {ScimError} as `changeElements` and `markMeant` do; mutability when the path leads to what is only shown; invalidValue when an
 *    element that is kept would become one that is not: its value would be lost. */
export function changeKept(
  storage: PatchStorage,
  step: PatchStep,
  { elements, allowance }: { readonly elements: Elements; readonly allowance: Allowance },
): KeptElements {
  const { path } = step
  const before = markMeant(storage, step, elements)
  const isAimed = path.filter !== undefined || path.subAttribute !== undefined
  const names = isAimed ? unkeptTargets(storage, step, before) : unkeptList(storage, step)
  if (names !== undefined) return { value: orNothing(before), ignored: names }
  if (!isAimed) refuseSecond(storage, step)
  const roomOf = (each: JsonValue): string | undefined => roomForParts(storage, path, each)
  const after = changeElements(step, before, { roomOf, allowance })
  const fresh = newIn(after ?? [], before)
  if (fresh.length === 0) return { value: after, ignored: [] }
  const isCrowded = crowding(storage, path, after ?? [])
  if (isAimed) refuseLoss(storage, path, { chosen: before.filter(choice(path)), fresh, isCrowded })
  const ignored = fresh.flatMap((each) =>
    isCrowded(each) ? [placeName(storage.known, wholeOf(path), each)] : unkept(storage, path, each),
  )
  return { value: after, ignored }
}

/** The names of what a path leads to where nobody keeps any of it; undefined where something is kept, or there is nothing. What is
 *  only shown is not refused where a key of a value names it, beside others. */
function unkeptTargets(
  storage: PatchStorage,
  { path, isNamedInValue }: PatchStep,
  before: Elements,
): readonly string[] | undefined {
  const targets = targetsOf(path, before)
  const places = targets.map((element) => storage.placeOf(path, element))
  const isLost = places.length > 0 && !places.includes('written')
  if (places.includes('readOnly') && !(isNamedInValue && isLost)) {
    throw scimErrors.mutability(`${formatPath(path)} is read-only.`)
  }
  if (!isLost) return undefined
  return targets.map((element) => placeName(storage.known, path, element))
}

/** What has room for one element that is made of parts, and would take this one: a part that is added goes into the element
 *  that is there. Of elements with a value of their own the one that is there stays. */
function roomForParts(
  storage: PatchStorage,
  path: PatchPath,
  element: JsonValue,
): string | undefined {
  const isMadeOfParts = subAttributeOf(path.attribute, 'value') === undefined
  const isWritten = isMadeOfParts && storage.placeOf(wholeOf(path), element) === 'written'
  return isWritten ? storage.roomOf(wholeOf(path), element) : undefined
}

/** Of two elements in one value, where there is room for one, one would be lost, or they would become one that nobody meant. */
function refuseSecond(storage: PatchStorage, { op, path, value = null }: PatchStep): void {
  if (op === 'remove') return
  const given = elementsOf(normalizeAttribute(path.attribute, value, formatPath(path)))
  const rooms = given.flatMap((element) => {
    const room = roomForParts(storage, path, element)
    return room === undefined ? [] : [{ room, element }]
  })
  const second = rooms.find(({ room }, place) =>
    rooms.slice(0, place).some((each) => each.room === room),
  )
  if (second === undefined) return
  const name = placeName(storage.known, wholeOf(path), second.element)
  throw scimErrors.invalidValue(`${name}: there is room for one, and the value has several.`)
}

/** What chosen elements have become. */
interface Moved {
  readonly chosen: Elements
  readonly fresh: Elements
  readonly isCrowded: (element: JsonValue) => boolean
}

function refuseLoss(
  storage: PatchStorage,
  path: PatchPath,
  { chosen, fresh, isCrowded }: Moved,
): void {
  const wasIn = valuesIn(chosen)
  const isLost = (each: JsonValue): boolean =>
    isCrowded(each) ||
    storage.placeOf(wholeOf(path), each) !== 'written' ||
    unkeptParts(storage, path, each)
      .filter(({ name }) => name !== 'type' || !storage.isUntyped(wholeOf(path), each))
      .some(({ name }) => wasIn(name, each))
  if (chosen.length === 0 || !fresh.some(isLost)) return
  throw scimErrors.invalidValue(lossOf(storage, path))
}

/** What a path leads to: the elements that it chooses, or else the one that it describes. */
function targetsOf(path: PatchPath, before: Elements): Elements {
  const chosen = before.filter(choice(path))
  if (chosen.length > 0 || path.filter === undefined) return chosen
  const described = describedElement(path.attribute, path.filter)
  return described === undefined ? [] : [described]
}

function orNothing(elements: Elements): Elements | undefined {
  return elements.length === 0 ? undefined : elements
}

/** The elements that a step made, or changed otherwise than by making another one the primary one. */
function newIn(after: Elements, before: Elements): Elements {
  const untouched = new Set(before)
  const changed = after.filter((each) => !untouched.has(each))
  if (changed.length === 0) return []
  const demoted = before.flatMap((each) =>
    isJsonObject(each) && each['primary'] === true ? [{ ...each, primary: false }] : [],
  )
  const known = new Set([...before, ...demoted].map((each) => JSON.stringify(each)))
  return changed.filter((each) => !known.has(JSON.stringify(each)))
}

/** Tells of an element whether it shares a room with another one that has room for one. */
function crowding(
  storage: PatchStorage,
  path: PatchPath,
  elements: Elements,
): (element: JsonValue) => boolean {
  const counts = new Map<string, number>()
  const roomOf = (each: JsonValue): string | undefined => storage.roomOf(wholeOf(path), each)
  for (const room of elements.map(roomOf)) {
    if (room !== undefined) counts.set(room, (counts.get(room) ?? 0) + 1)
  }
  return (each) => (counts.get(roomOf(each) ?? '') ?? 0) > 1
}

/** Tells of a sub-attribute whether one of the elements has the same value of it as another one. The mark of the primary one is no
 *  value of its own. Each is gone over once, whatever is asked. */
function valuesIn(elements: Elements): (name: string, element: JsonValue) => boolean {
  const known = new Map<string, ReadonlySet<string | undefined>>()
  return (name, element) => {
    if (name === 'primary') return false
    const values = known.get(name) ?? new Set(elements.map((each) => textOf(each, name)))
    known.set(name, values)
    return values.has(textOf(element, name))
  }
}

function textOf(element: JsonValue, name: string): string | undefined {
  return isJsonObject(element) ? JSON.stringify(element[name]) : undefined
}

/** What of a new element nobody keeps: all of it, or some of its sub-attributes. */
function unkept(storage: PatchStorage, path: PatchPath, element: JsonValue): readonly string[] {
  const whole = wholeOf(path)
  if (storage.placeOf(whole, element) !== 'written') {
    return [placeName(storage.known, whole, element)]
  }
  return unkeptParts(storage, path, element).map((subAttribute) =>
    placeName(storage.known, { ...whole, subAttribute }, element),
  )
}

function unkeptParts(
  storage: PatchStorage,
  path: PatchPath,
  element: JsonValue,
): readonly AttributeDefinition[] {
  return Object.entries(isJsonObject(element) ? element : {}).flatMap(([name, value]) => {
    const subAttribute = subAttributeOf(path.attribute, name)
    // What is not primary is so by itself.
    if (subAttribute === undefined || value === false) return []
    const isKept = storage.placeOf({ ...wholeOf(path), subAttribute }, element) === 'written'
    return isKept ? [] : [subAttribute]
  })
}

function lossOf(storage: PatchStorage, path: PatchPath): string {
  const { name, subAttributes = [] } = path.attribute
  const types = subAttributes.find((each) => each.name === 'type')?.canonicalValues ?? []
  const kept = types.filter((type) => storage.placeOf(wholeOf(path), { type }) === 'written')
  const hint = kept.length === 0 ? '' : ` ${name} are stored with the types ${kept.join(', ')}.`
  return `${formatPath(path)}: the value would be lost, since what it would become is not stored.${hint}`
}
