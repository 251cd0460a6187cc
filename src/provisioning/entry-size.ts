import type { Entry } from '../directory/entry.ts'

/** Entries that are no larger together are worked on at once. It takes less than a tenth of a second, during which nobody else is
 *  served, and several times as much memory. */
export const largestPortion = 2 * 1024 * 1024

/** A value is as much work as so many bytes, however few it has. */
const bytesOfValue = 128

/** How large an entry is, by the bytes of its values and by their number. */
export function sizeOf(entry: Entry): number {
  const values = entry.names.flatMap((name) => entry.bytes(name))
  return values.reduce((sum, value) => sum + bytesOfValue + value.length, 0)
}
