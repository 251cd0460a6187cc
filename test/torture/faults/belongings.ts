import type { Random } from '../random.ts'
import { type SharedGroup, type TrackedGroup, TrackedUser, type UserState } from './model.ts'

/** What one client has, and the names that it gives. */
export class Belongings {
  readonly users: TrackedUser[] = []
  readonly groups: TrackedGroup[] = []
  /** The groups that it shares with the others. */
  readonly shared: readonly SharedGroup[]
  /** The ids of users who are gone. */
  readonly goneIds: string[] = []
  readonly random: Random
  readonly #name: string
  readonly #freeNames: string[] = []
  /** Names that are free again, and not given to anybody yet. */
  readonly #restingNames: string[] = []
  #count = 0

  /** @param name a text that no other client's names begin with. */
  constructor(name: string, random: Random, shared: readonly SharedGroup[]) {
    this.#name = name
    this.random = random
    this.shared = shared
  }

  /** Users who may be written. */
  get staff(): readonly TrackedUser[] {
    return this.users.filter(({ isAtHand }) => isAtHand)
  }

  /** Groups of its own that may be written. */
  get teams(): readonly TrackedGroup[] {
    return this.groups.filter(({ isAtHand }) => isAtHand)
  }

  /** A text that stands nowhere else. */
  text(): string {
    return `${this.#name}t${(this.#count += 1)}`
  }

  /** The name of a group that no other has. */
  groupName(): string {
    return `${this.#name} group ${(this.#count += 1)}`
  }

  /** The name of somebody who is awaited. */
  awaitedName(): string {
    return `${this.#name}-awaited${this.#count}`
  }

  /** A name that nobody has, sometimes one that somebody had. */
  unusedName(): string {
    const former = this.random.happens(40) ? this.#freeNames.shift() : undefined
    // Somebody who was awaited by that name may have come since.
    const isFree = former !== undefined && this.named(former) === undefined
    return isFree ? former : `${this.#name}-${(this.#count += 1)}`
  }

  /** Names that are free again may be given to others. */
  releaseNames(): void {
    this.#freeNames.push(...this.#restingNames.splice(0))
  }

  /** A name for somebody new, sometimes one that is awaited. */
  newcomersName(): string {
    const awaited = this.users.flatMap(({ state, isOpen }) =>
      !isOpen && typeof state?.manager === 'string' ? [state.manager] : [],
    )
    const unused = awaited.filter(
      (name) => this.named(name) === undefined && !this.#restingNames.includes(name),
    )
    return this.random.happens(50) ? (unused[0] ?? this.unusedName()) : this.unusedName()
  }

  /** Who may have a name. */
  named(name: string): TrackedUser | undefined {
    return this.users.find(({ states }) => states.some((state) => state?.userName === name))
  }

  /** A manager for somebody, or nobody. */
  boss(self?: TrackedUser): TrackedUser | undefined {
    const able = this.staff.filter((user) => user !== self)
    return this.random.happens(40) ? this.random.one(able) : undefined
  }

  /** The manager whom somebody has; one who may be gone by now is not named again. */
  sameBoss({ manager }: UserState): UserState['manager'] {
    const boss = typeof manager === 'string' ? (this.named(manager) ?? manager) : manager
    return boss instanceof TrackedUser && !boss.isAtHand ? undefined : boss
  }

  /** Everybody who waits for a user of this name has him as manager.
   *  @param isCertain nobody has to where the bridge could not say that all is done. */
  arrive(user: TrackedUser, userName: string, isCertain: boolean): void {
    for (const each of this.users) {
      const { state } = each
      if (each.isOpen || state?.manager !== userName) continue
      const arrived = { ...state, manager: user }
      each.states = isCertain ? [arrived] : [state, arrived]
    }
  }

  /** A user has a name no longer. Who waits for it may have got whoever had it, for whom the bridge goes on.
   *  @param user nobody where he is gone. */
  lose(userName: string, user: TrackedUser | undefined): void {
    this.#restingNames.push(userName)
    for (const each of this.users) {
      each.states = each.states.flatMap((state) =>
        state?.manager === userName ? [state, { ...state, manager: user }] : [state],
      )
    }
  }

  /** A user is gone, and nobody names him any more. */
  forget(user: TrackedUser): void {
    if (user.id !== undefined) this.goneIds.push(user.id)
    this.users.splice(this.users.indexOf(user), 1)
    for (const each of this.users) {
      each.states = each.states.map((state) =>
        state?.manager === user ? { ...state, manager: undefined } : state,
      )
    }
    for (const { members } of this.shared) members.delete(user)
  }
}
