/** Where a command reads and writes. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The result of the command. */
  print(text: string): void
  /** What went wrong, and what to do about it. */
  complain(text: string): void
}
