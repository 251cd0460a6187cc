import type * as t from 'io-ts'
import { choice } from '../codec/scalars.ts'
import { settings, withDefault } from '../codec/settings.ts'

/** What is logged and how. */
export const LoggingSettings = settings('LoggingSettings', {
  level: withDefault(choice('debug', 'info', 'warn', 'error'), 'info', {
    text: 'The least important events that are logged.',
    example: 'debug',
  }),
  format: withDefault(choice('json', 'text'), 'json', {
    text: 'One JSON object per line for machines, or one line of text for people.',
    example: 'text',
  }),
})

/** What is logged and how. */
export type LoggingSettings = t.TypeOf<typeof LoggingSettings>
