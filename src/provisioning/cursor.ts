import { scimErrors } from '../scim/error.ts'

/** A place in a snapshot. */
export interface CursorPlace {
  readonly key: string
  /** How many resources lie before it. */
  readonly offset: number
}

/** The text of a cursor: nothing but letters, digits, `-`, `_` and `.`, so that it needs no encoding in a URL. RFC 9865 §2 */
export function formatCursor({ key, offset }: CursorPlace): string {
  return `${key}.${offset.toString(36)}`
}

/** The place that a cursor means.
 *  @throws {ScimError} invalidCursor when the bridge never made such a text. RFC 9865 §2.1 */
export function parseCursor(text: string): CursorPlace {
  const match = /^([\w-]{24})\.([0-9a-z]{1,8})$/u.exec(text)
  const [, key, offset] = match ?? []
  if (key === undefined || offset === undefined) {
    throw scimErrors.invalidCursor('The cursor is none that was given out.')
  }
  return { key, offset: Number.parseInt(offset, 36) }
}
