import type { JsonObject } from '../../../src/scim/json.ts'

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** How every password begins: twelve bytes, which Base64 shows apart from what follows. */
export const passwordStart = 'Secret-word-'

/** What a client has made of a user. */
export interface UserState {
  readonly userName: string
  readonly familyName: string
  readonly title: string | undefined
  readonly isActive: boolean
  readonly password: string | undefined
  /** A user, the name of one who is awaited, or nobody. */
  readonly manager: TrackedUser | string | undefined
}

/** A resource that one client alone writes. */
export class Tracked<State> {
  /** None before the answer to its creation. */
  id: string | undefined
  /** How it may stand by what was answered: one way, or several after an answer that left it open; `undefined`: not there. */
  states: readonly (State | undefined)[]
  /** A request about it is open: its client leaves it alone until that is settled. */
  isOpen = false
  /** What was asked for and how it was answered, for the report. */
  readonly story: string[] = []

  constructor(...states: readonly (State | undefined)[]) {
    this.states = states
  }

  /** How it stands, where that is certain. */
  get state(): State | undefined {
    return this.states.length === 1 ? this.states[0] : undefined
  }

  /** Whether its client may write it. */
  get isAtHand(): boolean {
    return !this.isOpen && this.state !== undefined && this.id !== undefined
  }
}

/** A user of one client. */
export class TrackedUser extends Tracked<UserState> {}

/** A group of one client, whose members are users of that client. */
export interface GroupState {
  readonly displayName: string
  readonly members: ReadonlySet<TrackedUser>
}

/** A group of one client. */
export class TrackedGroup extends Tracked<GroupState> {}

/** A group in which each client has its own users. */
export interface SharedGroup {
  readonly id: string
  readonly displayName: string
  readonly members: Set<TrackedUser>
  /** Changes of members whose outcome is open: all of each, or nothing. */
  readonly open: Set<MemberChange>
}

/** Users who come into a group, or leave it. */
export interface MemberChange {
  readonly users: readonly TrackedUser[]
  readonly isComing: boolean
}

/** The body that makes a user this way. */
export function bodyOf(state: UserState): JsonObject {
  const { manager } = state
  const value = typeof manager === 'string' ? manager : manager?.id
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    userName: state.userName,
    name: {
      formatted: formattedName(state),
      familyName: state.familyName,
      givenName: 'Given',
    },
    active: state.isActive,
    ...(state.title === undefined ? {} : { title: state.title }),
    ...(state.password === undefined ? {} : { password: state.password }),
    [enterprise]: value === undefined ? {} : { manager: { value } },
  }
}

/** The cn of a user. */
export function formattedName({ familyName }: UserState): string {
  return `Given ${familyName}`
}

/** The body that makes a group this way. */
export function groupBodyOf({ displayName, members }: GroupState): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName,
    members: Array.from(members, ({ id = '' }) => ({ value: id })),
  }
}

/** The body of a PATCH. RFC 7644 §3.5.2 */
export function patchOf(...operations: readonly JsonObject[]): JsonObject {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations }
}
