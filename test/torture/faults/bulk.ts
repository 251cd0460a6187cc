import type { JsonObject } from '../../../src/scim/json.ts'
import type { Exchange } from '../../walkthrough/scim-client.ts'

/** A write as it stands in a bulk request. */
export interface BulkWrite {
  readonly method: string
  readonly path: string
  readonly body?: JsonObject
  readonly version?: string
}

/** The body of a bulk request. RFC 7644 §3.7 */
export function bulkBodyOf(writes: readonly BulkWrite[]): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: writes.map(({ method, path, body, version }, index) => ({
      method,
      path,
      ...(method === 'POST' ? { bulkId: `b${index}` } : {}),
      ...(version === undefined ? {} : { version }),
      ...(body === undefined ? {} : { data: body }),
    })),
  }
}

/** What a bulk request was answered to one of its operations, as if that had come by itself. RFC 7644 §3.7.3
 *  @returns nothing when there is no answer to it. */
export function partOf(
  whole: Exchange | undefined,
  { method, path }: BulkWrite,
  index: number,
): Exchange | undefined {
  // It may be refused as a whole.
  if (whole?.status !== 200) return whole
  const operations = whole.answer?.['Operations'] as readonly JsonObject[]
  const operation = operations[index]
  if (operation?.['method'] !== method) return undefined
  const { location, response = {} } = operation
  const id = typeof location === 'string' ? (location.split('/').at(-1) ?? '') : ''
  return {
    method,
    path,
    status: Number(operation['status']),
    headers: new Headers(),
    answer: { id, ...(response as JsonObject) },
    text: JSON.stringify(response),
  }
}
