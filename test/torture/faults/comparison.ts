import type { ShownEntry } from '../../support/ldapsearch.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import {
  formattedName,
  type GroupState,
  type SharedGroup,
  type Tracked,
  type TrackedGroup,
  type TrackedUser,
  type UserState,
} from './model.ts'

/** What clients have been promised. */
export interface Promised {
  readonly users: readonly TrackedUser[]
  readonly groups: readonly TrackedGroup[]
  readonly shared: readonly SharedGroup[]
}

/** Something that is not as it was promised. */
export interface Difference {
  /** Whom it is about: the same in each comparison. An entry that nobody was promised goes by its entryUUID. */
  readonly subject: Tracked<unknown> | SharedGroup | string
  readonly text: string
}

/** The attributes that are compared. */
export const compared = [
  'entryUUID',
  'uid',
  'cn',
  'sn',
  'givenName',
  'title',
  'manager',
  'scimPendingManager',
  'pwdAccountLockedTime',
  'userPassword',
  'member',
  'objectClass',
]

/** Compares what a directory holds with what clients have been promised. */
export class Comparison {
  readonly differences: Difference[] = []
  readonly #promised: Promised
  readonly #people: readonly ShownEntry[]
  readonly #groups: readonly ShownEntry[]
  readonly #entries = new Map<TrackedUser, ShownEntry>()
  readonly #found = new Set<ShownEntry>()
  readonly #matched: (() => void)[] = []

  /** @param entries the bases themselves with all that is below them. */
  constructor(promised: Promised, entries: readonly ShownEntry[]) {
    const having = (objectClass: string): readonly ShownEntry[] =>
      entries.filter(({ values }) => values('objectClass').includes(objectClass))
    this.#promised = promised
    this.#people = having('inetOrgPerson')
    this.#groups = having('groupOfNames')
    for (const user of promised.users) this.#findUser(user)
    for (const user of promised.users) this.#compareUser(user)
    for (const group of promised.groups) this.#compareGroup(group)
    for (const group of promised.shared) this.#compareShared(group)
    for (const entry of [...this.#people, ...this.#groups]) {
      if (!this.#found.has(entry))
        this.#differs(idOf(entry), `${entry.dn} is there, and should not`)
    }
  }

  /** The differences, one sentence each. */
  get problems(): readonly string[] {
    return this.differences.map(({ text }) => text)
  }

  /** Has the model know what the directory has shown of what was open. */
  learn(): void {
    for (const each of this.#matched) each()
  }

  /** Where a user is, if anywhere. */
  dnOf(user: TrackedUser): string | undefined {
    return this.#entries.get(user)?.dn
  }

  #findUser(user: TrackedUser): void {
    const entry = this.#people.find(({ values }) =>
      user.id === undefined
        ? user.states.some((state) => state?.userName === values('uid')[0])
        : values('entryUUID')[0] === user.id,
    )
    if (entry === undefined) return
    this.#entries.set(user, entry)
    this.#found.add(entry)
  }

  #compareUser(user: TrackedUser): void {
    const entry = this.#entries.get(user)
    const differences = user.states.map((state) => this.#differencesOf(entry, state))
    this.#judge(user, entry, differences)
  }

  #judge<State>(
    tracked: Tracked<State>,
    entry: ShownEntry | undefined,
    differences: readonly (readonly string[])[],
  ): void {
    const matching = tracked.states.filter((_, index) => differences[index]?.length === 0)
    if (matching.length === 0) {
      const each = differences.map((list) => list.join(', ')).join('; or ')
      const text = [`${entry?.dn ?? tracked.id}: ${each}`, ...tracked.story.slice(-4)]
      this.#differs(tracked, text.join('\n      '))
    }
    this.#matched.push(() => {
      if (entry !== undefined) tracked.id ??= entry.values('entryUUID')[0]
      if (!tracked.isOpen && matching.length > 0) tracked.states = matching
    })
  }

  #differencesOf(entry: ShownEntry | undefined, state: UserState | undefined): readonly string[] {
    if (entry === undefined) return state === undefined ? [] : ['is not there']
    if (state === undefined) return ['is there']
    const { userName, familyName, title, isActive, password } = state
    const wanted: readonly (readonly [string, string | undefined])[] = [
      ['uid', userName],
      ['cn', formattedName(state)],
      ['sn', familyName],
      ['givenName', 'Given'],
      ['title', title],
      ['pwdAccountLockedTime', isActive ? undefined : '000001010000Z'],
    ]
    const differing = wanted.flatMap(([name, value]) =>
      isSame(entry.values(name), value === undefined ? [] : [value])
        ? []
        : [
            `${name} is ${entry.values(name).join(' and ') || 'nothing'}, not ${value ?? 'nothing'}`,
          ],
    )
    const isProtected = entry.values('userPassword').length > 0
    return [
      ...differing,
      ...(isProtected === (password !== undefined)
        ? []
        : [`userPassword is there: ${isProtected}`]),
      ...this.#managerDifferences(entry, state),
    ]
  }

  #managerDifferences(entry: ShownEntry, { manager }: UserState): readonly string[] {
    // Where the last value goes, refint leaves the placeholder of groups; nobody is shown it.
    const [dn] = entry.values('manager').filter((value) => value !== exampleTree.placeholder)
    const [pending] = entry.values('scimPendingManager')
    const isWaiting = typeof manager === 'string' && pending === manager && dn === undefined
    const wanted = this.#dnOf(manager)
    // Who is awaited may be there since a request that was left open.
    const isSet = dn === wanted && pending === undefined
    const hasArrived = typeof manager !== 'string' || wanted !== undefined
    return isWaiting || (isSet && hasArrived)
      ? []
      : [`manager is ${dn}, pending ${pending}, not ${wanted}`]
  }

  #dnOf(manager: UserState['manager']): string | undefined {
    if (typeof manager !== 'string') return manager && this.#entries.get(manager)?.dn
    return this.#people.find(({ values }) => values('uid').includes(manager))?.dn
  }

  #compareGroup(group: TrackedGroup): void {
    const entry = this.#groups.find(({ values }) =>
      group.id === undefined
        ? group.states.some((state) => state?.displayName === values('cn')[0])
        : values('entryUUID')[0] === group.id,
    )
    if (entry !== undefined) this.#found.add(entry)
    const differences = group.states.map((state) => this.#groupDifferences(entry, state))
    this.#judge(group, entry, differences)
  }

  #groupDifferences(entry: ShownEntry | undefined, state: GroupState | undefined): string[] {
    if (entry === undefined) return state === undefined ? [] : ['is not there']
    if (state === undefined) return ['is there']
    const [name] = entry.values('cn')
    return [
      ...(name === state.displayName ? [] : [`cn is ${name}, not ${state.displayName}`]),
      ...this.#memberDifferences(entry, [...state.members]),
    ]
  }

  #compareShared(group: SharedGroup): void {
    const entry = this.#groups.find(({ values }) => values('entryUUID')[0] === group.id)
    if (entry === undefined) {
      this.#differs(group, `${group.displayName} is gone`)
      return
    }
    this.#found.add(entry)
    const members = entry.values('member')
    const wanted = new Set(group.members)
    for (const { users, isComing } of group.open) {
      const there = users.filter((user) => this.#entries.has(user))
      const named = there.filter((user) => members.includes(this.#entries.get(user)?.dn ?? ''))
      const standing = there.filter((user) => group.members.has(user))
      const isMade = named.length === (isComing ? there.length : 0)
      const isNotMade = isSame(
        named.map(({ id = '' }) => id),
        standing.map(({ id = '' }) => id),
      )
      if (!isMade && !isNotMade) {
        this.#differs(group, `${group.displayName} has ${named.length} of ${there.length} in part`)
      }
      for (const user of users) wanted.delete(user)
      for (const user of named) wanted.add(user)
    }
    const differences = this.#memberDifferences(entry, [...wanted])
    if (differences.length > 0) {
      this.#differs(group, `${group.displayName}: ${differences.join(', ')}`)
    }
  }

  #differs(subject: Difference['subject'], text: string): void {
    this.differences.push({ subject, text })
  }

  #memberDifferences(entry: ShownEntry, members: readonly TrackedUser[]): string[] {
    const wanted = members.flatMap((user) => this.#entries.get(user)?.dn ?? [])
    const stored = entry.values('member')
    const expected = wanted.length === 0 ? [exampleTree.placeholder] : wanted
    const lost = expected.filter((dn) => !stored.includes(dn))
    // The placeholder stays where the last member leaves while another comes; nobody is shown it, and it goes with the next change.
    const allowed = [...expected, exampleTree.placeholder]
    const kept = stored.filter((dn) => !allowed.includes(dn))
    const storyOf = (dn: string): string => {
      const user = this.#promised.users.find((each) => this.#entries.get(each)?.dn === dn)
      return [dn, ...(user?.story.slice(-4) ?? [])].join('\n        ')
    }
    return [
      ...lost.map((dn) => `has lost ${storyOf(dn)}`),
      ...kept.map((dn) => `has kept ${storyOf(dn)}`),
    ]
  }
}

function idOf({ values }: ShownEntry): string {
  return values('entryUUID')[0] ?? ''
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value) => other.includes(value))
}
