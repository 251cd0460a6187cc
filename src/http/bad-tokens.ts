import { setTimeout as delay } from 'node:timers/promises'
import { NetworkCounts } from './network-counts.ts'

/** How many bad tokens are borne. */
export interface BadTokenLimits {
  /** How many from one network within a period. */
  readonly limit: number
  readonly periodMs: number
  /** The longest by which the answer to one is delayed. */
  readonly maxDelayMs: number
}

/** What a bad token brings its sender. */
export interface BadTokenVerdict {
  /** By how long its answer is delayed. */
  readonly delayMs: number
  /** Seconds after which its network is borne with again, when there were too many. */
  readonly retryAfterSeconds?: number
  /** Whether this one was the first too many of the period. */
  readonly isFirstTooMany: boolean
}

/** By how long the answer to the second bad token of a period is delayed; each further one by twice as much. */
const firstDelayMs = 100

/** More answers at a time than are delayed are sent at once. */
const mostDelayed = 100

/** Counts the bad tokens of each network, in a bounded memory, and slows their senders down. Good ones do not pass here: whoever
 *  shares an address with someone who guesses is served as ever. */
export class BadTokens {
  readonly limits: BadTokenLimits
  readonly #counts: NetworkCounts
  readonly #now: () => number
  #delayed = 0

  /** @param now milliseconds of a clock that never goes back. */
  constructor(limits: BadTokenLimits, now: () => number) {
    this.limits = limits
    this.#counts = new NetworkCounts(limits.periodMs, now)
    this.#now = now
  }

  /** Counts a bad token from an address. */
  count(address: string): BadTokenVerdict {
    const { limit, maxDelayMs } = this.limits
    const { count, endsAt } = this.#counts.count(address)
    if (count <= limit) {
      const delayMs = count === 1 ? 0 : Math.min(firstDelayMs * 2 ** (count - 2), maxDelayMs)
      return { delayMs, isFirstTooMany: false }
    }
    // Who may not go on is told so at once, and costs no more than that.
    const retryAfterSeconds = Math.ceil((endsAt - this.#now()) / 1000)
    return { delayMs: 0, retryAfterSeconds, isFirstTooMany: count === limit + 1 }
  }

  /** Delays an answer; not where a hundred are being delayed already, so that nobody can make the bridge hold more. */
  async delay({ delayMs }: BadTokenVerdict): Promise<void> {
    if (delayMs === 0 || this.#delayed >= mostDelayed) return
    this.#delayed += 1
    try {
      await delay(delayMs)
    } finally {
      this.#delayed -= 1
    }
  }
}
