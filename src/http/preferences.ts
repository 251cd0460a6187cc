/** What a client would like. RFC 7240 */
export interface Preferences {
  /** `dry-run`: show what would be written and write nothing. Ours; any value counts, so that a misunderstood
   *  spelling cannot turn a preview into a write. */
  readonly isDryRun: boolean
  /** `return=minimal`: no body where none is needed. RFC 7240 §4.2 */
  readonly isMinimal: boolean
}

/** The preferences of a Prefer header; unknown ones are ignored.
 *  @param header empty when there is none; several headers come joined by commas.
 *  @example parsePreferences('return=minimal; foo="x, y", Dry-Run') */
export function parsePreferences(header: string): Preferences {
  const preferences = new Map<string, string>()
  for (const [, name = '', quoted, plain] of header.matchAll(preference)) {
    // The first of several counts. RFC 7240 §2
    const key = name.toLowerCase()
    if (!preferences.has(key)) preferences.set(key, (quoted ?? plain ?? '').toLowerCase())
  }
  return {
    isDryRun: preferences.has('dry-run'),
    isMinimal: preferences.get('return') === 'minimal',
  }
}

const value = String.raw`(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*))`
const parameters = String.raw`(?:;(?:[^,"]|"(?:[^"\\]|\\.)*")*)?`
const preference = new RegExp(
  String.raw`(?:^|,)\s*([\w!#$%&'*+.^\x60|~-]+)\s*(?:=\s*${value})?\s*${parameters}`,
  'gu',
)
