const maxValues = 1000
const maxBytes = 400_000

/** The items in portions that servers take in one request: OpenLDAP needs more than linear time for very many values, 389 DS
 *  drops connections above 2 MB. At most 1000 values and 400 KB of text; an item that has more stands alone.
 *  @param valuesOf the values that an item brings along. */
export function portions<T>(items: readonly T[], valuesOf: (item: T) => readonly string[]): T[][] {
  const result: T[][] = []
  let [count, bytes] = [Infinity, Infinity]
  for (const item of items) {
    const values = valuesOf(item)
    const size = values.reduce((sum, value) => sum + Buffer.byteLength(value), 0)
    const current = result.at(-1)
    if (current === undefined || count + values.length > maxValues || bytes + size > maxBytes) {
      result.push([item])
      ;[count, bytes] = [values.length, size]
    } else {
      current.push(item)
      count += values.length
      bytes += size
    }
  }
  return result
}
