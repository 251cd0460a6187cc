import { setTimeout as delay } from 'node:timers/promises'
import type { Exchange, ScimClient } from '../../walkthrough/scim-client.ts'
import type { Random } from '../random.ts'
import { Belongings } from './belongings.ts'
import { bulkBodyOf, partOf } from './bulk.ts'
import { GroupWrites } from './group-writes.ts'
import type { SharedGroup, Tracked, TrackedGroup, TrackedUser } from './model.ts'
import { type Observer, tellsOfMade } from './observer.ts'
import type { RefusedWrites } from './refused-writes.ts'
import { UserWrites } from './user-writes.ts'
import { described, lockedBy, note, type Write } from './write.ts'

/** What a client works with. */
export interface BadDayClientParts {
  readonly scim: ScimClient
  readonly random: Random
  readonly shared: readonly SharedGroup[]
  readonly observer: Observer
  readonly refused: RefusedWrites
  /** Who gives up a name may be followed late, by name: nobody else gets it before all is still. */
  readonly isFollowedLate: boolean
}

const mostUsers = 10
const mostInBulk = 4
const pauseMs = 25

/** A provisioning client that writes down what each answer promised. It has users and groups of its own, and puts its users
 *  into groups that it shares with the others. What an answer leaves open it leaves alone until the directory is back. */
export class BadDayClient {
  readonly #parts: BadDayClientParts
  readonly #own: Belongings
  readonly #userWrites: UserWrites
  readonly #groupWrites: GroupWrites
  #open: Write[] = []
  /** Answered with 503, and said to be made. */
  #told: Write[] = []

  constructor(name: string, parts: BadDayClientParts) {
    this.#parts = parts
    this.#own = new Belongings(name, parts.random, parts.shared)
    this.#userWrites = new UserWrites(this.#own)
    this.#groupWrites = new GroupWrites(this.#own)
  }

  get users(): readonly TrackedUser[] {
    return this.#own.users
  }

  get groups(): readonly TrackedGroup[] {
    return this.#own.groups
  }

  /** How many requests are open. */
  get openCount(): number {
    return this.#open.length
  }

  /** How many requests were answered 503 with the word that they were made, since the last `repeat`. */
  get toldCount(): number {
    return this.#told.length
  }

  /** Writes until it is stopped. */
  async work(stop: AbortSignal): Promise<void> {
    this.#own.releaseNames()
    while (!stop.aborted) {
      if (!this.#parts.isFollowedLate) this.#own.releaseNames()
      const isAnswered = await this.#act()
      if (!isAnswered && !this.#own.random.happens(30)) await this.#awaitService(stop)
    }
  }

  /** Repeats every request whose outcome is open, which has to be made then; not what was said to be made. */
  async repeat(): Promise<void> {
    for (const each of this.#told.flatMap(lockedBy)) each.isOpen = false
    this.#told = []
    const open = this.#open
    this.#open = []
    for (const write of open) {
      for (const each of lockedBy(write)) each.isOpen = false
      const answer = await this.#send(write)
      if (answer === undefined) continue
      const isMade = answer.status < 300 || answer.status === write.doneBy
      if (isMade) write.made(answer)
      else {
        this.#parts.observer.problem(
          `a repeated request was answered ${answer.status}: ${described(write)} ${answer.text}`,
        )
      }
    }
  }

  async #awaitService(stop: AbortSignal): Promise<void> {
    const { observer, scim } = this.#parts
    while (!stop.aborted) {
      const answer = await observer.watch('GET', async () => scim.get('/Users?count=0'))
      if (answer?.status === 200) return
      await delay(pauseMs)
    }
  }

  /** One write.
   *  @returns whether its outcome is known. */
  async #act(): Promise<boolean> {
    if (this.#own.random.happens(15)) return await this.#actInBulk()
    const write = this.#chosen()
    return this.#settle(write, await this.#send(write))
  }

  /** Several writes in one request.
   *  @returns whether the outcome of all is known. */
  async #actInBulk(): Promise<boolean> {
    const { observer, scim } = this.#parts
    const writes = this.#several()
    const whole = await observer.watch('Bulk', async () => scim.post('/Bulk', bulkBodyOf(writes)))
    const areKnown = writes.map((write, index) => {
      const answer = partOf(whole, write, index)
      observer.count(`Bulk ${write.method}`, answer)
      note(write, answer)
      return this.#settle(write, answer)
    })
    return areKnown.every(Boolean)
  }

  /** Writes that are about different users and groups. */
  #several(): readonly Write[] {
    const writes: Write[] = []
    const locked: Tracked<unknown>[] = []
    while (writes.length < mostInBulk && writes.at(-1)?.isLast !== true) {
      const write = this.#chosen()
      writes.push(write)
      // Others are open already: the boss of somebody who is patched.
      locked.push(...lockedBy(write).filter(({ isOpen }) => !isOpen))
      for (const each of locked) each.isOpen = true
    }
    for (const each of locked) each.isOpen = false
    return writes
  }

  /** @returns whether the outcome of a write is known, and the directory there. */
  #settle(write: Write, answer: Exchange | undefined): boolean {
    if (answer === undefined || answer.status >= 500) {
      this.#leave(write, answer)
      return false
    }
    const isMade = answer.status < 300
    if (isMade ? write.refusal !== undefined : answer.status !== write.refusal) {
      this.#disagree(write, answer)
    }
    if (isMade) write.made(answer)
    return true
  }

  #leave(write: Write, answer: Exchange | undefined): void {
    const isTold = answer !== undefined && tellsOfMade(answer.text)
    if (write.refusal !== undefined) {
      if (isTold) this.#disagree(write, answer)
      return
    }
    if (isTold) write.made(answer)
    else write.left?.()
    for (const each of lockedBy(write)) each.isOpen = true
    const list = isTold ? this.#told : this.#open
    list.push(write)
  }

  #disagree(write: Write, { status, text }: Exchange): void {
    const others = this.users.flatMap(({ story }) => story.slice(-3))
    const told = [`${described(write)} was answered ${status}: ${text}`, ...others]
    this.#parts.observer.problem(told.join('\n      '))
  }

  async #send(write: Write): Promise<Exchange | undefined> {
    const { observer, scim } = this.#parts
    const { method, path, body, version } = write
    const options = {
      ...(body === undefined ? {} : { body }),
      ...(version === undefined ? {} : { headers: { 'if-match': version } }),
    }
    const answer = await observer.watch(method, async () => scim.send(method, path, options))
    note(write, answer)
    return answer
  }

  #chosen(): Write {
    const { random, staff, users } = this.#own
    const dice = random.below(100)
    const user = random.one(staff)
    const isRoom = dice < 14 && users.length < mostUsers
    if (user === undefined || staff.length < 3 || isRoom) return this.#userWrites.creating()
    if (dice < 36) return this.#userWrites.replacing(user)
    if (dice < 54) return this.#userWrites.patching(user)
    if (dice < 62) return this.#userWrites.deleting(user)
    if (dice < 78) return this.#groupWrites.joining(staff)
    if (dice < 86) return this.#parts.refused.next(user, this.#own)
    return this.#groupWrites.ordering(staff)
  }
}
