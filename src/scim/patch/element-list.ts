import { scimErrors } from '../error.ts'
import { equalityTerms } from '../filter/equality-terms.ts'
import { elementMatches } from '../filter/matches.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import {
  givenElements,
  isBlank,
  normalizeAttribute,
  normalizeElement,
  saysSomething,
  settleElements,
} from '../normalize.ts'
import { formatPath } from '../path.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import type { Allowance } from './allowance.ts'
import { mergeComplex } from './complex-value.ts'
import { describedElement } from './described-element.ts'
import { ElementIndex } from './element-index.ts'
import type { PatchStep } from './patch-step.ts'

type Elements = readonly JsonValue[]
type RoomOf = (element: JsonValue) => string | undefined

/** What changes of lists are made with. */
interface ListWork {
  /** What has room for one element alone, and would take this one; undefined where there is room for all. An element that is added
   *  goes into the one that is there. */
  readonly roomOf: RoomOf
  /** For the values that are looked at more than once. */
  readonly allowance: Allowance
}

/** The elements of a multi-valued attribute after a step; undefined when none is left. An element that is
 *  unchanged stays the same object.
 *  @throws {ScimError} noTarget when the filter of the path matches nothing and does not just say what the
 *    element is for, invalidValue when the value has the wrong type, mutability when an immutable
 *    sub-attribute would change. */
export function changeElements(
  step: PatchStep,
  before: Elements,
  work: ListWork,
): Elements | undefined {
  const at = formatPath(step.path)
  const after =
    step.op === 'remove'
      ? removeFrom(step, before, { at, ...work })
      : putInto(step, before, { at, ...work })
  return settleElements(step.path.attribute, withOnePrimary(before, after), at)
}

function removeFrom(
  { path, value = null }: PatchStep,
  before: Elements,
  { at, allowance }: ListWork & { readonly at: string },
): Elements {
  const { subAttribute } = path
  const isChosen = choice(path)
  if (subAttribute) {
    return before.flatMap((each) => (isChosen(each) ? changeOne(path, each, undefined) : [each]))
  }
  if (path.filter !== undefined || value === null) return before.filter((each) => !isChosen(each))
  // Entra ID and OneLogin name the elements to be removed in the value; the others stay, also when
  // the list is empty.
  const given = normalizeEach(path.attribute, value, at)
  return withoutAll(path.attribute, before, { given, allowance })
}

function putInto(
  step: PatchStep,
  before: Elements,
  { at, ...work }: ListWork & { readonly at: string },
): Elements {
  const { op, path, value = null } = step
  if (path.subAttribute) {
    return putSubAttribute(step, before, normalizeAttribute(path.subAttribute, value, at))
  }
  if (path.filter) {
    const element = normalizeElement(path.attribute, value, at)
    // What names nothing but what is not stored says nothing of what is.
    return element === undefined && !isEmpty(value) ? before : putChosen(step, before, element)
  }
  const given = normalizeEach(path.attribute, value, at)
  return op === 'replace' ? given : withAll(path.attribute, before, { given, ...work })
}

function putSubAttribute(
  { op, path }: PatchStep,
  before: Elements,
  value: JsonValue | undefined,
): Elements {
  if (value === undefined && op === 'add') return before
  const isChosen = choice(path)
  if (value === undefined || before.some(isChosen)) {
    return before.flatMap((each) => (isChosen(each) ? changeOne(path, each, value) : [each]))
  }
  const name = path.subAttribute?.name ?? ''
  return [...before, ...madeElement(path, { [name]: value })]
}

/** Puts a value in place of the chosen elements, or into them. RFC 7644 §3.5.2.1, §3.5.2.3 */
function putChosen(
  { op, path }: PatchStep,
  before: Elements,
  value: JsonValue | undefined,
): Elements {
  const isChosen = choice(path)
  if (value === undefined) return op === 'add' ? before : before.filter((each) => !isChosen(each))
  if (!before.some(isChosen)) return [...before, ...madeElement(path, value)]
  if (!isJsonObject(value)) return [...before.filter((each) => !isChosen(each)), value]
  return before.flatMap((each) => {
    if (!isChosen(each)) return [each]
    if (op === 'add') return addedTo(path.attribute, each, value)
    const base = path.filter && equalityTerms(path.filter)
    return merged(path.attribute, base ?? {}, value)
  })
}

/** The element that a value path would have chosen. Entra ID sets `emails[type eq "work"].value` of people
 *  who have no such address yet, by Add and by Replace. Of every other filter that matches nothing RFC 7644 §3.5.2.3 says
 *  noTarget: who changes a value that is not there has another one in mind. What it is for alone makes no element: Entra ID sends
 *  `emails[type eq "work"].primary` of people without address, too. */
function madeElement({ attribute, filter }: PatchStep['path'], given: JsonValue): Elements {
  if (filter === undefined) return merged(attribute, {}, isJsonObject(given) ? given : {})
  const terms = describedElement(attribute, filter)
  const made = terms && isJsonObject(given) ? merged(attribute, terms, given) : []
  if (made.length > 0 && made.every((each) => elementMatches(filter, each))) {
    return made.filter((each) => saysSomething(attribute, each))
  }
  throw scimErrors.noTarget(`No value of ${attribute.name} meets the filter of the path.`)
}

function addedTo(attribute: AttributeDefinition, element: JsonValue, given: JsonObject): Elements {
  for (const [name, value] of Object.entries(given)) {
    const subAttribute = subAttributeOf(attribute, name)
    if (subAttribute) checkUnchanged(attribute, subAttribute, { element, value })
  }
  return merged(attribute, element, given)
}

function changeOne(
  { attribute, subAttribute }: PatchStep['path'],
  element: JsonValue,
  value: JsonValue | undefined,
): Elements {
  if (!isJsonObject(element) || subAttribute === undefined) return [element]
  checkUnchanged(attribute, subAttribute, { element, value })
  return merged(attribute, element, { [subAttribute.name]: value })
}

/** RFC 7643 §2.2: an immutable sub-attribute stays as it is once it is set. */
function checkUnchanged(
  attribute: AttributeDefinition,
  { name, mutability }: AttributeDefinition,
  { element, value }: { readonly element: JsonValue; readonly value: JsonValue | undefined },
): void {
  const current = isJsonObject(element) ? element[name] : undefined
  const isOther = JSON.stringify(current) !== JSON.stringify(value)
  if (mutability === 'immutable' && current !== undefined && isOther) {
    throw scimErrors.mutability(`${attribute.name}.${name} cannot be changed.`)
  }
}

function merged(
  attribute: AttributeDefinition,
  base: JsonValue,
  given: Readonly<Record<string, JsonValue | undefined>>,
): Elements {
  const result = mergeComplex(attribute, isJsonObject(base) ? base : {}, given)
  if (result === undefined) return []
  return [JSON.stringify(result) === JSON.stringify(base) ? base : result]
}

/** Tells of an element whether a path chooses it. */
export function choice({ filter }: PatchStep['path']): (element: JsonValue) => boolean {
  return (element) => filter === undefined || elementMatches(filter, element)
}

function isEmpty(value: JsonValue): boolean {
  return isBlank(value) || (isJsonObject(value) && Object.values(value).every(isBlank))
}

function normalizeEach(attribute: AttributeDefinition, value: JsonValue, at: string): Elements {
  return givenElements(attribute, value, at)
    .filter((each) => !isBlank(each))
    .flatMap((each) => normalizeElement(attribute, each, at) ?? [])
}

/** The list with more elements; one that is there already takes on what else is said of it. RFC 7644
 *  §3.5.2.1 */
function withAll(
  attribute: AttributeDefinition,
  before: Elements,
  { given, roomOf, allowance }: ListWork & { readonly given: Elements },
): Elements {
  const after = [...before]
  const index = new ElementIndex(attribute, before, allowance)
  for (const one of given) {
    const place = index.firstPlaceOf(one) ?? placeInRoom(after, roomOf, one)
    const present = place === undefined ? undefined : after[place]
    if (place === undefined || present === undefined) {
      index.note(one, after.length)
      after.push(one)
    } else if (isJsonObject(one)) {
      after.splice(place, 1, ...merged(attribute, present, index.newsIn(one, present)))
    }
  }
  return after
}

/** Where the element is that takes the room of another one. */
function placeInRoom(elements: Elements, roomOf: RoomOf, given: JsonValue): number | undefined {
  const room = roomOf(given)
  const place = room === undefined ? -1 : elements.findIndex((each) => roomOf(each) === room)
  return place < 0 ? undefined : place
}

function withoutAll(
  attribute: AttributeDefinition,
  before: Elements,
  { given, allowance }: { readonly given: Elements; readonly allowance: Allowance },
): Elements {
  const index = new ElementIndex(attribute, before, allowance)
  const gone = new Set(given.flatMap((one) => index.takePlacesOf(one)))
  return before.filter((_, place) => !gone.has(place))
}

function isPrimary(element: JsonValue): boolean {
  return isJsonObject(element) && element['primary'] === true
}

/** An element that becomes primary makes the others stop being so. RFC 7644 §3.5.2 */
function withOnePrimary(before: Elements, after: Elements): Elements {
  const untouched = new Set(before)
  if (!after.some((each) => isPrimary(each) && !untouched.has(each))) return after
  return after.map((each) =>
    isJsonObject(each) && isPrimary(each) && untouched.has(each)
      ? { ...each, primary: false }
      : each,
  )
}
