/** The forms of Unicode in which texts are compared. Unicode Standard Annex 15 */
export type NormalForm = 'NFC' | 'NFD' | 'NFKC'

/** As many marks behind one letter as any writing has. Unicode Standard Annex 15, §13 */
const mostMarks = 30

// What can be a mark, or become one: the halfwidth marks of Katakana are letters until they are decomposed.
const mark = String.raw`[\p{M}\uFF9E\uFF9F]`
const endlessMarks = new RegExp(`${mark}{${mostMarks + 1}}`, 'u')
const part = new RegExp(`[^]*?${mark}{${mostMarks}}|[^]+`, 'gu')

/** The two characters that stand for a whole phrase, and become 18 and 8 letters where texts are compared. */
const phrase = /[\uFDFA\uFDFB]/gu
const mostPhrases = 30

/** Why a text takes out of all proportion to its length to compare; nothing for what anybody writes.
 *  @returns the end of a sentence: `a letter with more than 30 accents`. */
export function costOf(text: string): string | undefined {
  if (endlessMarks.test(text)) return `a letter with more than ${mostMarks} accents`
  if ((text.match(phrase)?.length ?? 0) <= mostPhrases) return undefined
  return `more than ${mostPhrases} characters that stand for a phrase, such as U+FDFA`
}

/** A text in a normal form. Marks are put into order in a time that grows with the square of their number, so that of a letter
 *  with more than there are in any writing each 30 are put into order by themselves: equal texts stay equal, and others that only
 *  differ in the order of a thousand accents stay different. */
export function normalForm(text: string, form: NormalForm): string {
  if (!endlessMarks.test(text)) return text.normalize(form)
  return Array.from(text.matchAll(part), ([each]) => each.normalize(form)).join('')
}
