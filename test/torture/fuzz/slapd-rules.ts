import { exampleTree } from '../../support/openldap-server.ts'
import { isBelow, isWithin } from './record-rules.ts'

/** What slapd's log of operations says of the account of the bridge. */
export class SlapdWatch {
  readonly #account: string
  readonly #bases: readonly string[]
  /** The connections that the account has bound. */
  readonly #connections = new Set<string>()
  #operations = 0

  /** @param bases what the account may search, and write below; of what else there is, it looks once at the start whether the
   *  placeholder of groups is somebody. */
  constructor(account: string, bases: readonly string[]) {
    this.#account = account.toLowerCase()
    this.#bases = bases
  }

  /** How many operations of the account were seen. */
  get operations(): number {
    return this.#operations
  }

  /** What is wrong with further lines: searches and writes outside of the bases. */
  problemsOf(lines: readonly string[]): string[] {
    return lines.flatMap(eventsIn).flatMap((line) => {
      const [, connection = '', rest = ''] = / (conn=\d+) (?:op|fd)=\d+ (.*)$/u.exec(line) ?? []
      if (connection === '') return []
      this.#follow(connection, rest)
      if (!this.#connections.has(connection)) return []
      return this.#problemsOfOperation(rest)
    })
  }

  #follow(connection: string, rest: string): void {
    const account = /^BIND dn="(.*)" method=/u.exec(rest)?.[1]
    if (account !== undefined) {
      if (account.toLowerCase() === this.#account) this.#connections.add(connection)
      else this.#connections.delete(connection)
    }
    if (/^(?:ACCEPT|closed)/u.test(rest)) this.#connections.delete(connection)
  }

  #problemsOfOperation(rest: string): string[] {
    const searched = /^SRCH base="(.*?)" scope=\d/u.exec(rest)?.[1]
    const written = /^(?:ADD|MOD|MODRDN|DEL|CMP) dn="(.*?)"(?: |$)/u.exec(rest)?.[1]
    const changed = /^PASSMOD id="(.*?)"/u.exec(rest)?.[1]
    const moved = /newSuperior="(.*?)"/u.exec(rest)?.[1]
    const isAnything = [searched, written, changed].some((dn) => dn !== undefined)
    this.#operations += isAnything ? 1 : 0
    const outside = [
      ...[written, changed].filter((dn) => dn !== undefined && !isBelow(dn, this.#bases)),
      ...[searched, moved].filter((dn) => dn !== undefined && !isWithin(dn, this.#bases)),
    ]
    return outside
      .filter((dn) => dn !== searched || !isAboutServer(dn))
      .map((dn) => `slapd was asked for an operation on "${dn}": ${rest.slice(0, 300)}`)
  }
}

/** slapd cuts long lines off, and the next event follows on the same line. */
function eventsIn(line: string): readonly string[] {
  return line.split(/(?=[\da-f]{8}\.[\da-f]{8} 0x[\da-f]+ conn=\d)/u)
}

/** What the server says of itself, and its schema. */
function isAboutServer(dn = ''): boolean {
  return ['', 'cn=subschema', exampleTree.placeholder].includes(dn.toLowerCase())
}
