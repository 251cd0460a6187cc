import { normalForm } from '../codec/normal-form.ts'
import type { JsonValue } from './json.ts'

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

const dateTime =
  /^(?<year>-?\d{4,})-(?<month>\d{2})-(?<day>\d{2})T\d{2}:\d{2}:\d{2}(?<fraction>\.\d+)?(?<zone>Z|[+-]\d{2}:\d{2})?$/

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
  if (groups === undefined || !isDay(groups)) return undefined
  const instant = Date.parse(groups['zone'] === undefined ? `${text}Z` : text)
  return Number.isNaN(instant) ? undefined : instant
}

/** `Date.parse` takes the 31st of February for the 2nd or 3rd of March. */
function isDay({ year, month, day }: Readonly<Record<string, string | undefined>>): boolean {
  // The calendar repeats itself after 400 years, and JavaScript reads the years below 100 as those of the last century.
  const sameYear = 2000 + (Number(year) % 400)
  return Number(day) <= new Date(Date.UTC(sameYear, Number(month), 0)).getUTCDate()
}

/** Whether a text is base64, in either alphabet, padded or not; line breaks may be in it. RFC 7643 §2.3.6 */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text.replaceAll(/\s/g, ''))
}

/** A text as texts are compared, which is how LDAP prepares them: other code points for the same characters made one, blanks
 *  at the ends gone and others made one, letter case gone where it does not count. RFC 4518 §2, RFC 7644 §5 */
export function foldText(text: string, caseExact: boolean): string {
  return foldPart(text, caseExact).replace(/^ | $/g, '')
}

/** A part of a text in the same way; one blank at either end is left, for it may lie between words. */
export function foldPart(text: string, caseExact: boolean): string {
  const normal = isAscii.test(text) ? text : normalForm(text, 'NFKC')
  return (caseExact ? normal : foldCase(normal)).replace(/ {2,}/g, ' ')
}

// oxlint-disable-next-line no-control-regex -- NUL is where ASCII begins.
const isAscii = /^[\0-\x7f]*$/

/** Sigma is folded by itself because its lower case depends on what follows, which would break a comparison of beginnings. */
function foldCase(text: string): string {
  const lower = text.replaceAll('Σ', 'σ').toLowerCase()
  return isAscii.test(lower) ? lower : normalForm(lower, 'NFKC')
}
