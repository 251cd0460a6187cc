/** A definition as the subschema lists it: its OID and its fields by keyword, in upper case. A field that is a mere
 *  flag has no values. RFC 4512 §4.1 */
export interface SchemaDescription {
  readonly oid: string
  readonly fields: ReadonlyMap<string, readonly string[]>
}

/** Reads one definition; none when it is not of the form of RFC 4512 §4.1. Directories stray from it: 389 DS writes
 *  words for OIDs, Active Directory quotes the syntax; both are read. */
export function parseSchemaDescription(text: string): SchemaDescription | undefined {
  const oid = openForm.exec(text)
  if (oid === null) return undefined
  const fields = new Map<string, readonly string[]>()
  let end = oid[0].length
  for (const [field, flag, keyword = '', values = ''] of text.slice(end).matchAll(fieldForm)) {
    if (flag === undefined) fields.set(keyword.toUpperCase(), wordsOf(values))
    else fields.set(flag.toUpperCase(), [])
    end += field.length
  }
  return closeForm.test(text.slice(end)) ? { oid: oid[1] ?? '', fields } : undefined
}

const quoted = String.raw`'(?:[^'\\]|\\.)*'`
const bare = String.raw`[^\s()$']+`
const flags = 'OBSOLETE|SINGLE-VALUE|COLLECTIVE|NO-USER-MODIFICATION|ABSTRACT|STRUCTURAL|AUXILIARY'

const openForm = new RegExp(String.raw`^\s*\(\s*(${bare})`)
const closeForm = /^\s*\)\s*$/
// A flag, or a keyword with one word or with words in brackets; there may be dollar signs between these.
const fieldForm = new RegExp(
  String.raw`\s*(?:(${flags})(?=[\s)])|([a-z-]+)\s*(${bare}|${quoted}|\((?:[^')]|${quoted})*\)))`,
  'gisy',
)
const wordForm = new RegExp(`${quoted}|${bare}`, 'gs')

function wordsOf(values: string): readonly string[] {
  return (values.match(wordForm) ?? []).map((word) =>
    word.startsWith("'") ? unescape(word.slice(1, -1)) : word,
  )
}

/** An apostrophe and a backslash are escaped in quoted text. RFC 4512 §4.1 */
function unescape(text: string): string {
  return text.replace(/\\(27|5c)/gi, (_, code: string) => (code === '27' ? "'" : '\\'))
}
