import { isIPv4, isIPv6 } from 'node:net'

/** How many bad tokens are borne. */
export interface BadTokenLimits {
  /** How many from one network within a period. */
  readonly limit: number
  readonly periodMs: number
}

/** What a bad token brings its sender. */
export interface BadTokenVerdict {
  /** Seconds after which its network is borne with again, when there were too many. */
  readonly retryAfterSeconds?: number
  /** Whether this one was the first too many of the period. */
  readonly isFirstTooMany: boolean
}

/** More networks at a time than are remembered let the oldest be forgotten. */
const mostNetworks = 10_000

interface Period {
  readonly endsAt: number
  readonly count: number
}

/** Counts the bad tokens of each network, in a bounded memory. Good ones do not pass here: whoever shares an address with
 *  someone who guesses is served as ever. */
export class BadTokens {
  readonly limits: BadTokenLimits
  readonly #now: () => number
  readonly #periods = new Map<string, Period>()

  /** @param now milliseconds of a clock that never goes back. */
  constructor(limits: BadTokenLimits, now: () => number) {
    this.limits = limits
    this.#now = now
  }

  /** How many networks are remembered, 10,000 at most. */
  get size(): number {
    return this.#periods.size
  }

  /** Counts a bad token from an address. */
  count(address: string): BadTokenVerdict {
    const { limit, periodMs } = this.limits
    const now = this.#now()
    const network = networkOf(address)
    const known = this.#periods.get(network)
    const isOver = known === undefined || known.endsAt <= now
    const { endsAt, count } = isOver
      ? { endsAt: now + periodMs, count: 1 }
      : { endsAt: known.endsAt, count: known.count + 1 }
    if (isOver) this.#makeRoom(network)
    this.#periods.set(network, { endsAt, count })
    if (count <= limit) return { isFirstTooMany: false }
    const retryAfterSeconds = Math.ceil((endsAt - now) / 1000)
    return { retryAfterSeconds, isFirstTooMany: count === limit + 1 }
  }

  /** A network begins its period at the end of the line, whose head therefore is the oldest. */
  #makeRoom(network: string): void {
    this.#periods.delete(network)
    const [oldest] = this.#periods.keys()
    if (this.#periods.size >= mostNetworks && oldest !== undefined) this.#periods.delete(oldest)
  }
}

/** What one sender is sure to have for himself alone: an address of IPv4, of IPv6 its first 64 bits (RFC 4291 §2.5.4). What a
 *  proxy says that is no address counts as one sender. */
function networkOf(address: string): string {
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return ''
  // The URL class writes each address in one way.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const front = wordsOf(head)
  const back = wordsOf(tail ?? '')
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}

function wordsOf(part: string): readonly string[] {
  return part === '' ? [] : part.split(':')
}
