/** What an event carries beside its name: flat facts, never whole requests, entries or secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Where the rooms report events. The message names the event; the facts stand in the fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  /** @param error its whole `cause` chain is logged; its text is redacted by the maker. */
  error(message: string, fields?: LogFields, error?: unknown): void
}
