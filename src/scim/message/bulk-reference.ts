import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'

/** What a reference to a new resource begins with. RFC 7644 §3.7.2 */
const prefix = 'bulkId:'

/** The id behind a bulkId; undefined while there is none. */
export type IdOfBulkId = (bulkId: string) => string | undefined

/** A resource in two parts: what can be written at once, and what names resources that do not exist yet. */
export interface SplitResource {
  readonly now: JsonObject
  /** Empty when nothing has to wait. */
  readonly later: JsonObject
}

/** The bulkId that a text refers to; undefined when it is no reference. RFC 7644 §3.7.2 */
export function bulkIdIn(text: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined
}

/** The bulkIds to which a resource, or the body of a PATCH, refers, at any depth: texts that are a reference, and the values
 *  that the filter in the path of a PATCH operation compares with. A password is never a reference. RFC 7644 §3.7.2 */
export function bulkIdsIn(value: JsonValue): ReadonlySet<string> {
  const found = new Set<string>()
  resolveBulkIds(value, (bulkId) => {
    found.add(bulkId)
    return undefined
  })
  return found
}

/** The same with ids in place of references; those without an id stay as they are. An id in place of a whole `$ref` is the
 *  `value` beside it, unless there is one. RFC 7644 §3.7.2 */
export function resolveBulkIds<V extends JsonValue>(value: V, idOf: IdOfBulkId): V {
  return resolved(value, idOf, '') as V
}

/** Parts a canonical resource so that what does not refer to certain bulkIds can be written before them. Elements of
 *  lists, and attributes of extensions, are parted one by one. */
export function splitByBulkIds(
  resource: JsonObject,
  isLater: (bulkId: string) => boolean,
): SplitResource {
  const parts = Object.entries(resource).map(([name, value]) => {
    const { now, later } = splitAttribute(name, value, isLater)
    return { now: { name, value: now }, later: { name, value: later } }
  })
  return {
    now: withValues(parts.map(({ now }) => now)),
    later: withValues(parts.map(({ later }) => later)),
  }
}

/** The body of a PATCH without the operations that refer to certain bulkIds; of those that add or replace a list, only the
 *  elements are left out. */
export function withoutBulkIds(
  patch: JsonObject,
  isLater: (bulkId: string) => boolean,
): JsonObject {
  const refers = (value: JsonValue): boolean => bulkIdsIn(value).values().some(isLater)
  const without = (operation: JsonValue): readonly JsonValue[] => {
    if (!refers(operation)) return [operation]
    const value = isJsonObject(operation) ? operation['value'] : undefined
    const rest = isJsonList(value) ? value.filter((each) => !refers(each)) : []
    const shorter = isJsonObject(operation) ? { ...operation, value: rest } : operation
    return rest.length > 0 && !refers(shorter) ? [shorter] : []
  }
  return Object.fromEntries(
    Object.entries(patch).map(([name, value]) => [
      name,
      isJsonList(value) ? value.flatMap(without) : value,
    ]),
  )
}

interface Parted {
  readonly now: JsonValue | undefined
  readonly later: JsonValue | undefined
}

function splitAttribute(
  name: string,
  value: JsonValue,
  isLater: (bulkId: string) => boolean,
): Parted {
  const refers = (part: JsonValue): boolean => bulkIdsIn(part).values().some(isLater)
  if (name === 'password' || !refers(value)) return { now: value, later: undefined }
  if (isJsonList(value)) {
    return { now: value.filter((each) => !refers(each)), later: value.filter(refers) }
  }
  // The name of an extension is its URN.
  if (name.includes(':') && isJsonObject(value)) return splitByBulkIds(value, isLater)
  return { now: undefined, later: value }
}

function withValues(
  entries: readonly { readonly name: string; readonly value: JsonValue | undefined }[],
): JsonObject {
  return Object.fromEntries(
    entries.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  )
}

function resolved(value: JsonValue, idOf: IdOfBulkId, name: string): JsonValue {
  if (typeof value === 'string') return resolvedText(value, idOf, name)
  if (isJsonList(value)) return value.map((each) => resolved(each, idOf, name))
  return isJsonObject(value) ? resolvedObject(value, idOf) : value
}

function resolvedObject(object: JsonObject, idOf: IdOfBulkId): JsonObject {
  const entries = Object.entries(object)
  const isAboutPassword = entries.some(([name, value]) => isPath(name) && isPassword(value))
  const after = entries.map(([name, value]): Part => [
    name,
    isAboutPassword || isPassword(name) ? value : resolved(value, idOf, name),
  ])
  const link = after.find(([name, value]) => isNamed(name, '$ref') && value !== object[name])
  return Object.fromEntries(link === undefined ? after : withValueOf(link, after))
}

type Part = readonly [name: string, value: JsonValue]

/** The parts of a reference with the id as its value, where it has no other one, in place of the `$ref`. */
function withValueOf(link: Part, parts: readonly Part[]): readonly Part[] {
  const others = parts.filter((each) => each !== link)
  const [given] = others.filter(([name]) => isNamed(name, 'value'))
  if (given !== undefined && given[1] !== null && given[1] !== '') return others
  return [...others.filter((each) => each !== given), ['value', link[1]]]
}

function isNamed(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted
}

/** A text as the filter in a path has it; one that is not closed goes on to the end, so that nothing is looked at twice. RFC 7644
 *  §3.4.2.2 */
const jsonString = /"(?:[^"\\]|\\.)*(?:"|\\?$)/gsu

/** What a literal means; itself when it is no JSON string, which is for the filter to refuse. */
function textOf(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    return literal
  }
}

function resolvedText(text: string, idOf: IdOfBulkId, name: string): string {
  if (isPath(name)) {
    return text.replace(jsonString, (literal) => {
      const bulkId = bulkIdIn(textOf(literal))
      const id = bulkId === undefined ? undefined : idOf(bulkId)
      return id === undefined ? literal : JSON.stringify(id)
    })
  }
  const bulkId = bulkIdIn(text)
  return bulkId === undefined ? text : (idOf(bulkId) ?? text)
}

function isPath(name: string): boolean {
  return isNamed(name, 'path')
}

/** Whether a name, or the path of a PATCH operation, is that of the password. */
function isPassword(name: JsonValue): boolean {
  return typeof name === 'string' && /(?:^|:)password$/iu.test(name)
}
