import type { Entry } from '../directory/entry.ts'
import { toDateTime } from './generalized-time.ts'
import type { Identity } from './identity.ts'
import type { Draft } from './slot-values.ts'

/** What the directory knows of a resource by itself; what it does not tell is left out. RFC 7643 §3.1 */
export function metaOf(
  { createdAttribute, modifiedAttribute }: Identity,
  entry: Entry,
  {
    resourceType,
    version,
  }: { readonly resourceType: string; readonly version: string | undefined },
): Draft {
  const values = {
    resourceType,
    created: toDateTime(entry.text(createdAttribute) ?? ''),
    lastModified: toDateTime(entry.text(modifiedAttribute) ?? ''),
    version,
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
