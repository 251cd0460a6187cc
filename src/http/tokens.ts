import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Right } from './rights.ts'

/** A bearer token as the settings know it: by hash only. */
export interface TokenRecord {
  /** Who uses the token, for the log and the journal. */
  readonly name: string
  /** The SHA-256 of the token, in hexadecimal. */
  readonly sha256: string
  /** The token is refused from this moment on. */
  readonly expires?: Date
  /** The userName of the user for whom the token stands. RFC 7644 §3.11 */
  readonly user?: string
  /** What the token may. */
  readonly rights: readonly Right[]
}

/** What a known token says of the one who presents it. */
export interface TokenHolder {
  readonly name: string
  readonly isExpired: boolean
  /** The userName of the user for whom the token stands. */
  readonly user?: string
  /** What the token may. */
  readonly rights: readonly Right[]
}

/** Tells who presents a token. */
export interface Tokens {
  /** The holder of the token, or none when it is unknown. */
  identify(secret: string): TokenHolder | undefined
}

/** The SHA-256 of a token in hexadecimal, as the settings hold it. No salt and no stretching: a token is random
 *  and long, so that it cannot be guessed from its hash. */
export function hashToken(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

/** A new token of 256 random bits. Its prefix lets a person, and a scanner for leaked secrets, recognise it. */
export function createToken(): string {
  return `sdb_${randomBytes(32).toString('base64url')}`
}

/** The tokens of the settings. */
export class TokenTable implements Tokens {
  readonly #records: readonly { readonly record: TokenRecord; readonly hash: Buffer }[]
  readonly #now: () => Date

  constructor(records: readonly TokenRecord[], now: () => Date) {
    this.#records = records.map((record) => ({ record, hash: Buffer.from(record.sha256, 'hex') }))
    this.#now = now
  }

  identify(secret: string): TokenHolder | undefined {
    const hash = Buffer.from(hashToken(secret), 'hex')
    // Every token is compared, in constant time, so that the time tells neither which one nor how much fits.
    const matches = this.#records.filter((known) => timingSafeEqual(known.hash, hash))
    const holders = matches.map(({ record }) => this.#toHolder(record))
    return holders.find(({ isExpired }) => !isExpired) ?? holders[0]
  }

  #toHolder({ name, expires, user, rights }: TokenRecord): TokenHolder {
    const isExpired = expires !== undefined && expires <= this.#now()
    return { name, isExpired, rights, ...(user === undefined ? {} : { user }) }
  }
}
