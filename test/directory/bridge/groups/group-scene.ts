import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type Overrides, type TestBridge } from '../../../support/bridge.ts'
import { exampleTree, type OpenldapEndpoint } from '../../../support/openldap-server.ts'
import type { Exchange, RequestOptions } from '../../../walkthrough/scim-client.ts'

/** An entry that can be a member. */
export interface Person {
  readonly id: string
  readonly dn: string
}

export const patchOpUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** A bridge, people to be members, and a look at the groups behind it. */
export class GroupScene {
  readonly bridge: TestBridge
  readonly admin: AdminClient
  readonly #server: OpenldapEndpoint

  private constructor(server: OpenldapEndpoint, bridge: TestBridge) {
    this.#server = server
    this.bridge = bridge
    this.admin = new AdminClient(server)
  }

  static async open(server: OpenldapEndpoint, overrides: Overrides = {}): Promise<GroupScene> {
    return new GroupScene(server, await openTestBridge(server, overrides))
  }

  get server(): OpenldapEndpoint {
    return this.#server
  }

  /** Adds people `<prefix>0`, `<prefix>1`, … */
  async addPeople(prefix: string, count: number): Promise<readonly Person[]> {
    const { people } = this.bridge.section
    const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`)
    await this.admin.addAll(
      names.map((uid) => ({
        dn: `uid=${uid},${people}`,
        attributes: { objectClass: 'inetOrgPerson', cn: uid, sn: uid },
      })),
    )
    const found = await this.#idsBelow(people, `(uid=${prefix}*)`)
    return names.map((uid) => {
      const dn = `uid=${uid},${people}`
      return { dn, id: found.get(dn) ?? assert.fail(`${dn} is not there`) }
    })
  }

  /** Adds an entry as the administrator of the directory; its id. */
  async addEntry(
    dn: string,
    attributes: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<Person> {
    await this.admin.add(dn, attributes)
    const [id = ''] = await this.admin.values(dn, 'entryUUID')
    return { dn, id }
  }

  /** Creates a group over SCIM; its id. */
  async createGroup(displayName: string, members: readonly Person[] = []): Promise<string> {
    const { status, answer, text } = await this.bridge.scim.post('/Groups', {
      displayName,
      members: members.map(({ id }) => ({ value: id })),
    })
    assert.equal(status, 201, text)
    return textIn(answer, 'id')
  }

  async patch(id: string, operations: JsonValue, options: RequestOptions = {}): Promise<Exchange> {
    const body = { schemas: [patchOpUrn], Operations: operations }
    return await this.bridge.scim.send('PATCH', `/Groups/${id}`, { body, ...options })
  }

  /** The members that SCIM shows of a group, by their ids in order. */
  async shownMembers(id: string): Promise<readonly string[]> {
    const { status, answer, text } = await this.bridge.scim.get(`/Groups/${id}`)
    assert.equal(status, 200, text)
    return memberIds(answer)
  }

  /** The values that the directory holds, in order. */
  async storedMembers(id: string): Promise<readonly string[]> {
    return [...(await this.stored(id, 'member'))].sort()
  }

  /** The values of an attribute of the entry of a group. */
  async stored(id: string, attribute: string): Promise<readonly string[]> {
    const { groups } = this.bridge.section
    const filter = `(entryUUID=${id})`
    const [entry] = await this.admin.search({ base: groups, filter, attributes: [attribute] })
    return entry?.attributes[attribute] ?? []
  }

  /** How many LDAP writes have been recorded. */
  async writes(): Promise<number> {
    const records = await this.bridge.journal()
    return records.filter(({ kind }) => kind === 'intent').length
  }

  /** The LDIF that a request became, without the lines that are the same everywhere. */
  async ldif({ headers }: Exchange): Promise<string> {
    return await this.bridge.ldifOf(headers.get('x-request-id'))
  }

  async close(): Promise<void> {
    await this.bridge.close()
  }

  async #idsBelow(base: string, filter: string): Promise<ReadonlyMap<string, string>> {
    const entries = await this.admin.search({ base, filter, attributes: ['entryUUID'] })
    return new Map(
      entries.map(({ dn, attributes }) => [dn, attributes['entryUUID']?.[0] ?? ''] as const),
    )
  }
}

/** What stands in for members in a group that has none. */
export const placeholder = exampleTree.placeholder

/** The ids of the members that a group shows, in order. */
export function memberIds(group: JsonObject | undefined): readonly string[] {
  const members = group?.['members'] ?? []
  return (members as readonly { readonly value: string }[]).map(({ value }) => value).sort()
}

/** A member of an answer that is text. */
export function textIn(answer: JsonObject | undefined, name: string): string {
  const value = answer?.[name]
  return typeof value === 'string' ? value : assert.fail(`the answer has no text for ${name}`)
}

export function ids(people: readonly Person[]): readonly string[] {
  return people.map(({ id }) => id).sort()
}

export function dns(people: readonly Person[]): readonly string[] {
  return people.map(({ dn }) => dn).sort()
}

/** Says that a request was refused, and with which words. */
export function assertRefused(
  { status, answer, text }: Exchange,
  expected: { readonly status: number; readonly scimType?: string; readonly detail?: RegExp },
): void {
  assert.equal(status, expected.status, text)
  assert.deepEqual(answer?.['schemas'], ['urn:ietf:params:scim:api:messages:2.0:Error'])
  assert.equal(answer?.['status'], String(expected.status))
  assert.equal(answer?.['scimType'], expected.scimType)
  if (expected.detail !== undefined) assert.match(textIn(answer, 'detail'), expected.detail)
}
