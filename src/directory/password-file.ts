import { readFile } from 'node:fs/promises'
import { DecodeError } from '../codec/decode.ts'
import type { Logger } from '../logging/logger.ts'
import { codeOf } from './tls.ts'

/** What is known of the passwords of one server. */
interface Experience {
  /** The one it accepted last. */
  readonly accepted?: string
  /** Those it has refused since. */
  readonly refused: ReadonlySet<string>
}

const noExperience: Experience = { refused: new Set() }

/** A password in a file that may change at any time, a little before or after the directory learns of it: while the file
 *  and the directory differ, the password that was accepted last is good, too. */
export class PasswordFile {
  readonly #file: string
  readonly #logger: Logger
  readonly #experiences = new Map<string, Experience>()
  #complaint = ''

  private constructor(file: string, logger: Logger) {
    this.#file = file
    this.#logger = logger
  }

  /** @throws {DecodeError} when the file cannot be read or is empty. */
  static async open(file: string, logger: Logger): Promise<PasswordFile> {
    const read = await readPassword(file)
    if ('password' in read) return new PasswordFile(file, logger)
    throw new DecodeError([{ path: 'bindPasswordFile', reason: read.problem }])
  }

  /** The passwords that a server may accept now, those first that it has not refused yet: many attempts with a wrong one
   *  lock the account. None while the file cannot be used and never could be. */
  async candidates(url: string): Promise<readonly string[]> {
    const read = await readPassword(this.#file)
    this.#complain('problem' in read ? read.problem : '')
    const { accepted, refused } = this.#of(url)
    const all = new Set<string>()
    if ('password' in read) all.add(read.password)
    if (accepted !== undefined && !refused.has(accepted)) all.add(accepted)
    return [...all].sort((a, b) => Number(refused.has(a)) - Number(refused.has(b)))
  }

  /** Whether a server that has refused may accept now: the file holds another password than it has refused. */
  async isRenewed(url: string): Promise<boolean> {
    const { refused } = this.#of(url)
    return refused.size > 0 && (await this.candidates(url)).some((each) => !refused.has(each))
  }

  /** Remembers that a server has accepted a password. */
  accept(url: string, password: string): void {
    const { accepted, refused } = this.#of(url)
    const isNew = accepted !== password
    if (accepted !== undefined && isNew) this.#logger.info('bind password reloaded', { url })
    // What was refused beside the usual one is a password that the directory does not know yet.
    const waiting = isNew ? [] : [...refused].filter((each) => each !== password)
    this.#experiences.set(url, { accepted: password, refused: new Set(waiting) })
  }

  /** Remembers that a server has refused a password. */
  refuse(url: string, password: string): void {
    const { refused, ...others } = this.#of(url)
    const { accepted = password } = others
    if (accepted !== password && ![accepted, password].some((each) => refused.has(each))) {
      this.#logger.warn('bind password in the file is refused, the last one is tried', { url })
    }
    this.#experiences.set(url, { ...others, refused: new Set([...refused, password]) })
  }

  #of(url: string): Experience {
    return this.#experiences.get(url) ?? noExperience
  }

  #complain(reason: string): void {
    if (reason === this.#complaint) return
    this.#complaint = reason
    if (reason !== '') {
      this.#logger.error('bind password not read, the last one stays', { reason })
    }
  }
}

async function readPassword(
  file: string,
): Promise<{ readonly password: string } | { readonly problem: string }> {
  try {
    const password = (await readFile(file, 'utf8')).replace(/[\r\n]+$/u, '')
    return password === '' ? { problem: 'names a file that is empty' } : { password }
  } catch (error) {
    return { problem: `names a file that cannot be read (${codeOf(error)})` }
  }
}
