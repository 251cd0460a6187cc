import type { WriteReason } from '../directory/directory.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Logger } from '../logging/logger.ts'
import { Pauses } from './pauses.ts'

/** What has come of left-over work:
 *  - `true`: it has to be tried again
 *  - `watched`: it is done, and is done once more, because a write that nobody answered may still be made
 *  - `false`, or nothing: it is done */
export type LeftoverEnding = boolean | 'watched'

/** Something that belongs behind a write, and that can be done at any time and more than once. */
type Work = () => Promise<LeftoverEnding | void>

/** How long a server may still come to a write after it answers again, in milliseconds: one that was frozen answers reads while
 *  it works off what has piled up. */
const lateMs = 5000
const firstPauseMs = 100
const longestPauseMs = 1000
/** More is left by a directory that loses what it is told, and no list of ours would help. */
const mostLeft = 10_000

interface Leftover {
  readonly reason: WriteReason
  readonly work: Work
  readonly onOver: () => void
  /** It was done, and is only looked at again. */
  isWatched: boolean
}

/** What came of trying each of those that are left. */
interface Pass {
  readonly isAnyDone: boolean
  /** The directory was away, so that the others were not tried. */
  readonly isAway: boolean
}

/** What a directory that went away in the middle of a request has left undone: done once it is back, in its order. It is kept in
 *  memory alone; what a bridge that ends has left costs nobody a right, see
 *  docs/decisions/0024-references-by-the-bridge.md. */
export class Leftovers {
  readonly #logger: Logger
  #left: readonly Leftover[] = []
  #underWay: Promise<void> | undefined
  #passing: Promise<Pass> | undefined
  readonly #pauses = new Pauses()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Leaves work to be done. The client has been told that it is left, or never has to know of it.
   *  @param reason the request that it belongs to.
   *  @param onOver called once, when the work is left no longer, whether it was done or not: at once where it cannot be left. */
  leave(reason: WriteReason, work: Work, onOver: () => void = () => {}): void {
    const { requestId } = reason
    if (this.#pauses.areOver || this.#left.length >= mostLeft) {
      this.#logger.error('work left undone', { requestId })
      onOver()
      return
    }
    this.#logger.warn('work left over until the directory is back', { requestId })
    this.#left = [...this.#left, { reason, work, onOver, isWatched: false }]
    this.#underWay ??= this.#workOff()
  }

  /** Tries what is left before something that builds on it; at once where nothing is, or where it is done and only watched. It never
   *  fails: where the directory is away again, whatever builds on it meets that itself. */
  async tryNow(): Promise<void> {
    // One that is under way does not come to what was left since it began.
    const last = this.#isAnyDue ? await this.#passing : undefined
    if (last?.isAway !== true && this.#isAnyDue) await this.#passThrough()
  }

  get #isAnyDue(): boolean {
    return this.#left.some(({ isWatched }) => !isWatched)
  }

  /** Does no more of it. */
  async close(): Promise<void> {
    this.#pauses.end()
    await this.#underWay
    await this.#passing
    for (const { reason, isWatched, onOver } of this.#left) {
      const { requestId } = reason
      if (isWatched) this.#logger.warn('left-over work watched no longer', { requestId })
      else this.#logger.error('work left undone', { requestId })
      onOver()
    }
    this.#left = []
  }

  async #workOff(): Promise<void> {
    let pauseMs = firstPauseMs
    while (this.#left.length > 0) {
      await this.#pauses.take(pauseMs)
      if (this.#pauses.areOver) return
      const { isAnyDone } = await this.#passThrough()
      pauseMs = isAnyDone ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs)
    }
    this.#underWay = undefined
  }

  /** Tries each of those that are left now, until the directory is away again; whoever wants that while it is being done waits for
   *  its end. */
  async #passThrough(): Promise<Pass> {
    this.#passing ??= this.#tryAll().finally(() => (this.#passing = undefined))
    return await this.#passing
  }

  async #tryAll(): Promise<Pass> {
    let isAnyDone = false
    for (const each of this.#left) {
      if (this.#pauses.areOver) break
      const ending = await this.#attempt(each)
      if (ending === 'away') return { isAnyDone, isAway: true }
      if (ending === 'again') continue
      isAnyDone = true
      this.#left = this.#left.filter((other) => other !== each)
      each.onOver()
    }
    return { isAnyDone, isAway: false }
  }

  async #attempt(leftover: Leftover): Promise<'done' | 'again' | 'away'> {
    const { requestId } = leftover.reason
    try {
      const ending = await leftover.work()
      leftover.isWatched = ending === 'watched'
      if (ending === 'watched' || ending === true) return 'again'
      this.#logger.info('left-over work done', { requestId })
      return 'done'
    } catch (error) {
      if (isAway(error)) return 'away'
      this.#logger.error('work left undone', { requestId }, error)
      return 'done'
    }
  }
}

/** Work that is done again and again until a write that nobody answered can no longer be made.
 *  @param work says whether nothing is to be done any more, whatever becomes of that write, or that others were faster, so that it
 *    has to be tried again.
 *  @param withinMs how long such a write may still be made once the directory answers, in milliseconds.
 *  @returns work to leave; it fails when others are faster until then. */
export function untilLate(
  work: () => Promise<boolean | 'overtaken'>,
  withinMs = lateMs,
): () => Promise<boolean | 'watched'> {
  const looks = new Stretch(withinMs)
  const conflicts = new Stretch(withinMs)
  return async () => {
    const isDone = await work().catch((error: unknown) => {
      // It has gone away once more, and may come to the write that much later.
      looks.end()
      conflicts.end()
      throw error
    })
    const isLate = looks.isOver()
    if (isDone !== 'overtaken') {
      conflicts.end()
      return !isDone && !isLate && 'watched'
    }
    if (!conflicts.isOver()) return true
    throw new DirectoryError('assertionFailed', 'others were faster again and again')
  }
}

/** A stretch of time, in milliseconds, that begins when it is first asked for. */
class Stretch {
  readonly #lengthMs: number
  #startedAt: number | undefined

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs
  }

  isOver(): boolean {
    this.#startedAt ??= performance.now()
    return performance.now() - this.#startedAt >= this.#lengthMs
  }

  /** It begins anew. */
  end(): void {
    this.#startedAt = undefined
  }
}

/** Whether the directory failed in a way that passes, so that what it did not do is to be done later. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof DirectoryError)) return false
  return ['unavailable', 'outcomeUnknown', 'notRecorded'].includes(error.failure)
}
