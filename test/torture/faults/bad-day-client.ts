import type { JsonObject } from '../../../src/scim/json.ts'
import type { Exchange, ScimClient } from '../../walkthrough/scim-client.ts'
import type { Random } from '../random.ts'
import {
  bodyOf,
  enterprise,
  groupBodyOf,
  type GroupState,
  type MemberChange,
  patchOf,
  type SharedGroup,
  type Tracked,
  TrackedGroup,
  TrackedUser,
  type UserState,
} from './model.ts'
import { bulkBodyOf, partOf } from './bulk.ts'
import type { Observer } from './observer.ts'

/** How every password begins: twelve bytes, which Base64 shows apart from what follows. */
export const passwordStart = 'Secret-word-'

/** A write, and what it makes of the model. */
interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: JsonObject
  /** What it is about. */
  readonly about: readonly Tracked<unknown>[]
  /** Whom it names: they have to stay until it is settled. */
  readonly names?: Iterable<TrackedUser>
  /** It must be refused with this status; default: it must not be refused. */
  readonly refusal?: number
  /** Statuses beside 2xx with which its repetition shows that it was made. */
  readonly doneBy?: number
  made(answer: Exchange): void
  /** Nobody knows whether it was made. */
  left?(): void
  /** What it changes others may be told by: nothing stands behind it in a bulk request. */
  readonly isLast?: boolean
}

const mostUsers = 10
const mostGroups = 2
const mostInBulk = 4
const pauseMs = 25

/** A provisioning client that writes down what each answer promised. It has users and groups of its own, and puts its users
 *  into groups that it shares with the others. What an answer leaves open it leaves alone until the directory is back. */
export class BadDayClient {
  readonly users: TrackedUser[] = []
  readonly groups: TrackedGroup[] = []
  readonly #scim: ScimClient
  readonly #name: string
  readonly #random: Random
  readonly #shared: readonly SharedGroup[]
  readonly #observer: Observer
  readonly #freeNames: string[] = []
  #open: Write[] = []
  #count = 0

  constructor(
    name: string,
    {
      scim,
      random,
      shared,
      observer,
    }: {
      readonly scim: ScimClient
      readonly random: Random
      readonly shared: readonly SharedGroup[]
      readonly observer: Observer
    },
  ) {
    this.#name = name
    this.#scim = scim
    this.#random = random
    this.#shared = shared
    this.#observer = observer
  }

  /** How many requests are open. */
  get openCount(): number {
    return this.#open.length
  }

  /** Writes until it is stopped. */
  async work(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const isAnswered = await this.#act()
      if (!isAnswered && !this.#random.happens(30)) await this.#awaitService(stop)
    }
  }

  /** Repeats every request whose outcome is open, which has to be made then. */
  async repeat(): Promise<void> {
    const open = this.#open
    this.#open = []
    for (const write of open) {
      for (const each of lockedBy(write)) each.isOpen = false
      const answer = await this.#send(write)
      if (answer === undefined) continue
      const isMade = answer.status < 300 || answer.status === write.doneBy
      if (isMade) write.made(answer)
      else {
        this.#observer.problem(
          `a repeated request was answered ${answer.status}: ${described(write)} ${answer.text}`,
        )
      }
    }
  }

  async #awaitService(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const answer = await this.#observer.watch('GET', async () => this.#scim.get('/Users?count=0'))
      if (answer?.status === 200) return
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs)
      })
    }
  }

  /** One write.
   *  @returns whether its outcome is known. */
  async #act(): Promise<boolean> {
    if (this.#random.happens(15)) return await this.#actInBulk()
    const write = this.#chosen()
    return this.#settle(write, await this.#send(write))
  }

  /** Several writes in one request.
   *  @returns whether the outcome of all is known. */
  async #actInBulk(): Promise<boolean> {
    const writes = this.#several()
    const whole = await this.#observer.watch('Bulk', async () =>
      this.#scim.post('/Bulk', bulkBodyOf(writes)),
    )
    const areKnown = writes.map((write, index) => {
      const answer = partOf(whole, write, index)
      this.#observer.count(`Bulk ${write.method}`, answer)
      note(write, answer)
      return this.#settle(write, answer)
    })
    return areKnown.every(Boolean)
  }

  /** Writes that are about different users and groups. */
  #several(): readonly Write[] {
    const writes: Write[] = []
    while (writes.length < mostInBulk && writes.at(-1)?.isLast !== true) {
      const write = this.#chosen()
      writes.push(write)
      for (const each of lockedBy(write)) each.isOpen = true
    }
    for (const each of writes.flatMap(lockedBy)) each.isOpen = false
    return writes
  }

  /** @returns whether the outcome of a write is known. */
  #settle(write: Write, answer: Exchange | undefined): boolean {
    if (answer === undefined || answer.status >= 500) {
      this.#leave(write)
      return false
    }
    const isMade = answer.status < 300
    if (isMade ? write.refusal !== undefined : answer.status !== write.refusal) {
      const others = this.users.flatMap(({ story }) => story.slice(-3))
      const told = [`${described(write)} was answered ${answer.status}: ${answer.text}`, ...others]
      this.#observer.problem(told.join('\n      '))
    }
    if (isMade) write.made(answer)
    return true
  }

  #leave(write: Write): void {
    if (write.refusal !== undefined) return
    write.left?.()
    for (const each of lockedBy(write)) each.isOpen = true
    this.#open.push(write)
  }

  async #send(write: Write): Promise<Exchange | undefined> {
    const { method, path, body } = write
    const answer = await this.#observer.watch(method, async () =>
      this.#scim.send(method, path, body === undefined ? {} : { body }),
    )
    note(write, answer)
    return answer
  }

  #chosen(): Write {
    const random = this.#random
    const users = this.users.filter(({ isAtHand }) => isAtHand)
    const isFew = users.length < 3
    const dice = random.below(100)
    if (isFew || (dice < 14 && this.users.length < mostUsers)) return this.#creating()
    const user = random.one(users) as TrackedUser
    if (dice < 36) return this.#replacing(user, random.happens(40))
    if (dice < 54) return this.#patching(user, random.happens(40))
    if (dice < 62) return this.#deleting(user)
    if (dice < 80) return this.#joining(users)
    return dice < 85 ? this.#refused(user) : this.#ordering(users)
  }

  /** A write of a group of its own. */
  #ordering(users: readonly TrackedUser[]): Write {
    const group = this.#random.one(this.groups.filter(({ isAtHand }) => isAtHand))
    if (group === undefined) {
      return this.groups.length < mostGroups ? this.#founding(users) : this.#joining(users)
    }
    return this.#random.happens(85) ? this.#replacingGroup(group, users) : this.#dissolving(group)
  }

  #creating(): Write {
    const awaited = this.users.flatMap(({ state, isOpen }) =>
      !isOpen && typeof state?.manager === 'string' ? [state.manager] : [],
    )
    const unused = awaited.filter((name) => this.#named(name) === undefined)
    const userName = this.#random.happens(50)
      ? (unused[0] ?? this.#unusedName())
      : this.#unusedName()
    const state: UserState = {
      userName,
      familyName: this.#text(),
      title: this.#random.happens(50) ? this.#text() : undefined,
      isActive: this.#random.happens(85),
      password: this.#random.happens(40) ? `${passwordStart}${this.#text()}` : undefined,
      manager: this.#random.happens(20) ? `${this.#name}-awaited${this.#count}` : this.#boss(),
    }
    const user = new TrackedUser(undefined)
    this.users.push(user)
    return {
      method: 'POST',
      path: '/Users',
      body: bodyOf(state),
      about: [user],
      names: bossIn(state),
      isLast: true,
      doneBy: 409,
      made: ({ answer, status }) => {
        if (status < 300) user.id = answer?.['id'] as string
        user.states = [state]
        this.#arrive(user, userName, status < 300)
      },
      left: () => (user.states = [undefined, state]),
    }
  }

  #replacing(user: TrackedUser, isRenamed: boolean): Write {
    const before = user.state as UserState
    const userName = isRenamed ? this.#unusedName() : before.userName
    const state: UserState = {
      userName,
      familyName: this.#text(),
      title: this.#random.happens(70) ? this.#text() : undefined,
      isActive: this.#random.happens(80),
      password: undefined,
      manager: this.#random.happens(50) ? this.#boss(user) : this.#sameBoss(before),
    }
    return this.#changing(user, {
      method: 'PUT',
      body: bodyOf(state),
      state: { ...state, password: before.password },
    })
  }

  #patching(user: TrackedUser, isRenamed: boolean): Write {
    const before = user.state as UserState
    const isLocking = this.#random.happens(30)
    const changes: Partial<UserState> = {
      ...(this.#random.happens(70) ? { familyName: this.#text() } : { title: this.#text() }),
      ...(isRenamed ? { userName: this.#unusedName() } : {}),
      ...(isLocking ? { isActive: !before.isActive } : {}),
      ...(this.#random.happens(25) ? { password: `${passwordStart}${this.#text()}` } : {}),
    }
    const { isActive, familyName, ...others } = changes
    const value = {
      ...others,
      ...(isActive === undefined ? {} : { active: isActive }),
      ...(familyName === undefined
        ? {}
        : { name: { familyName, formatted: `Given ${familyName}` } }),
    } as JsonObject
    return this.#changing(user, {
      method: 'PATCH',
      body: patchOf({ op: 'replace', value }),
      state: { ...before, ...changes },
    })
  }

  #changing(
    user: TrackedUser,
    {
      method,
      body,
      state,
    }: {
      readonly method: 'PUT' | 'PATCH'
      readonly body: JsonObject
      readonly state: UserState
    },
  ): Write {
    const before = user.state as UserState
    return {
      method,
      path: `/Users/${user.id}`,
      body,
      about: [user],
      names: bossIn(state),
      isLast: state.userName !== before.userName,
      made: () => {
        user.states = method === 'PATCH' ? withBossesOf(user, state) : [state]
        if (state.userName !== before.userName) {
          this.#lose(before.userName, user)
          this.#freeNames.push(before.userName)
          this.#arrive(user, state.userName, true)
        }
      },
      left: () => (user.states = [before, state]),
    }
  }

  #deleting(user: TrackedUser): Write {
    const before = user.state as UserState
    return {
      method: 'DELETE',
      path: `/Users/${user.id}`,
      about: [user],
      isLast: true,
      doneBy: 404,
      made: () => {
        user.states = [undefined]
        this.#freeNames.push(before.userName)
        this.#lose(before.userName, undefined)
        this.#forget(user)
      },
      left: () => (user.states = [before, undefined]),
    }
  }

  #joining(users: readonly TrackedUser[]): Write {
    const random = this.#random
    const group = random.one(this.#shared) as SharedGroup
    const isComing = random.happens(60)
    const able = users.filter((user) => group.members.has(user) !== isComing)
    const chosen = random.some(able.length > 0 ? able : users, 3)
    const change: MemberChange = { users: chosen, isComing }
    const value = chosen.map(({ id = '' }) => ({ value: id }))
    return {
      method: 'PATCH',
      path: `/Groups/${group.id}`,
      body: patchOf({ op: isComing ? 'add' : 'remove', path: 'members', value }),
      about: chosen,
      made: () => {
        group.open.delete(change)
        for (const user of chosen) {
          if (isComing) group.members.add(user)
          else group.members.delete(user)
        }
      },
      left: () => void group.open.add(change),
    }
  }

  #founding(users: readonly TrackedUser[]): Write {
    const displayName = `${this.#name} group ${(this.#count += 1)}`
    const state: GroupState = {
      displayName,
      members: new Set(this.#random.some(users, 4)),
    }
    const group = new TrackedGroup(undefined)
    this.groups.push(group)
    return {
      method: 'POST',
      path: '/Groups',
      body: groupBodyOf(state),
      about: [group],
      names: state.members,
      doneBy: 409,
      made: ({ answer, status }) => {
        if (status < 300) group.id = answer?.['id'] as string
        group.states = [state]
      },
      left: () => (group.states = [undefined, state]),
    }
  }

  #replacingGroup(group: TrackedGroup, users: readonly TrackedUser[]): Write {
    const before = group.state as GroupState
    const members = new Set(this.#random.happens(15) ? [] : this.#random.some(users, 5))
    const isRenamed = this.#random.happens(40)
    const displayName = isRenamed ? `${this.#name} group ${(this.#count += 1)}` : before.displayName
    const state: GroupState = { displayName, members }
    return {
      method: 'PUT',
      path: `/Groups/${group.id}`,
      body: groupBodyOf(state),
      about: [group],
      names: state.members,
      made: () => (group.states = [state]),
      left: () => (group.states = [before, state]),
    }
  }

  #dissolving(group: TrackedGroup): Write {
    const before = group.state as GroupState
    return {
      method: 'DELETE',
      path: `/Groups/${group.id}`,
      about: [group],
      doneBy: 404,
      made: () => {
        group.states = [undefined]
        this.groups.splice(this.groups.indexOf(group), 1)
      },
      left: () => (group.states = [before, undefined]),
    }
  }

  /** A write that is wrong in itself. */
  #refused(user: TrackedUser): Write {
    const { userName = '' } = user.state ?? {}
    const state: UserState = {
      userName,
      familyName: 'Refused',
      title: 'Refused',
      isActive: true,
      password: undefined,
      manager: undefined,
    }
    const common = { about: [], made: () => {} }
    if (this.#random.happens(50)) {
      return { ...common, method: 'POST', path: '/Users', body: bodyOf(state), refusal: 409 }
    }
    const group = this.#random.one(this.#shared) as SharedGroup
    const value = [{ value: user.id ?? '' }, { value: '00000000-0000-4000-8000-000000000000' }]
    const body = patchOf({ op: 'add', path: 'members', value })
    return { ...common, method: 'PATCH', path: `/Groups/${group.id}`, body, refusal: 400 }
  }

  /** Everybody who waits for a user of this name has him as manager; nobody has to where the bridge could not say that the
   *  user is there. */
  #arrive(user: TrackedUser, userName: string, isCertain: boolean): void {
    for (const each of this.users) {
      const { state } = each
      if (each.isOpen || state?.manager !== userName) continue
      const arrived = { ...state, manager: user }
      each.states = isCertain ? [arrived] : [state, arrived]
    }
  }

  /** Who waits for a name may have got whoever had it, for whom the bridge goes on. */
  #lose(userName: string, user: TrackedUser | undefined): void {
    for (const each of this.users) {
      each.states = each.states.flatMap((state) =>
        state?.manager === userName ? [state, { ...state, manager: user }] : [state],
      )
    }
  }

  #forget(user: TrackedUser): void {
    this.users.splice(this.users.indexOf(user), 1)
    for (const each of this.users) {
      each.states = each.states.map((state) =>
        state?.manager === user ? { ...state, manager: undefined } : state,
      )
    }
    for (const { members } of this.#shared) members.delete(user)
  }

  #named(name: string): TrackedUser | undefined {
    return this.users.find(({ states }) => states.some((state) => state?.userName === name))
  }

  #boss(self?: TrackedUser): TrackedUser | undefined {
    const able = this.users.filter((user) => user.isAtHand && user !== self)
    return this.#random.happens(40) ? this.#random.one(able) : undefined
  }

  /** A manager who may be gone by now is not named again. */
  #sameBoss({ manager }: UserState): UserState['manager'] {
    const boss = typeof manager === 'string' ? (this.#named(manager) ?? manager) : manager
    return boss instanceof TrackedUser && !boss.isAtHand ? undefined : boss
  }

  /** A name that nobody has, sometimes one that somebody had. */
  #unusedName(): string {
    const former = this.#random.happens(40) ? this.#freeNames.shift() : undefined
    // Somebody who was awaited by that name may have come since.
    const isFree = former !== undefined && this.#named(former) === undefined
    return isFree ? former : `${this.#name}-${(this.#count += 1)}`
  }

  #text(): string {
    return `${this.#name}t${(this.#count += 1)}`
  }
}

/** For the report. */
function note(write: Write, answer: Exchange | undefined): void {
  const told = (answer?.status ?? 500) < 300 ? '' : (answer?.answer?.['detail'] as string)
  const line = `${described(write)} -> ${answer?.status} ${told}`
  for (const { story } of write.about) story.push(line)
}

function bossIn({ manager }: UserState): TrackedUser[] {
  return manager instanceof TrackedUser ? [manager] : []
}

function lockedBy({ about, names = [] }: Write): readonly Tracked<unknown>[] {
  return [...about, ...names]
}

function described({ method, path, body }: Write): string {
  return `${method} ${path} ${JSON.stringify(body ?? {})
    .replace(/"schemas":[^\]]*\],/u, '')
    .replaceAll(enterprise, 'enterprise')}`
}

/** How a user is once a change was made that says nothing of his manager: whoever he waited for may have come, and gone again,
 *  while it was open whether the change was made. */
function withBossesOf({ states }: TrackedUser, after: UserState): readonly UserState[] {
  const bosses = new Set(states.map((state) => state?.manager))
  return Array.from(bosses, (manager) => ({ ...after, manager }))
}
