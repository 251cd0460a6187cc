import type { Logger } from '../logging/logger.ts'

/** So far the clocks of bridge and directory may lie apart before the brake goes by the latter: more than a write takes, and
 *  nothing beside the period. */
const toleratedMs = 60_000

/** The clock that the brake counts by: that of the directory, which all bridges share, as it shows when the record is changed. Of the
 *  bridge's own nothing depends but what lies between two changes. */
export class BrakeClock {
  readonly #own: () => number
  readonly #logger: Logger
  /** How far the own clock is ahead; nothing where that is tolerated. */
  #aheadMs = 0
  #isMissed = false

  /** @param own milliseconds since 1970. */
  constructor(own: () => number, logger: Logger) {
    this.#own = own
    this.#logger = logger
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#own() - this.#aheadMs
  }

  /** Compares a time that was taken from this clock with what the directory shows of the change that was made then.
   *  @param changed nothing where the directory does not show it.
   *  @returns whether the time is right; if not, the clock is now. */
  isRight(time: number, changed: number | undefined): boolean {
    if (changed === undefined) {
      this.#miss()
      return true
    }
    if (Math.abs(time - changed) <= toleratedMs) return true
    this.#set(changed)
    return false
  }

  #set(changed: number): void {
    // Others may have done so while the change was under way.
    if (Math.abs(this.now() - changed) <= toleratedMs) return
    const aheadMs = this.#own() - changed
    const isWrong = Math.abs(aheadMs) > toleratedMs
    this.#aheadMs = isWrong ? aheadMs : 0
    if (isWrong) this.#logger.warn('the clocks of bridge and directory differ', { aheadMs })
    else this.#logger.info('the clocks of bridge and directory agree again')
  }

  #miss(): void {
    if (this.#isMissed) return
    this.#isMissed = true
    this.#logger.warn('the brake goes by the clock of this bridge')
  }
}
