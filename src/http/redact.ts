import { isJsonObject } from '../scim/json.ts'
import type { JsonObject, JsonValue } from '../scim/json.ts'

const hidden = '***'

/** A request body as the journal may keep it: whatever is, or may be, a password is replaced by `***`, at any
 *  depth and in any spelling, in resources as well as in PATCH operations. The depth is bounded by the reader of bodies. */
export function redact(body: JsonValue): JsonValue {
  if (isJsonObject(body)) return redactObject(body)
  return isList(body) ? body.map(redact) : body
}

function redactObject(object: JsonObject): JsonObject {
  const members = Object.entries(object)
  const isAboutPassword = members.some(
    ([key, value]) => key.toLowerCase() === 'path' && namesPassword(value),
  )
  return Object.fromEntries(
    members.map(([key, value]) => [key, redactMember(key, value, isAboutPassword)]),
  )
}

/** @param isAboutPassword the object is a PATCH operation on a password. */
function redactMember(key: string, value: JsonValue, isAboutPassword: boolean): JsonValue {
  if (namesPassword(key)) return hidden
  if (isAboutPassword && key.toLowerCase() === 'value') return hidden
  if (isAboutPassword && key.toLowerCase() === 'path') return withoutLiterals(value)
  return redact(value)
}

/** Whether a key or path names a password, alone, behind a URN, dotted, or as part of a longer name. */
function namesPassword(name: JsonValue): boolean {
  return typeof name === 'string' && name.toLowerCase().includes('password')
}

/** A path without the values that its filter compares with. */
function withoutLiterals(path: JsonValue): JsonValue {
  return typeof path === 'string' ? path.replace(/"(?:[^"\\]|\\.)*"?/gu, `"${hidden}"`) : path
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
