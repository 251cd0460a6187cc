import type { Credentials } from '../../support/directory-server.ts'
import { isLetIn } from '../../support/ldapsearch.ts'
import type { OpenldapServer } from '../../support/openldap-server.ts'
import type { TrackedUser, UserState } from './model.ts'

/** How many ask to be let in at a time. */
const atATime = 4

/** What was last tried of a user. */
interface Tried {
  readonly dn: string
  readonly password: string
  readonly isActive: boolean
}

/** Tries whether users are let in with the passwords that answers have promised, by a client that is not ours. */
export class Doorman {
  readonly #server: OpenldapServer
  readonly #tried = new Map<TrackedUser, Tried>()
  /** Who had to be let in, and was. */
  admitted = 0
  /** Who must not be: deactivated, or with the password of before. */
  refused = 0

  constructor(server: OpenldapServer) {
    this.#server = server
  }

  /** Tries everybody whose DN, password or status has changed since.
   *  @param dnOf where a user is; nowhere, where he is not.
   *  @returns what was wrong. */
  async try(
    users: readonly TrackedUser[],
    dnOf: (user: TrackedUser) => string | undefined,
  ): Promise<readonly string[]> {
    const problems: string[] = []
    const waiting = users.values()
    const next = async (): Promise<void> => {
      for (const user of waiting) {
        const found = await this.#tryOne(user, dnOf(user))
        problems.push(...found.map((each) => [each, ...user.story.slice(-4)].join('\n      ')))
      }
    }
    await Promise.all(Array.from({ length: atATime }, next))
    return problems
  }

  async #tryOne(user: TrackedUser, dn: string | undefined): Promise<readonly string[]> {
    const wanted = wantedOf(user.state, dn)
    const before = this.#tried.get(user)
    if (wanted === undefined || isSame(wanted, before)) return []
    this.#tried.set(user, wanted)
    const { password, isActive } = wanted
    const problems: string[] = []
    // The right one comes last, so that nobody is locked out for wrong ones.
    if (before !== undefined && before.password !== password) {
      if (await this.#isLetIn({ ...wanted, password: before.password })) {
        problems.push(`${dn} is let in with the password of before`)
      }
    }
    if ((await this.#isLetIn(wanted)) !== isActive) {
      problems.push(`${dn} is ${isActive ? 'not let in' : 'deactivated, and let in'}`)
    }
    return problems
  }

  async #isLetIn(credentials: Credentials): Promise<boolean> {
    const isIn = await isLetIn(this.#server, credentials)
    if (isIn) this.admitted += 1
    else this.refused += 1
    return isIn
  }
}

/** What can be tried of a user; nothing while something of it is open. */
function wantedOf(state: UserState | undefined, dn: string | undefined): Tried | undefined {
  if (state?.password === undefined || dn === undefined) return undefined
  return { dn, password: state.password, isActive: state.isActive }
}

function isSame(one: Tried, other: Tried | undefined): boolean {
  return one.dn === other?.dn && one.password === other.password && one.isActive === other.isActive
}
