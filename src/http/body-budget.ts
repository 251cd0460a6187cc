import { type ScimError, scimErrors } from '../scim/error.ts'

/** How much of request bodies is taken at a time, of all clients together. */
export interface BodyBudgetLimits {
  readonly maxTotalBytes: number
  /** How long a body waits for room, and after how long one that is still being sent makes room for others. */
  readonly waitMs: number
}

/** The room that one body has been given. */
export interface BodyRoom {
  /** Whether the body is none of the small ones, for which a part of the room is kept. */
  readonly isLarge: boolean
  /** Makes it as large as what has come of a body that did not say its length.
   *  @throws {ScimError} 503 when there is no more. */
  growTo(bytes: number): void
  /** Says that the body is here: it keeps its room until it is released. */
  complete(): void
  /** Gives the room back; again, it does nothing. */
  release(): void
}

/** Ends the reading of a body whose room is taken back. */
type GiveWay = (error: ScimError) => void

/** What one body has of the room. */
interface Share {
  bytes: number
  /** Since when it is being sent, in milliseconds of a clock that never goes back. */
  readonly since: number
  readonly giveWay: GiveWay
}

/** A body that is larger is a large one: a group with a thousand members is none yet. */
const mostOfSmall = 65_536

/** The largest body that a room is enough for: a sixteenth is kept for small ones. */
export function largestBodyIn(maxTotalBytes: number): number {
  return maxTotalBytes - Math.floor(maxTotalBytes / 16)
}

/** Room that is wanted for a body. */
interface Want {
  readonly share: Share
  /** How many bytes more than it has. */
  readonly bytes: number
  /** How many it would have then. */
  readonly size: number
}

/** Shares the memory for request bodies among all that are under way. Who does not fit waits, and is let in as soon as there is
 *  room, in the order of arrival; a smaller one may pass a larger one, and a part is kept for small ones, so that ordinary
 *  requests are served beside large ones. Who is slow to send cannot hold his room against those who wait. */
export class BodyBudget {
  readonly #waitMs: number
  readonly #now: () => number
  /** In the order in which they were begun. */
  readonly #beingSent = new Set<Share>()
  /** Each tries to get in. In the order of arrival. */
  readonly #waiting = new Set<() => void>()
  readonly #bytesForSmall: number
  #freeBytes: number

  /** @param now milliseconds of a clock that never goes back. */
  constructor({ maxTotalBytes, waitMs }: BodyBudgetLimits, now: () => number) {
    this.#freeBytes = maxTotalBytes
    this.#bytesForSmall = maxTotalBytes - largestBodyIn(maxTotalBytes)
    this.#waitMs = waitMs
    this.#now = now
  }

  /** Room for a body, now or after a while.
   *  @param bytes as many as it will have, or its beginning where that is not known.
   *  @param giveWay called when its room is taken back, while it is still being sent, for others.
   *  @throws {ScimError} 503 when there is none in time. */
  async reserve(bytes: number, giveWay: GiveWay): Promise<BodyRoom> {
    const share = { bytes, since: this.#now(), giveWay }
    this.#makeRoom({ share, bytes, size: bytes }, this.#longAgo)
    return this.#give(share) ?? (await this.#wait(share))
  }

  #refusal(): ScimError {
    const detail =
      'The bridge has no room for the request body at the moment, and has done nothing. Send the request again.'
    return scimErrors.unavailable(detail, { retryAfterSeconds: Math.ceil(this.#waitMs / 1000) })
  }

  async #wait(wanted: Share): Promise<BodyRoom> {
    return await new Promise((resolve, reject) => {
      const attempt = (): void => {
        // Who has waited begins to send now.
        const room = this.#give({ ...wanted, since: this.#now() })
        if (room === undefined) return
        clearTimeout(timer)
        this.#waiting.delete(attempt)
        resolve(room)
      }
      const timer = setTimeout(() => {
        const { bytes } = wanted
        this.#makeRoom({ share: wanted, bytes, size: bytes }, wanted.since)
        attempt()
        if (this.#waiting.delete(attempt)) reject(this.#refusal())
      }, this.#waitMs)
      this.#waiting.add(attempt)
    })
  }

  #give(share: Share): BodyRoom | undefined {
    const { bytes } = share
    if (this.#missing({ bytes, size: bytes }) > 0) return undefined
    this.#freeBytes -= bytes
    this.#beingSent.add(share)
    return {
      get isLarge() {
        return share.bytes > mostOfSmall
      },
      growTo: (size) => this.#grow(share, size - share.bytes),
      complete: () => void this.#beingSent.delete(share),
      release: () => this.#release(share),
    }
  }

  #grow(share: Share, bytes: number): void {
    if (bytes <= 0) return
    const want = { share, bytes, size: share.bytes + bytes }
    this.#makeRoom(want, this.#longAgo)
    if (this.#missing(want) > 0) throw this.#refusal()
    share.bytes += bytes
    this.#freeBytes -= bytes
  }

  /** How many bytes there are too few. */
  #missing({ bytes, size }: Pick<Want, 'bytes' | 'size'>): number {
    return bytes - (this.#freeBytes - (size > mostOfSmall ? this.#bytesForSmall : 0))
  }

  get #longAgo(): number {
    return this.#now() - this.#waitMs
  }

  /** Takes room back from others who have been sending since a time, or longer, these first; from none where that would not
   *  suffice. */
  #makeRoom(want: Want, since: number): void {
    let missing = this.#missing(want)
    if (missing <= 0) return
    const slow = [...this.#beingSent].filter((each) => each !== want.share && each.since <= since)
    if (slow.reduce((sum, each) => sum + each.bytes, 0) < missing) return
    for (const each of slow) {
      if (missing <= 0) return
      missing -= each.bytes
      this.#free(each)
      each.giveWay(this.#refusal())
    }
  }

  #release(share: Share): void {
    this.#free(share)
    for (const attempt of this.#waiting) attempt()
  }

  #free(share: Share): void {
    this.#beingSent.delete(share)
    this.#freeBytes += share.bytes
    share.bytes = 0
  }
}
