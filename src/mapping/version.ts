import { createHash } from 'node:crypto'
import type { Entry } from '../directory/entry.ts'

/** A version for entries of which the server tells none: the same as long as they hold the same. The order of values counts, for
 *  the first is the one that is shown.
 *  @param except attributes that others change, or that are not always read. */
export function versionOfValues(entry: Entry, except: readonly string[]): string {
  const ignored = new Set(except.map((name) => name.toLowerCase()))
  const hash = createHash('sha256')
  hash.update(JSON.stringify(entry.dn))
  for (const name of entry.names.filter((each) => !ignored.has(each)).toSorted()) {
    const values = entry.bytes(name).map((value) => value.toString('base64'))
    hash.update(JSON.stringify([name, values]))
  }
  return hash.digest('base64url').slice(0, 22)
}
