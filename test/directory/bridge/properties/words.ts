import * as fc from 'fast-check'

/** Texts in which LDAP, JSON, DNs, filters and letter case have their difficulties. */
const oddTexts: readonly string[] = [
  'Anna',
  'anna',
  'ANNA',
  'Anna Berg',
  'Anna  Berg',
  ' Anna',
  'Anna ',
  'Bergström',
  'Bergstro\u0308m',
  'BERGSTRÖM',
  'straße',
  'STRASSE',
  'STRAẞE',
  'İstanbul',
  'istanbul',
  'ıstanbul',
  'Σίσυφος',
  'ΣΊΣΥΦΟΣ',
  'ΟΔΟΣ',
  'οδος',
  'οδοσ',
  '\u212Aelvin',
  'kelvin',
  'ﬁsh',
  'fish',
  '日本 太郎',
  '😀 x',
  'x\u0301y',
  'a,b+c="d"<e>;#f\\g',
  '#hash',
  '(x)*',
  '*',
  '\\2a',
  'tab\there',
  'line\nbreak',
  'no\u00A0break',
  'no break',
  '\uFF21\uFF4E\uFF4E\uFF41',
  'ﾊﾝｶｸ',
  'ハンカク',
  '①',
  '\u200Bzero',
  "O'Neil-Smith",
  '"quoted"',
  'null',
  'true',
  '1',
  '01',
  '-',
  '$',
  'ꙁ Ꙁ',
  'Ა ა',
]

/** OpenLDAP has the compatible characters of Unicode 3: of those that have come since it cannot know which stand for others. */
const known = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 1 })
  .filter((text) => text.normalize('NFKC') === text.normalize('NFC'))

/** A text as a person may bear it. */
export const word: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...oddTexts) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...oddTexts), fc.constantFrom(...oddTexts))
      .map((pair) => pair.join(' ')),
  },
  { weight: 1, arbitrary: fc.string({ unit: known, minLength: 1, maxLength: 8 }) },
)

/** A telephone number in the character set that LDAP has for it. RFC 4517 §3.3.31 */
export const phone: fc.Arbitrary<string> = fc.constantFrom(
  '+49 30-1',
  '+49301',
  '+4930 1',
  '(3) 4',
  'ext. a',
  'EXT. A',
  '1',
  '1-',
)

/** An e-mail address. */
export const mail: fc.Arbitrary<string> = fc.constantFrom(
  'a@example.org',
  'A@example.org',
  'b@example.org',
  'kelvin@example.net',
  "o'neil+x@example.org",
  'weird*()\\@example.org',
)

/** The texts of which a directory takes no two for the same, whatever the rule. */
export function distinct(
  value: fc.Arbitrary<string>,
  limits: { readonly minLength?: number; readonly maxLength: number },
): fc.Arbitrary<string[]> {
  return fc.uniqueArray(value, { ...limits, selector: looseKey })
}

function looseKey(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[\s\-\p{Cf}\p{M}]/gu, '')
}
