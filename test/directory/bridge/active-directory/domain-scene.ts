import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type Overrides, type TestBridge } from '../../../support/bridge.ts'
import { DomainController, type Manner } from '../../../support/domain-controller.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { sharedSamba } from '../../../support/shared-samba.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import type { RequestKind } from '../../adapter/ldap-proxy.ts'
import { selfSigned } from '../../connection/self-signed.ts'
import { createGroup, createResource } from '../create-resource.ts'
import { oneLine } from '../users-map.ts'
import { memberIds, patchOpUrn, textIn } from '../groups/group-scene.ts'

/** A bridge in front of a domain controller, and the domain as its administrator sees it. */
export class DomainScene {
  readonly bridge: TestBridge
  readonly admin: AdminClient
  /** The double, where there is one. */
  readonly controller: DomainController | undefined
  readonly #settings: Overrides
  readonly #release: () => Promise<void>
  readonly #others: TestBridge[] = []
  #count = 0

  private constructor(bridge: TestBridge, { settings, controller, release }: Obtained) {
    this.bridge = bridge
    this.#settings = settings
    this.controller = controller
    const samba = sharedSamba()
    this.admin = new AdminClient({ ...samba, url: samba.ldapsUrl })
    this.#release = release
  }

  /** @param isStrict through the double that behaves as Active Directory where Samba is milder.
   *  @param manner of the double. */
  static async open(
    isStrict: boolean,
    overrides: Overrides = {},
    manner: Manner = {},
  ): Promise<DomainScene> {
    const obtained: Obtained = isStrict
      ? await startDouble(manner)
      : { settings: { 'directory.tls.caFile': sharedSamba().caFile }, release: async () => {} }
    const bridge = await openBridge({ ...obtained.settings, ...overrides })
    return new DomainScene(bridge, obtained)
  }

  /** Opens another bridge in front of the same entries; it is closed with the scene. */
  async another(overrides: Overrides = {}): Promise<TestBridge> {
    const { people, groups } = this.bridge.section
    const bases = { 'users.base': people, 'groups.base': groups }
    const bridge = await openBridge({ ...this.#settings, ...bases, ...overrides })
    this.#others.push(bridge)
    return bridge
  }

  async close(): Promise<void> {
    for (const other of this.#others) await other.close()
    await this.bridge.close()
    await this.#release()
  }

  /** A name that nobody else has. */
  unusedName(): string {
    this.#count += 1
    return `u${this.#count}-${this.bridge.section.people.slice(3, 12)}`
  }

  /** Creates a user; what is not given but demanded is made up. */
  async user(attributes: JsonObject = {}): Promise<JsonObject> {
    const name = this.unusedName()
    return await createResource(this.bridge.scim, '/Users', {
      userName: `${name}@example.org`,
      displayName: `Ada ${name}`,
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      ...attributes,
    })
  }

  async userId(attributes: JsonObject = {}): Promise<string> {
    return textIn(await this.user(attributes), 'id')
  }

  /** Creates a group and returns its id. */
  async group(
    members: readonly string[] = [],
    displayName = `Group ${this.unusedName()}`,
  ): Promise<string> {
    return await createGroup(this.bridge.scim, displayName, members)
  }

  /** Adds a group as an administrator does; its id. */
  async addGroup(attributes: Readonly<Record<string, string>>): Promise<string> {
    const name = this.unusedName()
    const dn = `CN=${name},${this.bridge.section.groups}`
    await this.admin.add(dn, { objectClass: 'group', sAMAccountName: name, ...attributes })
    const found = await this.read(`/Groups?filter=displayName eq "${name}"`)
    const [group] = found['Resources'] as readonly JsonObject[]
    return textIn(group, 'id')
  }

  async read(resource: string): Promise<JsonObject> {
    const { status, answer, text } = await this.bridge.scim.get(resource)
    assert.equal(status, 200, text)
    return answer ?? {}
  }

  /** The ids of the members that a group shows, in order. */
  async memberIds(group: string): Promise<readonly string[]> {
    return memberIds(await this.read(`/Groups/${group}`))
  }

  async patch(resource: string, ...operations: readonly JsonObject[]): Promise<Exchange> {
    const body = { schemas: [patchOpUrn], Operations: operations }
    return await this.bridge.scim.patch(resource, body)
  }

  /** Changes the members of a group. */
  async changeMembers(
    group: string,
    op: 'add' | 'remove' | 'replace',
    ids: readonly string[],
  ): Promise<Exchange> {
    const value: JsonValue = ids.map((id) => ({ value: id }))
    return await this.patch(`/Groups/${group}`, { op, path: 'members', value })
  }

  /** Sends a write through the double, and does something each time the directory is asked to make it. */
  async during(
    kind: RequestKind,
    write: () => Promise<Exchange>,
    ...meanwhile: readonly (() => Promise<void>)[]
  ): Promise<Exchange> {
    const { controller = assert.fail('there is no double') } = this
    let held = controller.holdNext(kind)
    const answer = write()
    for (const [index, others] of meanwhile.entries()) {
      await Promise.race([held.arrived, answer])
      await others()
      const { letGo } = held
      if (index < meanwhile.length - 1) held = controller.holdNext(kind)
      letGo()
    }
    return await answer
  }

  /** Moves the entry with an id to another name, as an administrator does. */
  async move(id: string, newDn: string): Promise<void> {
    const [dn = assert.fail('there is no entry')] = await this.stored(id, 'distinguishedName')
    await this.admin.rename(dn, newDn)
  }

  /** The values of an attribute of the entry with an id. */
  async stored(id: string, attribute: string): Promise<readonly string[]> {
    return await this.admin.values(`<GUID=${id}>`, attribute)
  }

  /** Gives an attribute of the entry with an id these values, as an administrator does. */
  async store(id: string, attribute: string, ...values: readonly string[]): Promise<void> {
    await this.admin.modify(`<GUID=${id}>`, { operation: 'replace', type: attribute, values })
  }
}

/** Describes something in front of Samba, and in front of the double that is as strict as Active Directory. */
export function describeDomain(
  title: string,
  overrides: Overrides,
  define: (scene: () => DomainScene) => void,
): void {
  for (const [name, isStrict] of [
    ['Samba', false],
    ['Active Directory', true],
  ] as const) {
    describe(`${title} (${name})`, () => {
      let scene: DomainScene | undefined
      before(async () => {
        scene = await DomainScene.open(isStrict, overrides)
      })
      after(async () => scene?.close())
      define(() => scene ?? assert.fail('there is no scene'))
    })
  }
}

/** The attribute map of the preset's users with further lines. */
export function withLines(lines: Readonly<Record<string, string>>): Overrides {
  const file = path.resolve(import.meta.dirname, '../../../../config/active-directory.yaml')
  const preset = parse(readFileSync(file, 'utf8')) as { users: { attributes: object } }
  return { 'users.attributes': oneLine({ ...preset.users.attributes, ...lines }) }
}

interface Obtained {
  readonly settings: Overrides
  readonly controller?: DomainController
  readonly release: () => Promise<void>
}

async function openBridge(overrides: Overrides): Promise<TestBridge> {
  const samba = sharedSamba()
  // A domain controller takes no password in clear text.
  const endpoint = { ...samba, url: samba.ldapsUrl }
  const place = { ...exampleDomain, preset: 'active-directory.yaml' }
  return await openTestBridge(endpoint, overrides, place)
}

async function startDouble(manner: Manner): Promise<Obtained> {
  const identity = selfSigned('Domain controller')
  const folder = await temporaryFolder('domain-controller')
  const caFile = path.join(folder.path, 'ca.pem')
  await writeFile(caFile, identity.certificate)
  const controller = await DomainController.start(sharedSamba(), { ...manner, identity })
  return {
    settings: { 'directory.urls': controller.url, 'directory.tls.caFile': caFile },
    controller,
    async release() {
      await controller.close()
      await folder.remove()
    },
  }
}
