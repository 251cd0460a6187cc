import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { AddressRanges } from './address-ranges.ts'
import {
  type ClientCertificate,
  type DemandedCertificate,
  isDemanded,
} from './client-certificate.ts'
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
  /** The addresses and ranges from which the token is let in; left out, from all. */
  readonly addresses?: readonly string[]
  /** The client certificate that must come with the token; left out, none. */
  readonly certificate?: DemandedCertificate
}

/** Who presents a token, beside the token. */
export interface Caller {
  /** The address of the client, as the socket or the trusted proxies tell it. */
  readonly address: string
  /** The client certificate, where one was shown that is trusted. */
  readonly certificate?: ClientCertificate
}

/** Why a known token is not let in: it is too old, or does not come from where it belongs. */
export type TokenFault = 'expired' | 'address' | 'certificate'

/** What a known token says of the one who presents it. */
export interface TokenHolder {
  readonly name: string
  /** Why the token is not let in; absent where it is. */
  readonly fault?: TokenFault
  /** The userName of the user for whom the token stands. */
  readonly user?: string
  /** What the token may. */
  readonly rights: readonly Right[]
}

/** Tells who presents a token. */
export interface Tokens {
  /** The holder of the token, or none when it is unknown. */
  identify(secret: string, caller: Caller): TokenHolder | undefined
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

/** A token as it is compared. */
interface KnownToken {
  readonly record: TokenRecord
  readonly hash: Buffer
  readonly addresses: AddressRanges | undefined
}

function toKnown(record: TokenRecord): KnownToken {
  return {
    record,
    hash: Buffer.from(record.sha256, 'hex'),
    addresses: record.addresses && new AddressRanges(record.addresses),
  }
}

/** The tokens of the settings. */
export class TokenTable implements Tokens {
  #known: readonly KnownToken[]
  readonly #now: () => Date

  constructor(records: readonly TokenRecord[], now: () => Date) {
    this.#known = records.map(toKnown)
    this.#now = now
  }

  /** Knows other tokens from now on, and no longer those before. */
  replace(records: readonly TokenRecord[]): void {
    this.#known = records.map(toKnown)
  }

  identify(secret: string, caller: Caller): TokenHolder | undefined {
    const hash = Buffer.from(hashToken(secret), 'hex')
    // Every token is compared, in constant time, so that the time tells neither which one nor how much fits.
    const matches = this.#known.filter((known) => timingSafeEqual(known.hash, hash))
    const holders = matches.map((known) => this.#toHolder(known, caller))
    return holders.find(({ fault }) => fault === undefined) ?? holders[0]
  }

  #toHolder(known: KnownToken, caller: Caller): TokenHolder {
    const { name, user, rights } = known.record
    const fault = this.#faultOf(known, caller)
    return {
      name,
      rights,
      ...(user === undefined ? {} : { user }),
      ...(fault === undefined ? {} : { fault }),
    }
  }

  #faultOf({ record, addresses }: KnownToken, caller: Caller): TokenFault | undefined {
    const { expires, certificate } = record
    if (expires !== undefined && expires <= this.#now()) return 'expired'
    if (addresses?.has(caller.address) === false) return 'address'
    const isProven = certificate === undefined || isDemanded(certificate, caller.certificate)
    return isProven ? undefined : 'certificate'
  }
}
