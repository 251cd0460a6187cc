import type { Exchange } from '../../walkthrough/scim-client.ts'
import {
  formattedName,
  type GroupState,
  type Tracked,
  type TrackedGroup,
  TrackedUser,
  type UserState,
} from '../faults/model.ts'

/** What a write makes of a user or a group. */
export interface Change {
  readonly tracked: Tracked<unknown>
  /** Has it be as the answer has promised. */
  readonly make: () => void
  /** Has it be as before, or that, or in between. */
  readonly leave: () => void
}

/** A change of a user or a group.
 *  @param after none: it is not there any more.
 *  @param inPart how it may be when it is cut off. */
export function changeOf<State>(
  tracked: Tracked<State>,
  after: State | undefined,
  ...inPart: readonly State[]
): Change {
  const before = tracked.states
  return {
    tracked,
    make: () => (tracked.states = [after]),
    leave: () => (tracked.states = [...before, after, ...inPart]),
  }
}

/** Users and groups that refer to each other and to nobody else, all written by one client. */
export class Department {
  /** All that there ever were. */
  readonly users: TrackedUser[] = []
  readonly groups: TrackedGroup[] = []
  /** When all was last known to be as it should. */
  checkedAt = performance.now()
  /** Something was left open, or is missing: nothing is written here any more. */
  isClosed = false
  /** When something was last sent that was to change it. */
  readonly #writtenAt = new Map<unknown, number>()
  /** The versions that were read last. */
  readonly #versions = new Map<Tracked<unknown>, string>()

  /** Users who are there. */
  get staff(): readonly TrackedUser[] {
    return this.users.filter(({ isAtHand }) => isAtHand)
  }

  /** Groups that are there. */
  get teams(): readonly TrackedGroup[] {
    return this.groups.filter(({ isAtHand }) => isAtHand)
  }

  /** The groups that a user is in. */
  teamsOf(user: TrackedUser): readonly TrackedGroup[] {
    return this.teams.filter(({ state }) => state?.members.has(user) === true)
  }

  /** Closes it where something of it is known not to be as was answered.
   *  @param differing that, among others. */
  setAside(differing: ReadonlySet<unknown>): void {
    if ([...this.users, ...this.groups].some((each) => differing.has(each))) this.isClosed = true
  }

  /** Takes notice of a write that is sent now.
   *  @param changes what it is to change. */
  noteWrite(changes: readonly Change[]): void {
    for (const { tracked } of changes) this.#writtenAt.set(tracked, performance.now())
  }

  /** Whether something was to be changed since a time. */
  isWrittenSince(tracked: unknown, time: number): boolean {
    return (this.#writtenAt.get(tracked) ?? -Infinity) > time
  }

  versionOf(tracked: Tracked<unknown>): string {
    return this.#versions.get(tracked) ?? '"never-read"'
  }

  /** Takes notice of what a read has shown.
   *  @returns how that differs from what was promised; nothing, as a rule. */
  see(tracked: Tracked<unknown>, answer: Exchange): string | undefined {
    this.#versions.set(tracked, answer.headers.get('etag') ?? '')
    const shown = answer.status === 404 ? 'nothing' : shownIn(tracked, answer)
    const promised = tracked.states.map((state) =>
      state === undefined ? 'nothing' : textOf(tracked, state as UserState | GroupState),
    )
    return promised.includes(shown) ? undefined : `shows ${shown}, not ${promised.join(' or ')}`
  }

  /** Has a group be as it is shown, too, which a server made of it that lacked what another had been told. */
  allowShown(group: TrackedGroup, { answer }: Exchange): void {
    const ids = memberIds(answer?.['members'])
    const members = new Set(this.users.filter(({ id = '' }) => ids.includes(id)))
    const { displayName } = group.states[0] ?? { displayName: '' }
    group.states = [...group.states, { displayName, members }]
  }
}

/** Where a resource is. */
export function pathOf(tracked: Tracked<unknown>): string {
  return `${tracked instanceof TrackedUser ? '/Users' : '/Groups'}/${tracked.id}`
}

function shownIn(tracked: Tracked<unknown>, { answer = {} }: Exchange): string {
  const { userName, name, title, active, displayName, members } = answer
  return tracked instanceof TrackedUser
    ? JSON.stringify([userName, (name as { formatted?: string }).formatted, title, active])
    : JSON.stringify([displayName, memberIds(members)])
}

function textOf(tracked: Tracked<unknown>, state: UserState | GroupState): string {
  if (tracked instanceof TrackedUser) {
    const user = state as UserState
    return JSON.stringify([user.userName, formattedName(user), user.title, user.isActive])
  }
  const { displayName, members } = state as GroupState
  return JSON.stringify([displayName, Array.from(members, ({ id = '' }) => id).toSorted()])
}

function memberIds(members: unknown): readonly string[] {
  const list = (members ?? []) as readonly { readonly value: string }[]
  return list.map(({ value }) => value).toSorted()
}
