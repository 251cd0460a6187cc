/** A text without some characters at its end, in a time that grows with its length: a regular expression such as `/ +$/` looks at
 *  the rest of a run of blanks from each of them, also where something follows.
 *  @param isDropped whether such a character, given as one UTF-16 unit, is left out. */
export function withoutEnd(text: string, isDropped: (character: string) => boolean): string {
  let end = text.length
  while (end > 0 && isDropped(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}
