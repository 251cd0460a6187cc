import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Plan } from '../directory/operation.ts'
import type { Logger } from '../logging/logger.ts'
import { idOf } from '../mapping/identity.ts'
import { type ManagerLink, managerValueOf } from '../mapping/manager-mapping.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { managerReference } from '../mapping/reference-attribute.ts'
import { dnKey } from '../mapping/reference.ts'
import type { UserMapping } from '../mapping/user-mapping.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'
import { concurrently } from './concurrently.ts'
import type { EntryReader } from './entry-reader.ts'
import { isAway } from './leftovers.ts'
import type { NamedReference } from './reference-course.ts'
import type { ReferenceFollower } from './reference-follower.ts'
import { isNamingAnew } from './retry.ts'

const parallelWrites = 4

/** What the links of managers are made with. */
export interface ManagerLinksDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
  readonly follower: ReferenceFollower
  readonly logger: Logger
}

/** The manager that a client names, as he was found. */
export interface FoundManager extends ManagerLink {
  /** Left out when nobody was found. */
  readonly id?: string
}

/** A manager as an entry is written to name him; nothing where nobody was found. */
export function namedAs({
  id,
  dn,
}: Pick<Partial<FoundManager>, 'id' | 'dn'> = {}): NamedReference[] {
  return id === undefined || dn === undefined ? [] : [{ id, value: dn, isComing: true }]
}

/** A user who was written. */
export interface WrittenUser {
  /** As it was read behind the write. */
  readonly entry: Entry
  readonly user: JsonObject
  /** As he was written; left out when nothing was. */
  readonly manager: FoundManager | undefined
}

/** What became of what was due: there was nothing, all is done, or some is left because the directory was away. */
export type Settled = 'unneeded' | 'done' | 'left'

/** The change that gives a report the manager for whom he waits. */
export interface DueChange {
  readonly report: Entry
  readonly plan: Plan
}

/** The same, and who that manager is. */
interface DueLink extends DueChange {
  readonly boss: { readonly id: string; readonly dn: string }
}

/** The changes that were due, and whether some were not made only because the directory was away. */
interface MadeLinks {
  readonly due: readonly DueLink[]
  readonly isLeft: boolean
}

/** Whom a value means; nobody when several answer to it. */
interface Found {
  readonly boss: Entry | undefined
  readonly isAmbiguous: boolean
}

/** Finds the managers that clients name, and sets those who arrive after the people who report to them. */
export class ManagerLinks {
  readonly #directory: Directory
  readonly #reader: EntryReader
  readonly #follower: ReferenceFollower
  readonly #logger: Logger

  constructor({ directory, reader, follower, logger }: ManagerLinksDependencies) {
    this.#directory = directory
    this.#reader = reader
    this.#follower = follower
    this.#logger = logger
  }

  /** What the manager a client names is in the directory.
   *  @throws {ScimError} invalidValue when nobody is meant and the settings say `reject`. */
  async link({ users }: Mappings, value: string | undefined): Promise<FoundManager> {
    const nobody = { dn: undefined, pending: undefined }
    const { manager } = users.settings
    if (manager === undefined || value === undefined) return nobody
    const { boss } = await this.#find(users, value)
    if (boss !== undefined) {
      return { dn: boss.dn, pending: undefined, id: idOf(users.entries.identity, boss) }
    }
    if (manager.unknown === 'reject') {
      throw scimErrors.invalidValue('manager.value names no user.')
    }
    this.#logger.info('manager not found', { policy: manager.unknown })
    return manager.unknown === 'defer' ? { dn: undefined, pending: value } : nobody
  }

  /** The manager after a change: as he is when the change leaves him alone, so that a manager out of reach stays, and as he is
   *  as long as the change names nobody: a mistyped id must not take away the manager that stands. */
  async linkAfter(
    mappings: Mappings,
    entry: Entry,
    { before, after }: { readonly before: JsonObject; readonly after: JsonObject },
  ): Promise<FoundManager> {
    const { users } = mappings
    const pending = users.pendingOf(entry)
    const attribute = users.settings.manager?.attribute
    const dn = attribute === undefined ? undefined : entry.text(attribute)
    const [was, is] = [managerValueOf(before), managerValueOf(after)]
    const isWaitedFor = pending !== undefined && is === pending
    if (was === is && !isWaitedFor) return { dn, pending }
    const found = await this.link(mappings, is)
    return is !== undefined && found.dn === undefined ? { ...found, dn } : found
  }

  /** Makes the changes that are due because a user was written: everyone who waits for him gets him as manager, and he the one
   *  for whom he waits himself. A manager who was renamed or removed after he was found, and before he was written, is followed.
   *  @param what.manager as he was written; left out when nothing was. */
  async settle(
    mappings: Mappings,
    { entry, user, manager }: WrittenUser,
    reason: WriteReason,
  ): Promise<Settled> {
    const attribute = managerReference(mappings)
    if (attribute === undefined) return 'unneeded'
    const { identity } = mappings.users.entries
    const { due, isLeft } = await this.#makeDue(mappings, { entry, user }, reason)
    const links = [
      { report: entry, boss: manager },
      ...due.map(({ report, boss: ofReport }) => ({ report, boss: ofReport })),
    ]
    const written = links.flatMap((link) => {
      const referrerId = idOf(identity, link.report)
      return namedAs(link.boss).map((named) => ({ ...named, referrerId }))
    })
    const isFollowed = await this.#follower.settle(mappings, attribute, written, reason)
    if (isLeft) return 'left'
    return isFollowed || due.length > 0 ? 'done' : 'unneeded'
  }

  /** Makes the changes that are due because a user was written, and, where one of those whom they name was renamed meanwhile,
   *  those that are due then. */
  async #makeDue(
    mappings: Mappings,
    { entry, user }: Pick<WrittenUser, 'entry' | 'user'>,
    reason: WriteReason,
  ): Promise<MadeLinks> {
    const { users } = mappings
    const id = idOf(users.entries.identity, entry)
    const all: DueLink[] = []
    for (let attempt = 1, now = entry; ; attempt += 1) {
      const boss = { id, dn: now.dn }
      const due = [
        ...(await this.#dueFor(mappings, now)),
        ...(await this.due(mappings, user, now.dn)).map((each) => ({ ...each, boss })),
      ]
      all.push(...due)
      const failures = await this.#execute(due, reason)
      const isAnew = failures.some((failure) => isNamingAnew(failure, attempt))
      const again = isAnew
        ? await this.#reader.find(users.entries, id, users.attributes)
        : undefined
      if (again === undefined) return { due: all, isLeft: failures.some(isAway) }
      now = again
    }
  }

  /** The changes that are due because a user is there now: everyone who waits for him gets him as manager.
   *  @param user as the directory holds it.
   *  @param dn where the user is, or will be. */
  async due({ users }: Mappings, user: JsonObject, dn: string): Promise<DueChange[]> {
    // Who waits for several of his names is found several times.
    const waiting = new Map<string, Entry>()
    for (const filter of users.waitingFilters(user)) {
      const found = await this.#reader.all(users.entries, filter, users.attributes)
      for (const report of found) waiting.set(report.dn, report)
    }
    const answers = new Map<string, Promise<boolean>>()
    const due: DueChange[] = []
    for (const report of waiting.values()) {
      const pending = users.pendingOf(report)
      if (pending === undefined || users.entries.isProtected(report)) continue
      const isMeant = answers.get(pending) ?? this.#isMeant(users, pending, dn)
      answers.set(pending, isMeant)
      if (await isMeant) due.push({ report, plan: users.planSettle(report, pending, dn) })
    }
    return due
  }

  /** The change that is due because the manager whom a user waits for has come meanwhile: he may have been created
   *  after he was looked up and before the user was written, so that neither saw the other. */
  async #dueFor({ users }: Mappings, report: Entry): Promise<DueLink[]> {
    const pending = users.pendingOf(report)
    if (pending === undefined) return []
    const { boss } = await this.#find(users, pending)
    if (boss === undefined) return []
    const { dn } = boss
    const plan = users.planSettle(report, pending, dn)
    return [{ report, plan, boss: { id: idOf(users.entries.identity, boss), dn } }]
  }

  /** Carries out changes that are due. Each stands for itself; one that fails stays due, and is tried again when the
   *  user or the manager is written the next time.
   *  @returns what kept some from being made. */
  async #execute(
    due: readonly DueChange[],
    reason: WriteReason,
  ): Promise<readonly DirectoryError[]> {
    const failures: DirectoryError[] = []
    await concurrently(parallelWrites, due, async ({ plan }) => {
      try {
        await this.#directory.execute(plan, reason)
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error
        // Another bridge has settled it, or the manager was changed meanwhile.
        if (error.failure === 'valueAbsent' || error.failure === 'valueExists') return
        failures.push(error)
        this.#logger.warn('pending manager not set', {
          requestId: reason.requestId,
          failure: error.failure,
          resultCode: error.resultCode,
        })
      }
    })
    return failures
  }

  /** Whether a user is the one whom a value means: several may answer to it. In a preview he is not there yet, and nobody
   *  is found. */
  async #isMeant(users: UserMapping, value: string, dn: string): Promise<boolean> {
    const found = await this.#find(users, value)
    return found.boss === undefined ? !found.isAmbiguous : dnKey(found.boss.dn) === dnKey(dn)
  }

  async #find(users: UserMapping, value: string): Promise<Found> {
    const { idAttribute } = users.entries.identity
    let isAmbiguous = false
    for (const filter of users.managerFilters(value)) {
      const [first, second] = await this.#reader.some(users.entries, filter, [idAttribute], 2)
      if (first !== undefined && second === undefined) return { boss: first, isAmbiguous: false }
      if (second === undefined) continue
      isAmbiguous = true
      this.#logger.warn('manager is ambiguous')
    }
    return { boss: undefined, isAmbiguous }
  }
}
