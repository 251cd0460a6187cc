/** How much is asked of a part: `short` is what CI runs, `long` what an engineer waits for. */
export type Form = 'short' | 'long'

/** Prints one line. */
export type Say = (line: string) => void

/** One kind of torture. */
export interface TorturePart {
  /** As it is named on the command line. */
  readonly name: string
  /** Prints its figures and answers what did not hold, one sentence each. */
  run(form: Form, say: Say): Promise<readonly string[]>
}

const widestName = 44

/** A figure under its name, in a line that is aligned with the others.
 *  @example 'requests per second                              412' */
export function figure(name: string, value: string | number): string {
  return `  ${name.padEnd(widestName)} ${String(value).padStart(10)}`
}
