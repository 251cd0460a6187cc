import { normalizeDn } from '../../../src/directory/dn.ts'
import type { IntentRecord, OutcomeRecord } from '../../../src/journal/record.ts'
import type { Hidden } from './answer-rules.ts'
import { isBelow, isWithin } from './bases.ts'
import { secretsIn } from './record-rules.ts'

/** A change of an entry. */
export interface Write {
  /** As in LDIF. RFC 2849 */
  readonly changeType: string
  readonly dn: string
}

/** What lines of the journal say. */
export interface Recorded {
  readonly problems: readonly string[]
  readonly writes: readonly Write[]
}

/** Looks at lines of the journal: what is wrong are secrets, and entries that are not the bridge's to change. */
export function readJournal(
  lines: readonly string[],
  bases: readonly string[],
  hidden: Hidden,
): Recorded {
  const changes = lines.flatMap(changesIn)
  return {
    problems: [
      ...lines
        .flatMap((line) => secretsIn(line, hidden))
        .map((what) => `the journal shows ${what}`),
      ...changes
        .filter(
          ({ dn, newSuperior }) =>
            !isBelow(dn, bases) || (newSuperior !== undefined && !isWithin(newSuperior, bases)),
        )
        .map(({ dn }) => `the journal has a write to ${dn}`),
    ],
    writes: changes,
  }
}

interface Change extends Write {
  readonly newSuperior: string | undefined
}

/** What a line of the journal says was to be sent, to make a write or to take it back. */
function changesIn(line: string): readonly Change[] {
  const { ldif = '', takeBacks = [] } = JSON.parse(line) as Partial<
    Pick<IntentRecord, 'ldif'> & Pick<OutcomeRecord, 'takeBacks'>
  >
  return [ldif, ...takeBacks.map((each) => each.ldif)]
    .flatMap((text) => text.replaceAll('\n ', '').split('\n\n'))
    .map((change) => {
      const newSuperior = lineOf(change, 'newsuperior')
      return {
        changeType: lineOf(change, 'changetype') ?? '',
        dn: lineOf(change, 'dn') ?? '',
        newSuperior,
      }
    })
    .filter((each) => each.changeType !== '')
}

function lineOf(change: string, name: string): string | undefined {
  const [, encoded, value] = new RegExp(`^${name}:(:?) (.*)$`, 'mu').exec(change) ?? []
  return encoded === ':' ? Buffer.from(value ?? '', 'base64').toString() : value
}

/** The writes that were recorded, until they are seen to be made. */
export class Ledger {
  readonly #due = new Map<string, number>()

  /** @returns what is wrong with what was made: each of it must have been recorded, now or before, and as often.
   *  @param recorded is read later than what was made, for a write is recorded before it is sent. */
  missing(made: readonly Write[], recorded: readonly Write[]): string[] {
    for (const write of recorded) this.#count(write, 1)
    return made
      .filter((write) => this.#count(write, -1) < 0)
      .map(
        ({ changeType, dn }) =>
          `the journal lacks a write that slapd was sent: ${changeType} ${dn}`,
      )
  }

  #count({ changeType, dn }: Write, step: 1 | -1): number {
    const key = `${changeType} ${normalizeDn(dn)}`
    const count = (this.#due.get(key) ?? 0) + step
    this.#due.set(key, Math.max(0, count))
    return count
  }
}
