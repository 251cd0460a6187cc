import type { JsonValue } from './json.ts'

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

const dateTime =
  /^-?\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?<fraction>\.\d+)?(?<zone>Z|[+-]\d{2}:\d{2})?$/

/** The boolean that a client means; undefined when it is none. OneLogin renders `active` inside quotes and
 *  as `1`, Entra ID sends `"True"` and `"False"`. */
export function toBoolean(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  return booleans.get(String(value).trim().toLowerCase())
}

/** The instant of an xsd:dateTime in milliseconds since 1970; undefined when the text is none. A text
 *  without a zone is taken as UTC, so that the answer does not depend on where the bridge runs. RFC 7643
 *  §2.3.5 */
export function parseDateTime(text: string): number | undefined {
  const groups = dateTime.exec(text)?.groups
  if (groups === undefined) return undefined
  const instant = Date.parse(groups['zone'] === undefined ? `${text}Z` : text)
  return Number.isNaN(instant) ? undefined : instant
}

/** Whether a text is base64, in either alphabet, padded or not; line breaks may be in it. RFC 7643 §2.3.6 */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text.replaceAll(/\s/g, ''))
}

/** A text in the form in which texts are compared where letter case does not count. Sigma is folded by
 *  itself because its lower case depends on what follows, which would break a comparison of beginnings. */
export function foldCase(text: string): string {
  return text.normalize('NFC').replaceAll('Σ', 'σ').toLowerCase()
}
