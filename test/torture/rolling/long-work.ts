import type { JsonObject } from '../../../src/scim/json.ts'
import { AdminClient } from '../../support/admin-client.ts'
import type { DirectorySection } from '../../support/directory-section.ts'
import { shownBelow } from '../../support/ldapsearch.ts'
import type { OpenldapServer } from '../../support/openldap-server.ts'
import type { ScimClient } from '../../walkthrough/scim-client.ts'
import { begunPut, type LongRequest, type Target, unreadList } from './long-request.ts'

/** The users of a list that is 8 MB long, who are the members of groups, too. */
const people = { count: 120, valueLength: 64 * 1024 }
/** What a client says of each member beside the id: a group comes in 250 KB. */
const displayLength = 2000
const groupNames = ['half sent', 'waiting'] as const
const listed = `/Users?filter=${encodeURIComponent('userName sw "listed"')}`

/** Requests that last longer than a bridge that stops accepts new ones. */
export class LongWork {
  /** The logins of the users that are there for it. */
  readonly logins: readonly string[] = Array.from(
    { length: people.count },
    (_, index) => `listed${index}`,
  )
  #members: readonly JsonObject[] = []
  readonly #ids = new Map<string, string>()
  readonly #externalIds = new Map<string, string>()
  #puts = 0

  /** Creates users and groups. */
  async prepare(
    scim: ScimClient,
    server: OpenldapServer,
    section: DirectorySection,
  ): Promise<void> {
    const employeeType = 'x'.repeat(people.valueLength)
    await new AdminClient(server).addAll(
      this.logins.map((uid) => {
        const attributes = { objectClass: 'inetOrgPerson', cn: uid, sn: uid, employeeType }
        return { dn: `uid=${uid},${section.people}`, attributes }
      }),
    )
    const found = (await scim.get(`${listed}&attributes=id`)).answer?.['Resources']
    this.#members = (found as readonly { readonly id: string }[]).map(({ id }) => ({
      value: id,
      display: 'x'.repeat(displayLength),
    }))
    for (const displayName of groupNames) {
      const { answer, text } = await scim.post('/Groups', { displayName })
      if (answer?.['id'] === undefined) throw new Error(`a group was not created: ${text}`)
      this.#ids.set(displayName, answer['id'] as string)
    }
  }

  /** Begins what is under way for as long as its client likes: a slow sender and a slow reader. */
  async begin(target: Target): Promise<readonly LongRequest[]> {
    return await Promise.all([
      this.#put(target, 'half sent', 0.5),
      unreadList(target, listed, people.count),
    ])
  }

  /** Sends what is under way for as long as the directory does not answer. */
  async beginWaiting(target: Target): Promise<LongRequest> {
    return await this.#put(target, 'waiting', 1)
  }

  /** What was put last, and is not there. */
  async missingIn(
    server: OpenldapServer,
    { groups }: DirectorySection,
  ): Promise<readonly string[]> {
    const entries = await shownBelow(server, groups, ['cn', 'scimExternalId', 'member'])
    return groupNames.filter((name) => {
      const values = entries.find((entry) => entry.values('cn').includes(name))?.values
      const isThere = values?.('scimExternalId')[0] === this.#externalIds.get(name)
      return !isThere || values?.('member').length !== this.#membersOf(name).length
    })
  }

  async #put(
    target: Target,
    displayName: (typeof groupNames)[number],
    share: number,
  ): Promise<LongRequest> {
    this.#puts += 1
    const externalId = String(this.#puts)
    this.#externalIds.set(displayName, externalId)
    const body = { displayName, externalId, members: this.#membersOf(displayName) }
    return await begunPut(target, `/Groups/${this.#ids.get(displayName)}`, { body, share })
  }

  /** Each time somebody else is left out. */
  #membersOf(name: string): readonly JsonObject[] {
    const left = Number(this.#externalIds.get(name)) % this.#members.length
    return this.#members.filter((_, index) => index !== left)
  }
}
