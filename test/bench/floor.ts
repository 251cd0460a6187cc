import { Attribute, Change, Client, EqualityFilter } from 'ldapts'
import type { OpenldapEndpoint } from '../support/openldap-server.ts'

/** The same work without the bridge: the plainest LDAP client on a few bound connections of its own. What the bridge takes
 *  more than this is what HTTP, SCIM and its checks cost. */
export class LdapFloor {
  readonly #clients: readonly Client[]
  #next = 0

  private constructor(clients: readonly Client[]) {
    this.#clients = clients
  }

  static async open({ url, bridge }: OpenldapEndpoint, connections: number): Promise<LdapFloor> {
    const clients = Array.from({ length: connections }, () => new Client({ url }))
    for (const client of clients) await client.bind(bridge.dn, bridge.password)
    return new LdapFloor(clients)
  }

  async find(base: string, attribute: string, value: string): Promise<void> {
    const filter = new EqualityFilter({ attribute, value })
    await this.#client.search(base, { scope: 'sub', filter })
  }

  async addUser(base: string, uid: string): Promise<void> {
    const attributes = { objectClass: 'inetOrgPerson', cn: uid, sn: uid, givenName: uid }
    await this.#client.add(`uid=${uid},${base}`, attributes)
  }

  async setTitle(dn: string, title: string): Promise<void> {
    const modification = new Attribute({ type: 'title', values: [title] })
    await this.#client.modify(dn, new Change({ operation: 'replace', modification }))
  }

  async changeMember(dn: string, operation: 'add' | 'delete', member: string): Promise<void> {
    const modification = new Attribute({ type: 'member', values: [member] })
    await this.#client.modify(dn, new Change({ operation, modification }))
  }

  async listAll(base: string, attributes: readonly string[]): Promise<number> {
    let count = 0
    const pages = this.#client.searchPaginated(base, {
      scope: 'sub',
      filter: '(objectClass=inetOrgPerson)',
      attributes: [...attributes],
      paged: { pageSize: 1000 },
    })
    for await (const page of pages) count += page.searchEntries.length
    return count
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.unbind()
  }

  get #client(): Client {
    this.#next = (this.#next + 1) % this.#clients.length
    const client = this.#clients[this.#next]
    if (client === undefined) throw new Error('there is no connection')
    return client
  }
}
