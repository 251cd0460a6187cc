const longest = 80

/** A text of a client as an error shows it: in quotation marks and not longer than a line. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text)
}
