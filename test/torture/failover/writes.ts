import type { JsonObject } from '../../../src/scim/json.ts'
import {
  bodyOf,
  groupBodyOf,
  type GroupState,
  patchOf,
  TrackedGroup,
  TrackedUser,
  type UserState,
} from '../faults/model.ts'
import type { Random } from '../random.ts'
import { type Change, changeOf, type Department, pathOf } from './department.ts'

/** A write, and what it makes of a department. */
export interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: JsonObject
  /** What it is about, which comes first, and what changes with it. */
  readonly changes: readonly [Change, ...Change[]]
  /** It takes several operations. */
  readonly isInSteps?: boolean
}

const fewUsers = 3
const mostUsers = 8
const mostGroups = 2

/** The writes that a client thinks of. */
export class Writes {
  readonly #name: string
  readonly #random: Random
  #count = 0

  /** @param name a text that no other client's resources begin with. */
  constructor(name: string, random: Random) {
    this.#name = name
    this.#random = random
  }

  /** The next one in a department. */
  next(department: Department): Write {
    const random = this.#random
    const { staff } = department
    const user = random.one(staff)
    const dice = random.below(100)
    const isRoom = dice < 15 && staff.length < mostUsers
    if (user === undefined || staff.length < fewUsers || isRoom) return this.#hiring(department)
    if (dice < 35) return this.#replacing(department, user, random.happens(30))
    if (dice < 55) return this.#patching(user)
    return dice < 65 ? leaving(department, user) : this.#ordering(department)
  }

  /** A rename of somebody, which takes several operations, with more where he is in groups.
   *  @returns nothing where nobody is there yet. */
  renaming(department: Department): Write | undefined {
    const { staff } = department
    const members = staff.filter((user) => department.teamsOf(user).length > 0)
    const user = this.#random.one(members) ?? this.#random.one(staff)
    return user && this.#replacing(department, user, true)
  }

  /** A write of a group. */
  #ordering(department: Department): Write {
    const { staff, teams } = department
    const group = this.#random.one(teams)
    const dice = this.#random.below(100)
    const isRoom = dice < 15 && teams.length < mostGroups
    if (group === undefined || isRoom) return this.#founding(department)
    if (dice < 75) return this.#joining(group, staff)
    return dice < 92 ? this.#reorganizing(group, staff) : dissolving(group)
  }

  #hiring(department: Department): Write {
    const user = new TrackedUser(undefined)
    department.users.push(user)
    const state = this.#person(this.#fresh())
    const body = bodyOf(state)
    return { method: 'POST', path: '/Users', body, changes: [changeOf(user, state)] }
  }

  #replacing(department: Department, user: TrackedUser, isRenamed: boolean): Write {
    const { userName = '' } = user.state ?? {}
    const state = this.#person(isRenamed ? this.#fresh() : userName)
    const common = { method: 'PUT', path: pathOf(user), body: bodyOf(state) } as const
    if (!isRenamed || user.state === undefined) {
      return { ...common, changes: [changeOf(user, state)] }
    }
    // The name and the rest are two operations, of which the second may never have come to be. Then groups have been put right at
    // the other server before the name comes back with its own.
    const inPart = { ...user.state, userName: state.userName }
    const renewed = department.teamsOf(user).map((group) => ({
      ...changeOf(group, group.state),
      leave: () => (group.states = [...group.states, without(user, group.state)]),
    }))
    return { ...common, changes: [changeOf(user, state, inPart), ...renewed], isInSteps: true }
  }

  #patching(user: TrackedUser): Write {
    const before = user.state ?? this.#person('')
    const title = this.#fresh()
    const isActive = this.#random.happens(30) ? !before.isActive : before.isActive
    return {
      method: 'PATCH',
      path: pathOf(user),
      body: patchOf({ op: 'replace', value: { title, active: isActive } }),
      changes: [changeOf(user, { ...before, title, isActive })],
    }
  }

  #founding(department: Department): Write {
    const group = new TrackedGroup(undefined)
    department.groups.push(group)
    const state = this.#team(department.staff)
    const body = groupBodyOf(state)
    return { method: 'POST', path: '/Groups', body, changes: [changeOf(group, state)] }
  }

  #joining(group: TrackedGroup, staff: readonly TrackedUser[]): Write {
    const { displayName, members } = group.state ?? this.#team([])
    const isComing = this.#random.happens(60)
    const able = staff.filter((user) => members.has(user) !== isComing)
    const chosen = new Set(this.#random.some(able.length > 0 ? able : staff, 3))
    const value = Array.from(chosen, ({ id = '' }) => ({ value: id }))
    const after = isComing ? members.union(chosen) : members.difference(chosen)
    return {
      method: 'PATCH',
      path: pathOf(group),
      body: patchOf({ op: isComing ? 'add' : 'remove', path: 'members', value }),
      changes: [changeOf(group, { displayName, members: after })],
    }
  }

  #reorganizing(group: TrackedGroup, staff: readonly TrackedUser[]): Write {
    const state = this.#team(staff)
    const body = groupBodyOf(state)
    return { method: 'PUT', path: pathOf(group), body, changes: [changeOf(group, state)] }
  }

  #person(userName: string): UserState {
    return {
      userName,
      familyName: this.#fresh(),
      title: this.#random.happens(70) ? this.#fresh() : undefined,
      isActive: this.#random.happens(80),
      password: undefined,
      manager: undefined,
    }
  }

  #team(staff: readonly TrackedUser[]): GroupState {
    return { displayName: this.#fresh(), members: new Set(this.#random.some(staff, 4)) }
  }

  #fresh(): string {
    return `${this.#name}-${(this.#count += 1)}`
  }
}

function leaving(department: Department, user: TrackedUser): Write {
  const bereft = department
    .teamsOf(user)
    .map((group) => changeOf(group, without(user, group.state)))
  return { method: 'DELETE', path: pathOf(user), changes: [changeOf(user, undefined), ...bereft] }
}

function dissolving(group: TrackedGroup): Write {
  return { method: 'DELETE', path: pathOf(group), changes: [changeOf(group, undefined)] }
}

function without(user: TrackedUser, state: GroupState | undefined): GroupState {
  const { displayName = '', members = new Set<TrackedUser>() } = state ?? {}
  return { displayName, members: members.difference(new Set([user])) }
}
