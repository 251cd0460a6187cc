import type { DirectorySection } from '../../support/directory-section.ts'
import { shownBelow, type ShownEntry } from '../../support/ldapsearch.ts'
import type { OpenldapServer } from '../../support/openldap-server.ts'
import type { OpenldapPair } from '../../support/replicated-openldap.ts'
import { compared, Comparison, type Difference } from '../faults/comparison.ts'
import type { Tracked } from '../faults/model.ts'
import type { Department } from './department.ts'

/** Of each kind of entries that are other than they should be, how many a death may leave. OpenLDAP replicates whole entries, so that
 *  of two changes of one, the first of which the dying server could not pass on, the later one wins alone. It does not always pass
 *  on what was written right before it was killed, or then: what was written later, and passed on earlier, hides that it is missing.
 *  A bridge cannot bring that about, nor see it. What was read behind each write is held to the answer in any case. */
export const mostPerDeath = {
  /** On one server other than on the other, both being content. */
  unlike: 3,
  /** Deleted, and there again. */
  back: 3,
  /** Otherwise not as was answered last. */
  differing: 3,
}

/** An entry may be other than was answered last if it was last written so shortly before a death, or later. */
const unsafeMs = 1000

/** Compares what both servers hold with each other and with what clients were told, after each death. What was found once is not
 *  found again. */
export class Reckoning {
  readonly unlike = new Set<string>()
  readonly back = new Set<string>()
  readonly differing = new Set<Difference['subject']>()
  entryCount = 0
  readonly #pair: OpenldapPair
  readonly #section: DirectorySection

  constructor(pair: OpenldapPair, section: DirectorySection) {
    this.#pair = pair
    this.#section = section
  }

  /** @param diedAt when the preferred server last died, as `performance.now()`.
   *  @returns what cannot be put down to that, one sentence each. */
  async compare(departments: readonly Department[], diedAt: number): Promise<readonly string[]> {
    const promised = {
      users: departments.flatMap(({ users }) => users),
      groups: departments.flatMap(({ groups }) => groups),
      shared: [],
    }
    const one = await this.#entriesOf(this.#pair.first)
    const other = await this.#entriesOf(this.#pair.second)
    const gone = new Set([...promised.users, ...promised.groups].filter(isGone).map(({ id }) => id))
    const isBack = ({ values }: ShownEntry): boolean => gone.has(values('entryUUID')[0])
    const comparison = new Comparison(
      promised,
      one.filter((entry) => !isBack(entry)),
    )
    const dnsBack = one.filter(isBack).map(({ dn }) => dn)
    const freshBack = dnsBack.filter((dn) => !this.back.has(dn))
    const freshUnlike = unlikeIn(one, other).filter((dn) => !this.unlike.has(dn))
    const fresh = comparison.differences.filter(({ subject }) => !this.differing.has(subject))
    for (const dn of freshBack) this.back.add(dn)
    for (const dn of freshUnlike) this.unlike.add(dn)
    for (const { subject } of fresh) this.differing.add(subject)
    for (const department of departments) department.setAside(this.differing)
    comparison.learn()
    this.entryCount = one.length
    const isUnsafe = ({ subject }: Difference): boolean =>
      departments.some((department) => department.isWrittenSince(subject, diedAt - unsafeMs))
    const tolerated = fresh.filter(isUnsafe)
    const told =
      tolerated.length > mostPerDeath.differing ? fresh : fresh.filter((each) => !isUnsafe(each))
    return [
      ...told.map(({ text }) => text),
      ...tooMany('entries differ between the servers', freshUnlike, mostPerDeath.unlike),
      ...tooMany('deleted entries are there again', freshBack, mostPerDeath.back),
    ]
  }

  async #entriesOf(server: OpenldapServer): Promise<readonly ShownEntry[]> {
    const { people, groups } = this.#section
    return [
      ...(await shownBelow(server, people, replicated)),
      ...(await shownBelow(server, groups, replicated)),
    ]
  }
}

function tooMany(what: string, dns: readonly string[], most: number): readonly string[] {
  return dns.length > most ? [`${dns.length} ${what} after a death: ${dns.join(', ')}`] : []
}

/** What both servers must have alike. */
const replicated = [...compared, 'entryCSN']

function textOf({ dn, values }: ShownEntry): string {
  return JSON.stringify([dn, ...replicated.map((name) => [name, ...values(name).toSorted()])])
}

/** Whether a resource was deleted, which its client has looked after. An entry with its id can be brought back by a server alone,
 *  in replication: nobody else can give an entry an entryUUID. RFC 4530 §2.1 */
function isGone({ states }: Tracked<unknown>): boolean {
  return states.every((state) => state === undefined)
}

/** The DNs of entries that are not on both servers alike. */
function unlikeIn(one: readonly ShownEntry[], other: readonly ShownEntry[]): readonly string[] {
  const [texts, otherTexts] = [new Set(one.map(textOf)), new Set(other.map(textOf))]
  const alone = [
    ...one.filter((entry) => !otherTexts.has(textOf(entry))),
    ...other.filter((entry) => !texts.has(textOf(entry))),
  ]
  return [...new Set(alone.map(({ dn }) => dn))]
}
