import type { JsonObject } from '../scim/json.ts'
import { isJsonList } from '../scim/json.ts'
import { bulkIdIn, splitByBulkIds, withoutBulkIds } from '../scim/message/bulk-reference.ts'
import type { BulkStep } from './bulk-step.ts'

/** As much of an operation as can be planned while none of the new resources exist: what refers to them is left out.
 *  Undefined when nothing is left. */
export function plannable({ operation, data, bulkIds }: BulkStep): JsonObject | undefined {
  const { method, id } = operation
  if (id !== undefined && bulkIdIn(id) !== undefined) return undefined
  if (bulkIds.size === 0) return data
  const isNew = (bulkId: string): boolean => bulkIds.has(bulkId)
  if (method !== 'PATCH') return splitByBulkIds(data, isNew).now
  const patch = withoutBulkIds(data, isNew)
  const isEmpty = Object.entries(patch).every(
    ([name, value]) =>
      name.toLowerCase() === 'schemas' || (isJsonList(value) && value.length === 0),
  )
  return isEmpty ? undefined : patch
}
