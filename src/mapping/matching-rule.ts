import { normalForm } from '../codec/normal-form.ts'
import { foldText } from '../directory/dn.ts'
import { type AttributeValue, toBytes } from '../directory/entry.ts'
import { toDateTime } from './generalized-time.ts'
import { dnKey } from './reference.ts'

/** The name, in lower case, of a matching rule that a schema gives by name or by OID. */
export function ruleName(rule: string): string {
  return namesByOid.get(rule) ?? rule.toLowerCase()
}

/** A key that is the same for values that an equality rule takes for the same, so that a directory would refuse the one beside the
 *  other. For a rule that is not known, and for bytes that are no text, only the same bytes are the same. RFC 4517 §4.2 */
export function valueKey(equality: string | undefined, value: AttributeValue): string {
  const bytes = toBytes(value)
  const text = bytes.toString('utf8')
  const toKey = equality === undefined ? undefined : keys.get(ruleName(equality))
  return toKey === undefined || !Buffer.from(text).equals(bytes)
    ? bytes.toString('latin1')
    : toKey(text)
}

/** Whether an equality rule is one for texts to which letter case counts. RFC 4517 §4.2 */
export function countsLetterCase(equality: string | undefined): boolean {
  return equality !== undefined && ruleName(equality).startsWith('caseexact')
}

/** Whether an equality rule takes texts for the same that differ in letter case alone. RFC 4517 §4.2 */
export function ignoresLetterCase(equality: string | undefined): boolean {
  const name = equality === undefined ? '' : ruleName(equality)
  return name.startsWith('caseignore') || name === 'telephonenumbermatch'
}

/** Whether `valueKey` compares as the rule does. */
export function isKnownRule(equality: string): boolean {
  return keys.has(ruleName(equality))
}

const keys: ReadonlyMap<string, (text: string) => string> = new Map([
  ['caseignorematch', foldLetters],
  ['caseignoreia5match', foldLetters],
  ['caseignorelistmatch', foldLetters],
  ['caseexactmatch', foldBlanks],
  ['caseexactia5match', foldBlanks],
  ['telephonenumbermatch', (text: string) => text.replace(/[\s-]/gu, '').toLowerCase()],
  ['numericstringmatch', (text: string) => text.replaceAll(' ', '')],
  ['booleanmatch', (text: string) => text.toUpperCase()],
  ['generalizedtimematch', (text: string) => toDateTime(text) ?? text],
  ['distinguishednamematch', dnKey],
  ['uniquemembermatch', dnKey],
])

const namesByOid: ReadonlyMap<string, string> = new Map([
  ['2.5.13.1', 'distinguishednamematch'],
  ['2.5.13.2', 'caseignorematch'],
  ['2.5.13.4', 'caseignoresubstringsmatch'],
  ['2.5.13.5', 'caseexactmatch'],
  ['2.5.13.7', 'caseexactsubstringsmatch'],
  ['2.5.13.8', 'numericstringmatch'],
  ['2.5.13.10', 'numericstringsubstringsmatch'],
  ['2.5.13.11', 'caseignorelistmatch'],
  ['2.5.13.13', 'booleanmatch'],
  ['2.5.13.14', 'integermatch'],
  ['2.5.13.17', 'octetstringmatch'],
  ['2.5.13.20', 'telephonenumbermatch'],
  ['2.5.13.21', 'telephonenumbersubstringsmatch'],
  ['2.5.13.23', 'uniquemembermatch'],
  ['2.5.13.27', 'generalizedtimematch'],
  ['2.5.13.28', 'generalizedtimeorderingmatch'],
  ['1.3.6.1.4.1.1466.109.114.1', 'caseexactia5match'],
  ['1.3.6.1.4.1.1466.109.114.2', 'caseignoreia5match'],
  ['1.3.6.1.4.1.1466.109.114.3', 'caseignoreia5substringsmatch'],
  ['1.3.6.1.4.1.4203.1.2.1', 'caseexactia5substringsmatch'],
])

/** To OpenLDAP the Turkish İ is an i, to Unicode an i with a dot above. Two values are better taken for the same than sent side
 *  by side to a server that refuses them. */
function foldLetters(text: string): string {
  return foldText(normalForm(text, 'NFC').replaceAll('İ', 'i'))
}

function foldBlanks(text: string): string {
  return normalForm(text, 'NFKC').replace(/ +/gu, ' ').replace(/^ | $/gu, '')
}
