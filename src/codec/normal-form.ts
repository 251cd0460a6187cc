/** The forms of Unicode in which texts are compared. Unicode Standard Annex 15 */
export type NormalForm = 'NFC' | 'NFD' | 'NFKC'

/** As many marks behind one letter as any writing has. Unicode Standard Annex 15, §13 */
const mostMarks = 30

// What can be a mark, or become one: the halfwidth marks of Katakana are letters until they are decomposed.
const mark = String.raw`[\p{M}\uFF9E\uFF9F]`
const tooManyMarks = new RegExp(`${mark}{${mostMarks + 1}}`, 'u')
const part = new RegExp(`[^]*?${mark}{${mostMarks}}|[^]+`, 'gu')

/** A text in a normal form. Marks are put into order in a time that grows with the square of their number, so that of a letter
 *  with more than there are in any writing each 30 are put into order by themselves: equal texts stay equal, and others that only
 *  differ in the order of a thousand accents stay different. */
export function normalForm(text: string, form: NormalForm): string {
  if (!tooManyMarks.test(text)) return text.normalize(form)
  return Array.from(text.matchAll(part), ([each]) => each.normalize(form)).join('')
}
