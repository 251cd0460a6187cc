import { Tail } from '../fuzz/tail.ts'

/** Knows by the journal of a bridge how many renames are being made: those with a change behind the new name. */
export class RenamesUnderWay {
  readonly #tail: Tail
  readonly #begun = new Set<string>()

  constructor(journalFile: string) {
    this.#tail = new Tail(journalFile)
  }

  /** Reads on.
   *  @returns how many are begun and not over. */
  async count(): Promise<number> {
    for (const line of await this.#tail.lines()) {
      const { kind, writeId, ldif = '' } = JSON.parse(line) as JournalLine
      if (kind === 'outcome') this.#begun.delete(writeId)
      else if (/^changetype: modrdn$[^]*^changetype: modify$/mu.test(ldif)) this.#begun.add(writeId)
    }
    return this.#begun.size
  }
}

interface JournalLine {
  readonly kind: 'intent' | 'outcome'
  readonly writeId: string
  readonly ldif?: string
}
