import type { JsonObject } from '../../../src/scim/json.ts'
import type { Random } from '../random.ts'
import type { Belongings } from './belongings.ts'
import { bodyOf, passwordStart, patchOf, TrackedUser, type UserState } from './model.ts'
import type { Write } from './write.ts'

/** The writes of users that a client thinks of. */
export class UserWrites {
  readonly #own: Belongings
  readonly #random: Random

  constructor(own: Belongings) {
    this.#own = own
    this.#random = own.random
  }

  /** Creates one, who belongs to the client from now on. */
  creating(): Write {
    const own = this.#own
    const userName = own.newcomersName()
    const state: UserState = {
      userName,
      familyName: own.text(),
      title: this.#random.happens(50) ? own.text() : undefined,
      isActive: this.#random.happens(85),
      password: this.#random.happens(40) ? `${passwordStart}${own.text()}` : undefined,
      manager: this.#random.happens(20) ? own.awaitedName() : own.boss(),
    }
    const user = new TrackedUser(undefined)
    own.users.push(user)
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
        own.arrive(user, userName, status < 300)
      },
      left: () => (user.states = [undefined, state]),
    }
  }

  /** Replaces one, sometimes with his name. */
  replacing(user: TrackedUser): Write {
    const own = this.#own
    const before = user.state as UserState
    const userName = this.#random.happens(40) ? own.unusedName() : before.userName
    const state: UserState = {
      userName,
      familyName: own.text(),
      title: this.#random.happens(70) ? own.text() : undefined,
      isActive: this.#random.happens(80),
      password: undefined,
      manager: this.#random.happens(50) ? own.boss(user) : own.sameBoss(before),
    }
    return this.#changing(user, {
      method: 'PUT',
      body: bodyOf(state),
      state: { ...state, password: before.password },
    })
  }

  /** Changes something of one, sometimes his name. */
  patching(user: TrackedUser): Write {
    const own = this.#own
    const before = user.state as UserState
    const isRenamed = this.#random.happens(40)
    const isLocking = this.#random.happens(30)
    const changes: Partial<UserState> = {
      ...(this.#random.happens(70) ? { familyName: own.text() } : { title: own.text() }),
      ...(isRenamed ? { userName: own.unusedName() } : {}),
      ...(isLocking ? { isActive: !before.isActive } : {}),
      ...(this.#random.happens(25) ? { password: `${passwordStart}${own.text()}` } : {}),
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

  /** Deletes one. */
  deleting(user: TrackedUser): Write {
    const own = this.#own
    const before = user.state as UserState
    return {
      method: 'DELETE',
      path: `/Users/${user.id}`,
      about: [user],
      isLast: true,
      doneBy: 404,
      made: () => {
        user.states = [undefined]
        own.lose(before.userName, undefined)
        own.forget(user)
      },
      left: () => (user.states = [before, undefined]),
    }
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
    const own = this.#own
    const before = user.state as UserState
    const isRenamed = state.userName !== before.userName
    return {
      method,
      path: `/Users/${user.id}`,
      body,
      about: [user],
      names: bossIn(state),
      isLast: isRenamed,
      made: ({ status }) => {
        user.states = method === 'PATCH' ? withBossesOf(user, state) : [state]
        if (!isRenamed) return
        own.lose(before.userName, user)
        own.arrive(user, state.userName, status < 300)
      },
      left: () => (user.states = [before, state]),
    }
  }
}

function bossIn({ manager }: UserState): TrackedUser[] {
  return manager instanceof TrackedUser ? [manager] : []
}

/** How a user is once a change was made that says nothing of his manager: whoever he waited for may have come, and gone again,
 *  while it was open whether the change was made. */
function withBossesOf({ states }: TrackedUser, after: UserState): readonly UserState[] {
  const bosses = new Set(states.map((state) => state?.manager))
  return Array.from(bosses, (manager) => ({ ...after, manager }))
}
