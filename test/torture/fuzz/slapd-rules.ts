import { isBelow, isWithin } from './bases.ts'
import type { Write } from './journal-rules.ts'

/** What slapd was asked for, and what of that it should not have been. */
export interface Seen {
  readonly problems: readonly string[]
  readonly writes: readonly Write[]
}

/** What slapd's log of operations says of the account of the bridges, and of whoever has not said who he is. */
export class SlapdWatch {
  readonly #account: string
  /** The connections that somebody else has bound. */
  readonly #others = new Set<string>()
  #operations = 0
  #writes = 0

  /** @param account the DN by which the bridges bind. */
  constructor(account: string) {
    this.#account = account.toLowerCase()
  }

  /** How many operations of the account were seen. */
  get operations(): number {
    return this.#operations
  }

  /** How many of them were writes. */
  get writes(): number {
    return this.#writes
  }

  /** Looks at further lines.
   *  @param bases what the account may search, and write below. Of what else there is, it may read what the server says of
   *  itself, and its schema. */
  look(lines: readonly string[], bases: readonly string[]): Seen {
    const problems: string[] = []
    const writes: Write[] = []
    for (const operation of this.#operationsIn(lines)) {
      if (!isAllowed(operation, bases))
        problems.push(`slapd was asked for something out of place: ${operation.text.slice(0, 300)}`)
      const { kind, dn } = operation
      const changeType = changeTypes.get(kind)
      if (changeType !== undefined && dn !== undefined) writes.push({ changeType, dn })
    }
    this.#writes += writes.length
    return { problems, writes }
  }

  #operationsIn(lines: readonly string[]): readonly Operation[] {
    const found = eventsIn(lines).flatMap((event) => {
      const [, connection = '', text = ''] = / (conn=\d+) (?:op|fd)=\d+ (.*)$/su.exec(event) ?? []
      this.#follow(connection, text)
      return this.#others.has(connection) ? [] : operationsIn(text)
    })
    this.#operations += found.length
    return found
  }

  /** The number of a connection is never given again, and its first event may be logged before it is said to be accepted. */
  #follow(connection: string, text: string): void {
    const account = /^BIND dn="(.*)" method=/su.exec(text)?.[1]
    if (account === undefined) return
    if (account.toLowerCase() === this.#account) this.#others.delete(connection)
    else this.#others.add(connection)
  }
}

interface Operation {
  readonly text: string
  readonly kind: string
  /** Absent where the line was cut off within it. */
  readonly dn: string | undefined
  readonly newSuperior: string | undefined
}

/** @returns none where the event is another, or tells more of the operation before. */
function operationsIn(text: string): readonly Operation[] {
  const [, kind, about = ''] =
    /^(SRCH|ADD|MOD|MODRDN|DEL|CMP|PASSMOD)(?: (.*))?$/su.exec(text) ?? []
  if (kind === undefined || /^attrs?=/u.test(about)) return []
  const dn = /^(?:base|dn|id)="((?:[^"\\]|\\.)*)"/su.exec(about)?.[1]
  return [{ text, kind, dn, newSuperior: /newSuperior="((?:[^"\\]|\\.)*)"/su.exec(about)?.[1] }]
}

function isAllowed({ kind, text, dn, newSuperior }: Operation, bases: readonly string[]): boolean {
  if (dn === undefined) return Buffer.byteLength(text) > shortestCutBytes
  if (kind === 'SRCH') return isWithin(dn, bases) || isAboutServer(dn)
  return isBelow(dn, bases) && (newSuperior === undefined || isWithin(newSuperior, bases))
}

/** What slapd calls an operation that LDIF has a change record for. RFC 2849 */
const changeTypes: ReadonlyMap<string, string> = new Map([
  ['ADD', 'add'],
  ['MOD', 'modify'],
  ['MODRDN', 'modrdn'],
  ['DEL', 'delete'],
])

/** slapd cuts events off that take more than 4096 bytes; of those a little goes to time and connection. */
const shortestCutBytes = 4000

/** Where an event is cut off, the next one follows on the same line; a line break in a DN it writes as it is. */
function eventsIn(lines: readonly string[]): readonly string[] {
  return lines.join('\n').split(/\n?(?=[\da-f]{8}\.[\da-f]{8} 0x[\da-f]+ conn=\d)/u)
}

/** What the server says of itself, and its schema. */
function isAboutServer(dn: string): boolean {
  return ['', 'cn=subschema'].includes(dn.toLowerCase())
}
