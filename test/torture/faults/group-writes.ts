import type { Random } from '../random.ts'
import type { Belongings } from './belongings.ts'
import {
  groupBodyOf,
  type GroupState,
  type MemberChange,
  patchOf,
  type SharedGroup,
  TrackedGroup,
  type TrackedUser,
} from './model.ts'
import type { Write } from './write.ts'

const mostGroups = 2

/** The writes of groups that a client thinks of. */
export class GroupWrites {
  readonly #own: Belongings
  readonly #random: Random

  constructor(own: Belongings) {
    this.#own = own
    this.#random = own.random
  }

  /** Has some of its users come into a group that it shares, or leave it. */
  joining(users: readonly TrackedUser[]): Write {
    const random = this.#random
    const group = random.one(this.#own.shared) as SharedGroup
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

  /** A write of a group of its own. */
  ordering(users: readonly TrackedUser[]): Write {
    const group = this.#random.one(this.#own.teams)
    if (group === undefined) {
      return this.#own.groups.length < mostGroups ? this.#founding(users) : this.joining(users)
    }
    return this.#random.happens(85) ? this.#replacing(group, users) : this.#dissolving(group)
  }

  #founding(users: readonly TrackedUser[]): Write {
    const displayName = this.#own.groupName()
    const state: GroupState = {
      displayName,
      members: new Set(this.#random.some(users, 4)),
    }
    const group = new TrackedGroup(undefined)
    this.#own.groups.push(group)
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

  #replacing(group: TrackedGroup, users: readonly TrackedUser[]): Write {
    const before = group.state as GroupState
    const members = new Set(this.#random.happens(15) ? [] : this.#random.some(users, 5))
    const displayName = this.#random.happens(40) ? this.#own.groupName() : before.displayName
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
    const { groups } = this.#own
    const before = group.state as GroupState
    return {
      method: 'DELETE',
      path: `/Groups/${group.id}`,
      about: [group],
      doneBy: 404,
      made: () => {
        group.states = [undefined]
        groups.splice(groups.indexOf(group), 1)
      },
      left: () => (group.states = [before, undefined]),
    }
  }
}
