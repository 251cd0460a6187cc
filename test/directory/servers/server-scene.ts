import assert from 'node:assert/strict'
import type { Capabilities } from '../../../src/directory/directory.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { AdminClient } from '../../support/admin-client.ts'
import { openTestBridge, type Overrides, type TestBridge } from '../../support/bridge.ts'
import type { Exchange } from '../../walkthrough/scim-client.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'
import { createGroup, createResource } from '../bridge/create-resource.ts'
import { memberIds, patchOpUrn } from '../bridge/groups/group-scene.ts'
import type { ObtainedServer, ServerPlace } from './server-place.ts'

/** The URN of the enterprise extension. */
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** A user as an answer shows it. */
export type ShownUser = JsonObject & { readonly id: string; readonly userName: string }

/** A bridge in front of a kind of server, and the directory as its administrator sees it. */
export class ServerScene {
  readonly place: ServerPlace
  readonly bridge: TestBridge
  readonly admin: AdminClient
  readonly #obtained: ObtainedServer
  #count = 0

  private constructor(place: ServerPlace, obtained: ObtainedServer, bridge: TestBridge) {
    this.place = place
    this.#obtained = obtained
    this.bridge = bridge
    this.admin = new AdminClient(obtained.server)
  }

  /** @param settings beside those of the place. */
  static async open(
    place: ServerPlace,
    obtained: ObtainedServer,
    settings: Overrides = {},
  ): Promise<ServerScene> {
    const all = { ...place.settings, ...obtained.settings, ...settings }
    const bridge = await openTestBridge(obtained.server, all, place.bridge)
    return new ServerScene(place, obtained, bridge)
  }

  /** Opens another section of the same server.
   *  @param settings that differ; an empty one is as the preset has it. */
  async beside(settings: Overrides = {}): Promise<ServerScene> {
    return await ServerScene.open(this.place, this.#obtained, settings)
  }

  /** Works in another section of the same server, with other settings, and closes it. */
  async elsewhere<T>(settings: Overrides, work: (scene: ServerScene) => Promise<T>): Promise<T> {
    const scene = await this.beside(settings)
    try {
      return await work(scene)
    } finally {
      await scene.bridge.close()
    }
  }

  /** A name that nobody else has. */
  unusedName(): string {
    this.#count += 1
    return `n${this.#count}-${this.bridge.section.people.slice(3, 12)}`
  }

  /** Creates a user; what is not given but demanded is made up. */
  async user(attributes: JsonObject = {}): Promise<ShownUser> {
    const userName = this.unusedName()
    const user = await createResource(this.bridge.scim, '/Users', {
      userName,
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      displayName: `Ada ${userName}`,
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

  /** What a GET answers. */
  async read(path: string): Promise<JsonObject> {
    const { status, answer, text } = await this.bridge.scim.get(path)
    assert.equal(status, 200, text)
    return answer ?? {}
  }

  /** The members that a group shows, by their ids in order. */
  async memberIds(group: string): Promise<readonly string[]> {
    return memberIds(await this.read(`/Groups/${group}`))
  }

  /** The id of the manager that a user shows. */
  async managerOf(user: string): Promise<unknown> {
    const extension = (await this.read(`/Users/${user}`))[enterprise] as JsonObject | undefined
    return (extension?.['manager'] as JsonObject | undefined)?.['value']
  }

  /** The ids of the users that a filter finds. */
  async find(filter: string): Promise<readonly string[]> {
    const found = await this.read(`/Users?filter=${encodeURIComponent(filter)}`)
    const users = (found['Resources'] ?? []) as readonly ShownUser[]
    assert.equal(found['totalResults'], users.length)
    return users.map(({ id }) => id)
  }

  async patch(path: string, ...operations: readonly JsonObject[]): Promise<Exchange> {
    return await this.bridge.scim.patch(path, { schemas: [patchOpUrn], Operations: operations })
  }

  /** Changes a user, and asserts that it was done. */
  async change(user: string, value: JsonObject): Promise<Exchange> {
    const changed = await this.patch(`/Users/${user}`, { op: 'replace', value })
    assert.equal(changed.status, 200, changed.text)
    return changed
  }

  /** Changes the members of a group, and asserts that it was done. */
  async changeMembers(
    group: string,
    op: 'add' | 'remove' | 'replace',
    members: readonly string[],
  ): Promise<Exchange> {
    const value = toMembers(members)
    const changed = await this.patch(`/Groups/${group}`, { op, path: 'members', value })
    assert.equal(changed.status, 204, changed.text)
    return changed
  }

  async dnOf(id: string): Promise<string> {
    const [entry] = await this.admin.search({ ...this.place.locate(id), attributes: ['1.1'] })
    return entry?.dn ?? assert.fail('there is no entry with this id')
  }

  /** The values of an attribute of the entry with an id. */
  async stored(id: string, attribute: string): Promise<readonly string[]> {
    const search = { ...this.place.locate(id), attributes: [attribute] }
    const [entry] = await this.admin.search(search)
    return Object.values(entry?.attributes ?? {}).flat()
  }

  /** What the bridge finds that the server can do. */
  async capabilities(): Promise<Capabilities> {
    const { server, settings } = this.#obtained
    const [url = server.url, caFile] = [
      settings['directory.urls'],
      settings['directory.tls.caFile'],
    ]
    const more = caFile === undefined ? {} : { tls: { caFile } }
    const directory = await openLdapDirectory({ url, bridge: server.bridge }, more)
    try {
      return await directory.capabilities()
    } finally {
      await directory.close()
    }
  }

  async canBind(id: string, password: string): Promise<boolean> {
    return await this.admin.canBind(await this.dnOf(id), password)
  }

  /** What was sent to the directory for a request, as LDIF without its folds. */
  async sent({ headers }: Exchange): Promise<string> {
    const ldif = await this.bridge.ldifOf(headers.get('x-request-id'))
    return ldif.replaceAll('\n ', '')
  }

  /** Asserts that work changes no entry and adds none. */
  async writesNothing(work: () => Promise<void>): Promise<void> {
    const before = await this.#everything()
    await work()
    assert.deepEqual(await this.#everything(), before)
  }

  async #everything(): Promise<unknown> {
    const { people, groups } = this.bridge.section
    return await Promise.all(
      [people, groups].map(async (base) => await this.admin.search({ base })),
    )
  }
}

/** The ids as members in a body. */
export function toMembers(ids: readonly string[]): readonly JsonObject[] {
  return ids.map((value) => ({ value }))
}
