import { isIPv4, isIPv6 } from 'node:net'

/** How far a network has come in its period. */
export interface NetworkCount {
  /** How many times it was counted, this time included. */
  readonly count: number
  /** When its period ends, by the clock that the counts go by. */
  readonly endsAt: number
}

/** More networks at a time than are remembered let the oldest be forgotten. */
const mostNetworks = 10_000

/** Counts by the networks of addresses, each for a period that begins with its first, in a bounded memory. */
export class NetworkCounts {
  readonly #periodMs: number
  readonly #now: () => number
  readonly #networks = new Map<string, NetworkCount>()

  /** @param now milliseconds of a clock that never goes back. */
  constructor(periodMs: number, now: () => number) {
    this.#periodMs = periodMs
    this.#now = now
  }

  /** How many networks are remembered, 10,000 at most. */
  get size(): number {
    return this.#networks.size
  }

  /** Counts the network of an address. */
  count(address: string): NetworkCount {
    const now = this.#now()
    const network = networkOf(address)
    const known = this.#networks.get(network)
    const isOver = known === undefined || known.endsAt <= now
    const counted = isOver
      ? { endsAt: now + this.#periodMs, count: 1 }
      : { endsAt: known.endsAt, count: known.count + 1 }
    if (isOver) this.#makeRoom(network)
    this.#networks.set(network, counted)
    return counted
  }

  /** A network begins its period at the end of the line, whose head therefore is the oldest. */
  #makeRoom(network: string): void {
    this.#networks.delete(network)
    const [oldest] = this.#networks.keys()
    if (this.#networks.size >= mostNetworks && oldest !== undefined) this.#networks.delete(oldest)
  }
}

/** What one sender is sure to have for himself alone: an address of IPv4, of IPv6 its first 64 bits (RFC 4291 §2.5.4). What a
 *  proxy says that is no address counts as one sender. */
export function networkOf(address: string): string {
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
