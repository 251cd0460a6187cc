import * as t from 'io-ts'

const NotedName = t.readonly(
  t.intersection([
    t.type({ attribute: t.keyof({ members: null, manager: null }), from: t.string }),
    t.partial({ to: t.string }),
  ]),
)
/** A name that a write takes from an entry: by what groups name it as a member, or people as their manager. `to` is the one that it
 *  gets instead; left out where it goes. */
export type NotedName = t.TypeOf<typeof NotedName>

const UpkeepNote = t.readonly(
  t.type({
    key: t.string,
    requestId: t.string,
    base: t.string,
    names: t.readonlyArray(NotedName),
  }),
)
/** What a bridge is about to do to names: `key` tells it from every other one, `base` is that of the users of its tenant. */
export type UpkeepNote = t.TypeOf<typeof UpkeepNote>

const prefix = 'scim-upkeep '

/** The value that stands for a note.
 *  @example scim-upkeep {"key":"1b4e…","requestId":"r","base":"ou=people","names":[{"attribute":"members","from":"uid=a,ou=people"}]} */
export function upkeepValue(note: UpkeepNote): string {
  return prefix + JSON.stringify(note)
}

/** The note that a value stands for; nothing where it is something else. */
export function parseUpkeepValue(value: string): UpkeepNote | undefined {
  if (!value.startsWith(prefix)) return undefined
  try {
    const parsed: unknown = JSON.parse(value.slice(prefix.length))
    return UpkeepNote.is(parsed) ? parsed : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
