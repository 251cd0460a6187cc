import { Entry } from './entry.ts'

/** A part of the values of an attribute: what Active Directory answers of an attribute with more than 1500 values, beside the
 *  attribute itself without any. MS-ADTS 3.1.1.3.1.3.3 */
export interface ValueRange {
  /** The attribute, without its range and in lower case. */
  readonly attribute: string
  readonly values: readonly Buffer[]
  /** Where the next part begins; none when this is the last one. */
  readonly next: number | undefined
}

const rangeForm = /^(.+);range=\d+-(\d+|\*)$/

/** The attributes of an entry of which it shows a part. */
export function rangesIn(entry: Entry): readonly ValueRange[] {
  return entry.names.flatMap((name) => {
    const [, attribute, end = ''] = rangeForm.exec(name) ?? []
    if (attribute === undefined) return []
    const next = end === '*' ? undefined : Number(end) + 1
    return [{ attribute, values: entry.bytes(name), next }]
  })
}

/** The name to ask for the values of an attribute from a place on.
 *  @param start 0 is the first value. */
export function rangeFrom(attribute: string, start: number): string {
  return `${attribute};range=${start}-*`
}

/** The entry with attributes that are whole in place of their parts. */
export function withWhole(entry: Entry, whole: ReadonlyMap<string, readonly Buffer[]>): Entry {
  const others = entry.names.filter((name) => !rangeForm.test(name) && !whole.has(name))
  return new Entry(entry.dn, [
    ...others.map((name) => [name, entry.bytes(name)] as const),
    ...whole,
  ])
}
