import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'

/** What SCIM 1.1 wants done with an element of a list, by its `operation`: nothing said is `add`. Undefined for any
 *  other word than `add` and `delete`. */
export function markOf(element: JsonValue): 'add' | 'delete' | undefined {
  const entries = isJsonObject(element) ? Object.entries(element) : []
  const mark = entries.find(([name]) => name.toLowerCase() === 'operation')?.[1] ?? 'add'
  const lower = typeof mark === 'string' ? mark.toLowerCase() : undefined
  return lower === 'add' || lower === 'delete' ? lower : undefined
}
