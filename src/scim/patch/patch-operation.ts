import { scimErrors } from '../error.ts'
import { excerpt } from '../excerpt.ts'
import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { listedOperations } from '../message/operation-list.ts'
import { messageUrns } from '../urn.ts'
import { decodeLegacyPatch } from './legacy-patch.ts'

/** One step of a PATCH. RFC 7644 §3.5.2 */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace'
  /** As the client wrote it; absent when the value names the attributes. A removal always has one. */
  readonly path?: string
  /** An addition and a replacement always have one; null stands for "unassigned". */
  readonly value?: JsonValue
}

/** How many operations a PATCH may have where nothing else is said. */
const defaultMaxOperations = 1000

/** How long the paths of a PATCH, and the keys of its values, which may be paths, may be together. */
const maxPathCharacters = 524_288

/** The operations of the body of a PATCH, in their order. Understands PatchOp, its names in any letter case,
 *  and the partial resource of SCIM 1.1, which OneLogin sends to groups.
 *  @throws {ScimError} invalidSyntax when the body is neither or an operation lacks its `op`, invalidValue
 *    when the operation is unknown or lacks its value, noTarget when a removal has no path, 413 above
 *    `maxOperations`, and when there is too much of paths to take apart. */
export function decodePatch(
  body: JsonObject,
  maxOperations = defaultMaxOperations,
): readonly PatchOperation[] {
  const given = field(body, 'operations')
  if (given === undefined) return decodeWithoutOperations(body)
  const tooMany = `A PATCH may have at most ${maxOperations} operations.`
  const operations = listedOperations(given, maxOperations, tooMany).map(decodeOperation)
  const length = operations.reduce(
    (sum, { path, value }) => sum + lengthOf(path) + keysOf(value),
    0,
  )
  if (length <= maxPathCharacters) return operations
  throw scimErrors.payloadTooLarge(
    `The paths of a PATCH may have at most ${maxPathCharacters} characters together. Send them in several requests.`,
  )
}

function lengthOf(path = ''): number {
  return path.length
}

/** How long the keys of a value are, with those below a URN. */
function keysOf(value: JsonValue | undefined): number {
  if (!isJsonObject(value)) return 0
  return Object.entries(value).reduce((sum, [key, each]) => sum + key.length + keysOf(each), 0)
}

function decodeWithoutOperations(body: JsonObject): readonly PatchOperation[] {
  const schemas = field(body, 'schemas')
  const isPatchOp = isJsonList(schemas) && schemas.includes(messageUrns.patchOp)
  const operations = isPatchOp ? [] : decodeLegacyPatch(body)
  if (operations === undefined || isPatchOp) {
    throw scimErrors.invalidSyntax('Operations is required.')
  }
  return operations
}

function decodeOperation(operation: JsonValue): PatchOperation {
  if (!isJsonObject(operation)) throw scimErrors.invalidSyntax('An operation must be an object.')
  const op = decodeOp(field(operation, 'op'))
  const path = decodePath(field(operation, 'path'))
  const value = field(operation, 'value')
  if (op === 'remove' && path === undefined) {
    throw scimErrors.noTarget('A remove operation must have a path.')
  }
  if (op !== 'remove' && value === undefined) {
    throw scimErrors.invalidValue(`The ${op} operation must have a value.`)
  }
  return {
    op,
    ...(path === undefined ? {} : { path }),
    ...(value === undefined ? {} : { value }),
  }
}

/** Entra ID writes the names of operations with a capital. */
function decodeOp(op: JsonValue | undefined): PatchOperation['op'] {
  if (typeof op !== 'string') throw scimErrors.invalidSyntax('An operation must have an op.')
  const lower = op.toLowerCase()
  if (lower === 'add' || lower === 'remove' || lower === 'replace') return lower
  throw scimErrors.invalidValue(`${excerpt(op)} is no operation; add, remove and replace are.`)
}

function decodePath(path: JsonValue | undefined): string | undefined {
  if (path === undefined || path === null || path === '') return undefined
  if (typeof path === 'string') return path
  throw scimErrors.invalidPath('The path of an operation must be a string.')
}

function field(object: JsonObject, name: string): JsonValue | undefined {
  return Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1]
}
