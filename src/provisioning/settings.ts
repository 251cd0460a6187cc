import type * as t from 'io-ts'
import { PositiveInteger } from '../codec/scalars.ts'
import { settings, withDefault } from '../codec/settings.ts'

/** How many resources are answered at once. */
export const ListSettings = settings('ListSettings', {
  maxResults: withDefault(PositiveInteger, 10_000, {
    text: 'The most resources that one list answer holds, also when the client names no count; OneLogin matches groups over the whole list.',
  }),
})
/** How many resources are answered at once. */
export type ListSettings = t.TypeOf<typeof ListSettings>
