import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type Overrides, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { createGroup, createResource } from '../create-resource.ts'

/** The URN of the enterprise extension. */
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** A user as an answer shows it. */
export type ShownUser = JsonObject & { readonly id: string; readonly userName: string }

/** A bridge on its own section of the directory, and the directory seen by its administrator. */
export class Scene {
  readonly bridge: TestBridge
  readonly admin: AdminClient
  #count = 0

  constructor(bridge: TestBridge, admin: AdminClient) {
    this.bridge = bridge
    this.admin = admin
  }

  /** A name that nobody else has in this run. */
  unusedName(): string {
    this.#count += 1
    return `u${this.#count}-${this.bridge.section.people.slice(3, 12)}`
  }

  /** The DN of an entry right below the people of the section. */
  dn(rdn: string): string {
    return `${rdn},${this.bridge.section.people}`
  }

  /** Creates a user; everything that is not given but demanded is made up. */
  async user(attributes: JsonObject = {}): Promise<ShownUser> {
    const user = await createResource(this.bridge.scim, '/Users', {
      userName: this.unusedName(),
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      ...attributes,
    })
    return user as ShownUser
  }

  async userId(attributes: JsonObject = {}): Promise<string> {
    return (await this.user(attributes)).id
  }

  /** Creates a group and returns its id. */
  async group(members: readonly string[] = [], displayName = this.unusedName()): Promise<string> {
    return await createGroup(this.bridge.scim, displayName, members)
  }

  /** The ids of those whom a group shows as its members. */
  async memberIds(group: string): Promise<readonly JsonValue[]> {
    const { status, answer, text } = await this.bridge.scim.get(`/Groups/${group}`)
    assert.equal(status, 200, text)
    const members = (answer?.['members'] ?? []) as readonly { value: JsonValue }[]
    return members.map(({ value }) => value)
  }

  /** Adds an entry as others than the bridge would, and returns its DN. */
  async entry(
    rdn: string,
    attributes: Readonly<Record<string, string | readonly string[]>> = {},
  ): Promise<string> {
    const dn = this.dn(rdn)
    await this.admin.add(dn, { objectClass: 'inetOrgPerson', cn: 'C', sn: 'S', ...attributes })
    return dn
  }

  /** The id by which the bridge knows an entry. */
  async idOf(dn: string): Promise<string> {
    const [id] = await this.admin.values(dn, 'entryUUID')
    assert.ok(id !== undefined, `${dn} does not exist`)
    return id
  }

  /** The DN of the entry with an id, wherever it is. */
  async dnOf(id: string): Promise<string | undefined> {
    const [entry] = await this.admin.search({ filter: `(entryUUID=${id})`, attributes: ['1.1'] })
    return entry?.dn
  }

  async get(id: string, query = ''): Promise<ShownUser> {
    const { status, answer, text } = await this.bridge.scim.get(`/Users/${id}${query}`)
    assert.equal(status, 200, text)
    return answer as ShownUser
  }

  async patch(id: string, ...operations: readonly JsonObject[]): Promise<Exchange> {
    return await this.bridge.scim.patch(`/Users/${id}`, patchOf(...operations))
  }

  /** What a filter finds. */
  async find(filter: string): Promise<readonly ShownUser[]> {
    const found = await this.bridge.scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
    assert.equal(found.status, 200, found.text)
    const resources = (found.answer?.['Resources'] ?? []) as readonly ShownUser[]
    assert.equal(found.answer?.['totalResults'], resources.length)
    return resources
  }

  /** The ids of all users, read page by page. */
  async pagedIds(count: number): Promise<readonly string[]> {
    const ids: string[] = []
    for (let startIndex = 1, total = 1; startIndex <= total; startIndex += count) {
      const page = await this.bridge.scim.get(`/Users?startIndex=${startIndex}&count=${count}`)
      assert.equal(page.status, 200, page.text)
      const { totalResults, Resources } = page.answer as {
        totalResults: number
        Resources: readonly ShownUser[]
      }
      total = totalResults
      ids.push(...Resources.map(({ id }) => id))
    }
    return ids
  }

  /** What was sent to the directory for a request, or would be: change records without the lines that say which entry
   *  is meant to be found. */
  async sent(exchange: Exchange): Promise<string> {
    const ldif = await this.bridge.ldifOf(exchange.headers.get('x-request-id'))
    return ldif.replace(/^(?:version: 1|# only if .*)\n(?: .*\n)*/gmu, '').trim()
  }

  /** The DNs and attributes of everything below the people of the section, to tell whether anything has changed. */
  async everything(): Promise<unknown> {
    const { people, groups } = this.bridge.section
    return await Promise.all(
      [people, groups].map((base) => this.admin.search({ base, attributes: ['*', '+'] })),
    )
  }

  /** Asserts that work writes nothing at all. */
  async writesNothing<T>(work: () => Promise<T>): Promise<T> {
    const before = await this.everything()
    const result = await work()
    assert.deepEqual(await this.everything(), before)
    return result
  }
}

/** A scene that is there for the tests of the surrounding `describe`. */
export function sceneFor(overrides: Overrides | (() => Overrides) = {}): () => Scene {
  let scene: Scene | undefined
  before(async () => {
    const server = sharedOpenldap()
    const settings = typeof overrides === 'function' ? overrides() : overrides
    scene = new Scene(await openTestBridge(server, settings), new AdminClient(server))
  })
  after(async () => scene?.bridge.close())
  return () => {
    if (scene === undefined) throw new Error('the scene is for tests and hooks')
    return scene
  }
}

/** The body of a PATCH. RFC 7644 §3.5.2 */
export function patchOf(...Operations: readonly JsonObject[]): JsonObject {
  return { schemas: [patchOp], Operations }
}

/** The id of the manager of a user, as an answer shows it. */
export function managerOf(user: JsonObject | undefined): JsonValue | undefined {
  const extension = user?.[enterprise] as JsonObject | undefined
  return (extension?.['manager'] as JsonObject | undefined)?.['value']
}

/** A resource without what every write changes. */
export function withoutMeta(resource: JsonObject): JsonObject {
  const { meta: _, ...rest } = resource
  return rest
}

/** How often each status was answered. */
export function tally(answers: readonly Exchange[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** Asserts the whole Error message. RFC 7644 §3.12 */
export function assertError(
  { status, answer, text }: Exchange,
  expected: { readonly status: number; readonly scimType?: string; readonly detail: string },
): void {
  assert.deepEqual(
    answer,
    {
      schemas: [errorUrn],
      ...(expected.scimType === undefined ? {} : { scimType: expected.scimType }),
      status: String(expected.status),
      detail: expected.detail,
    },
    text,
  )
  assert.equal(status, expected.status)
}
