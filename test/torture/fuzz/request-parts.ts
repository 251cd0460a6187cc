/** Stands for the token that is let in, until the request is sent. */
export const tokenMark = '~~token~~'

/** Where the SCIM endpoints are. */
export const base = '/scim/v2'

/** A header. */
export type Header = readonly [name: string, value: string]

/** What every client sends. */
export const usualHeaders: readonly Header[] = [
  ['Host', '127.0.0.1'],
  ['Content-Type', 'application/scim+json'],
]

/** What remains of a text in a header: its UTF-8 as Latin-1, without what ends a line. */
export function inHeader(text: string): string {
  return Buffer.from(text.toWellFormed())
    .toString('latin1')
    .replace(/[\0\r\n]/gu, ' ')
    .slice(0, 2000)
}
