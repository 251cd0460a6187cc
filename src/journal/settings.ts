import type * as t from 'io-ts'
import { Flag, NonEmptyString } from '../codec/scalars.ts'
import { optional, settings, withDefault } from '../codec/settings.ts'

/** Whether and where writes are recorded. */
export const JournalSettings = settings('JournalSettings', {
  file: optional(NonEmptyString, {
    text: 'The file that records every write; several bridges on one machine may share it. Left out, nothing is recorded.',
    example: '/var/lib/scim-directory-bridge/journal.jsonl',
  }),
  sync: withDefault(Flag, true, {
    text: 'Whether the record of a write is flushed to the disk before the write is sent, so that a power failure cannot lose it.',
    example: 'false',
  }),
})

/** Whether and where writes are recorded. */
export type JournalSettings = t.TypeOf<typeof JournalSettings>
