/** What a command that serves is told from outside. */
export interface Signals {
  /** Ends, with the name of the signal, when the command is to stop. */
  stopped(): Promise<string>
  /** Calls back each time that the tokens are to be read again, soon also for what was told before. */
  onReload(reload: () => void): void
}
