import { AdminClient } from '../../../support/admin-client.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type Overrides, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { patchOf, Scene } from '../users/scene.ts'

/** What the brake has written. */
export interface Recorded {
  readonly counted: number
  readonly tripped: number
}

/** Users and groups behind a brake whose entry is in the section of the test. */
export class BrakeScene extends Scene {
  readonly #others: TestBridge[] = []

  /** @param settings of the brake, without `brake.`. */
  static async openOn(settings: Overrides, others: Overrides = {}): Promise<BrakeScene> {
    const server = sharedOpenldap()
    const overrides = { ...named(settings), ...others }
    const scene = new BrakeScene(await openTestBridge(server, overrides), new AdminClient(server))
    await scene.admin.add(scene.entryDn, { objectClass: 'applicationProcess', cn: 'brake' })
    return scene
  }

  get entryDn(): string {
    return `cn=brake,${this.bridge.section.people}`
  }

  /** One more bridge on the same people, groups and brake. */
  async another(settings: Overrides): Promise<TestBridge> {
    const { people, groups } = this.bridge.section
    const bases = { 'users.base': people, 'groups.base': groups, 'brake.entry': this.entryDn }
    const bridge = await openTestBridge(sharedOpenldap(), { ...named(settings), ...bases })
    this.#others.push(bridge)
    return bridge
  }

  /** The values of the attribute that the brake counts in. */
  async values(): Promise<readonly string[]> {
    return await this.admin.values(this.entryDn, 'description')
  }

  async recorded(): Promise<Recorded> {
    const values = await this.values()
    const words = values.map((value) => value.split(' ')[2] ?? '')
    return {
      counted: words.filter((word) => ['deleted', 'deactivated', 'emptied'].includes(word)).length,
      tripped: words.filter((word) => word === 'tripped').length,
    }
  }

  /** Empties the record, as a release does. */
  async forget(): Promise<void> {
    if ((await this.values()).length === 0) return
    await this.admin.modify(this.entryDn, { operation: 'delete', type: 'description' })
  }

  /** Makes everything that was counted so much older. */
  async age(ms: number): Promise<void> {
    const values = (await this.values()).map((value) =>
      value.replace(/\d{14}(?:\.\d+)?Z/u, (time) => moved(time, -ms)),
    )
    const change = { operation: 'replace', type: 'description', values } as const
    await this.admin.modify(this.entryDn, change)
  }

  async users(count: number): Promise<readonly string[]> {
    return await Promise.all(Array.from({ length: count }, async () => await this.userId()))
  }

  async remove(id: string, { scim } = this.bridge): Promise<Exchange> {
    return await scim.delete(`/Users/${id}`)
  }

  async deactivate(id: string): Promise<Exchange> {
    return await this.patch(id, { op: 'replace', path: 'active', value: false })
  }

  async activate(id: string): Promise<Exchange> {
    return await this.patch(id, { op: 'replace', path: 'active', value: true })
  }

  async removeGroup(id: string): Promise<Exchange> {
    return await this.bridge.scim.delete(`/Groups/${id}`)
  }

  async patchGroup(id: string, ...operations: readonly JsonObject[]): Promise<Exchange> {
    return await this.bridge.scim.patch(`/Groups/${id}`, patchOf(...operations))
  }

  async replaceMembers(id: string, members: readonly string[]): Promise<Exchange> {
    const values = members.map((value) => ({ value }))
    const body = { displayName: this.unusedName(), members: values }
    return await this.bridge.scim.put(`/Groups/${id}`, body)
  }

  async addMember(group: string, value: string): Promise<Exchange> {
    const operation = { op: 'add', path: 'members', value: [{ value }] }
    return await this.bridge.scim.patch(`/Groups/${group}`, patchOf(operation))
  }

  async close(): Promise<void> {
    for (const bridge of this.#others) await bridge.close()
    await this.bridge.close()
  }
}

/** A scene that is there for the tests of the surrounding `describe`; each finds the record empty. */
export function brakeSceneFor(settings: Overrides, others: Overrides = {}): () => BrakeScene {
  let scene: BrakeScene | undefined
  before(async () => {
    scene = await BrakeScene.openOn(settings, others)
  })
  beforeEach(async () => scene?.forget())
  after(async () => scene?.close())
  return () => {
    if (scene === undefined) throw new Error('the scene is for tests and hooks')
    return scene
  }
}

function named(settings: Overrides): Overrides {
  const all = { enabled: 'true', ...settings }
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [`brake.${key}`, value]))
}

/** A Generalized Time so much later. */
function moved(time: string, ms: number): string {
  const iso = time.replace(/^(....)(..)(..)(..)(..)(..)(.*)Z$/u, '$1-$2-$3T$4:$5:$6$7Z')
  const later = new Date(Date.parse(iso) + ms).toISOString()
  return later.replace(/[-:T]/gu, '')
}
