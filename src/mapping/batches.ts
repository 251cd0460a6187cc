const maxValues = 1000
const maxBytes = 400_000

/** The values in portions that servers take in one request: OpenLDAP needs more than linear time for very many, 389 DS drops
 *  connections above 2 MB. At most 1000 values and 400 KB of text; a value that is larger stands alone. */
export function batches(values: readonly string[]): string[][] {
  const result: string[][] = []
  let bytes = Infinity
  for (const value of values) {
    const size = Buffer.byteLength(value)
    const current = result.at(-1)
    if (current === undefined || current.length >= maxValues || bytes + size > maxBytes) {
      result.push([value])
      bytes = size
    } else {
      current.push(value)
      bytes += size
    }
  }
  return result
}
