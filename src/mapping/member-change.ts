import type { Modification } from '../directory/operation.ts'
import { portions } from './portions.ts'
import type { GroupSettings } from './settings.ts'

type MemberSettings = Pick<GroupSettings['members'], 'attribute' | 'placeholder'>

/** What a write does to the members of a group, as the values that name them: none of those added is there, all of those removed are. */
export interface MemberChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** The placeholder is a member now. */
  readonly hasPlaceholder: boolean
  /** Nobody is left after the change, so that the placeholder has to stand in. */
  readonly isEmptied: boolean
}

/** The modifications of one modify after the other that change the members: value by value, never the list, in portions that servers
 *  take. After each of them the group has a member: all who come are added before anybody is removed, and the placeholder
 *  goes in the same modify with the first who comes, and comes in the same with the last who goes. */
export function memberModifications(
  settings: MemberSettings,
  change: MemberChange,
): Modification[][] {
  return portions(movesOf(settings, change), ({ add, remove }) => [...add, ...remove]).map(
    (moves) =>
      [
        memberModification(
          settings,
          'add',
          moves.flatMap(({ add }) => add),
        ),
        memberModification(
          settings,
          'delete',
          moves.flatMap(({ remove }) => remove),
        ),
      ].filter(({ values }) => values.length > 0),
  )
}

/** One modification of the members. */
export function memberModification(
  { attribute }: MemberSettings,
  operation: 'add' | 'delete',
  values: readonly string[],
): Modification {
  return { operation, attribute, values }
}

/** Values that belong into the same modify. */
interface Move {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

function movesOf({ placeholder }: MemberSettings, change: MemberChange): Move[] {
  const { added, removed, hasPlaceholder, isEmptied } = change
  const filler = placeholder === undefined ? [] : [placeholder]
  const leaving = hasPlaceholder ? filler : []
  const coming = isEmptied && !hasPlaceholder && added.length === 0 ? filler : []
  return [
    ...added.map((value, index) => ({ add: [value], remove: index === 0 ? leaving : [] })),
    ...removed.map((value, index) => ({
      add: index === removed.length - 1 ? coming : [],
      remove: [value],
    })),
  ]
}
