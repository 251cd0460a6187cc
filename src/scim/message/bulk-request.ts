import { ScimError, scimErrors } from '../error.ts'
import { excerpt } from '../excerpt.ts'
import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { messageUrns } from '../urn.ts'
import { listedOperations } from './operation-list.ts'

/** The methods that a bulk operation may have. RFC 7644 §3.7 */
export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const methods: readonly BulkMethod[] = ['POST', 'PUT', 'PATCH', 'DELETE']

/** Whether a text is one of these, in capitals. */
export function isBulkMethod(text: string): text is BulkMethod {
  return methods.some((method) => method === text)
}

/** One operation of a bulk request: a request of its own in short form. RFC 7644 §3.7 */
export interface BulkOperation {
  readonly method: BulkMethod
  /** Names a new resource for the other operations; a POST always has one. */
  readonly bulkId?: string
  /** The version to change, as in If-Match; an empty one is that of nothing. */
  readonly version?: string
  /** The first part of the path, with its slash: `/Users`. */
  readonly endpoint: string
  /** The second part of the path, decoded; a POST has none, all others do. */
  readonly id?: string
  /** Empty for a DELETE. */
  readonly data: JsonObject
}

/** An operation that cannot be carried out as it is written, with as much of it as its answer repeats. */
export interface MalformedOperation {
  readonly method?: string
  readonly bulkId?: string
  readonly error: ScimError
}

/** The body of a bulk request. RFC 7644 §3.7 */
export interface BulkRequest {
  /** After so many errors the rest is left; absent when all is to be tried. */
  readonly failOnErrors?: number
  readonly operations: readonly (BulkOperation | MalformedOperation)[]
}

/** The bulk request that a body means. Names and methods are understood in any letter case. An operation that is written
 *  wrongly is an error of its own, which keeps none of the others from being carried out.
 *  @throws {ScimError} invalidSyntax when the body is no bulk request, 413 above `maxOperations`. RFC 7644 §3.7.4 */
export function decodeBulkRequest(body: JsonObject, maxOperations: number): BulkRequest {
  const tooMany = `The number of operations exceeds the maxOperations (${maxOperations}).`
  const operations = listedOperations(field(body, 'operations'), maxOperations, tooMany)
  const failOnErrors = decodeFailOnErrors(field(body, 'failonerrors'))
  return {
    ...(failOnErrors === undefined ? {} : { failOnErrors }),
    operations: withUniqueBulkIds(operations.map(decodeOperation)),
  }
}

function decodeFailOnErrors(value: JsonValue | undefined): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value
  throw scimErrors.invalidSyntax('failOnErrors must be a whole number from 1.')
}

function decodeOperation(operation: JsonValue): BulkOperation | MalformedOperation {
  const object = isJsonObject(operation) ? operation : {}
  const method = knownMethod(textOf(object, 'method'))
  const bulkId = textOf(object, 'bulkid')
  const repeated = {
    ...(method === undefined ? {} : { method }),
    ...(bulkId === undefined ? {} : { bulkId }),
  }
  try {
    if (!isJsonObject(operation)) throw scimErrors.invalidSyntax('An operation must be an object.')
    return { ...repeated, ...decodeParts(operation, decodeMethod(method)) }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return { ...repeated, error }
  }
}

/** The method in capitals where it is one of a bulk operation, else as it is. */
function knownMethod(given: string | undefined): string | undefined {
  return methods.find((method) => method === given?.toUpperCase()) ?? given
}

function decodeMethod(given: string | undefined): BulkMethod {
  if (given === undefined) throw scimErrors.invalidValue('An operation must have a method.')
  if (isBulkMethod(given)) return given
  throw scimErrors.invalidValue(
    `${excerpt(given)} is no method of a bulk operation; ${methods.join(', ')} are.`,
  )
}

function decodeParts(operation: JsonObject, method: BulkMethod): BulkOperation {
  const bulkId = decodeText(operation, 'bulkId')
  const version = field(operation, 'version') === '' ? '' : decodeText(operation, 'version')
  if (method === 'POST' && bulkId === undefined) {
    throw scimErrors.invalidValue('An operation with the method POST must have a bulkId.')
  }
  return {
    method,
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(version === undefined ? {} : { version }),
    ...decodePath(decodeText(operation, 'path'), method),
    data: decodeData(field(operation, 'data'), method),
  }
}

/** Relative to the SCIM root: the endpoint of a resource type for a POST, one resource for all others. RFC 7644 §3.7 */
function decodePath(
  path: string | undefined,
  method: BulkMethod,
): Pick<BulkOperation, 'endpoint' | 'id'> {
  if (path === undefined) throw scimErrors.invalidValue('An operation must have a path.')
  const [endpoint, id, ...more] = path.split('/').filter((part) => part !== '')
  if (endpoint === undefined || more.length > 0 || (id === undefined) !== (method === 'POST')) {
    const wanted = method === 'POST' ? 'an endpoint such as /Users' : 'one resource'
    throw scimErrors.invalidValue(
      `The path of an operation with the method ${method} must name ${wanted}; ${excerpt(path)} does not.`,
    )
  }
  return { endpoint: `/${endpoint}`, ...(id === undefined ? {} : { id: decoded(id) }) }
}

/** What a path part says; one whose encoding is broken stays as it is, and is found nowhere. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function decodeData(data: JsonValue | undefined, method: BulkMethod): JsonObject {
  if (method === 'DELETE') return {}
  // The example of RFC 7644 §3.7.3 has the operations of a PATCH without the message around them.
  if (method === 'PATCH' && isJsonList(data)) {
    return { schemas: [messageUrns.patchOp], Operations: data }
  }
  if (isJsonObject(data)) return data
  throw scimErrors.invalidValue(
    `The data of an operation with the method ${method} must be an object.`,
  )
}

/** Which of the resources of one bulkId another operation refers to would be a guess. RFC 7644 §3.7 */
function withUniqueBulkIds(
  operations: readonly (BulkOperation | MalformedOperation)[],
): readonly (BulkOperation | MalformedOperation)[] {
  const counts = new Map<string, number>()
  for (const { method, bulkId } of operations) {
    if (method === 'POST' && bulkId !== undefined) counts.set(bulkId, (counts.get(bulkId) ?? 0) + 1)
  }
  return operations.map((operation) => {
    const { method, bulkId = '' } = operation
    if (method !== 'POST' || (counts.get(bulkId) ?? 0) < 2) return operation
    const detail = `The bulkId ${excerpt(bulkId)} is that of more than one operation.`
    return { method, bulkId, error: scimErrors.invalidValue(detail) }
  })
}

/** A text that may be left out.
 *  @throws {ScimError} invalidValue when it is something else. */
function decodeText(operation: JsonObject, name: string): string | undefined {
  const value = field(operation, name.toLowerCase())
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string') return value
  throw scimErrors.invalidValue(`The ${name} of an operation must be a string.`)
}

function textOf(object: JsonObject, lowerName: string): string | undefined {
  const value = field(object, lowerName)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A member by its name in any letter case; null counts as absent. RFC 7643 §2.1, §2.5 */
function field(object: JsonObject, lowerName: string): JsonValue | undefined {
  return Object.entries(object).find(([name]) => name.toLowerCase() === lowerName)?.[1] ?? undefined
}
