import { figure } from '../part.ts'

/** Something that is counted, and how often it must have happened at least: a run that met less has tried nothing out. */
export interface Floor {
  readonly name: string
  readonly count: number
  readonly least: number
}

/** A count with what it must be.
 *  @param share how often at least for each time something broke; it is asked for once in any case. */
export function floor(name: string, count: number, rounds: number, share = 0): Floor {
  return { name, count, least: Math.max(1, Math.floor(rounds * share)) }
}

/** One line for a count. */
export function lineOf({ name, count, least }: Floor): string {
  return `${figure(name, count)}  (at least ${least})`
}

/** What a run has met too rarely, one sentence each. */
export function problemsOf(floors: readonly Floor[]): readonly string[] {
  return floors
    .filter(({ count, least }) => count < least)
    .map(
      ({ name, count, least }) =>
        `too little was tried out: ${name.trim()}: ${count}, not ${least}`,
    )
}
