import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { Overrides } from '../../../support/bridge.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import type { ObtainedServer, ServerPlace } from '../../servers/server-place.ts'
import { ServerScene, toMembers } from '../../servers/server-scene.ts'
import { patchOf } from '../users/scene.ts'

/** Members of groups of a kind of server, behind a brake that lets one group be emptied. */
export class MemberScene {
  readonly server: ServerScene
  readonly #obtained: ObtainedServer

  private constructor(server: ServerScene, obtained: ObtainedServer) {
    this.server = server
    this.#obtained = obtained
  }

  /** @param settings beside those of the place. */
  static async open(place: ServerPlace, settings: Overrides = {}): Promise<MemberScene> {
    const obtained = await place.obtain()
    const limits = { 'brake.enabled': 'true', 'brake.maxCount': '1', 'brake.maxShare': '100' }
    const scene = await ServerScene.open(place, obtained, { ...limits, ...settings })
    const opened = new MemberScene(scene, obtained)
    // Where the bridge may not write just anything, there is an entry already.
    if (place.settings['brake.entry'] === undefined) {
      await scene.admin.add(opened.#entryDn, { objectClass: 'applicationProcess', cn: 'brake' })
    }
    return opened
  }

  async close(): Promise<void> {
    await this.forget()
    await this.server.bridge.close()
    await this.#obtained.release()
  }

  async users(count: number): Promise<readonly string[]> {
    const names = Array.from({ length: count }, async () => await this.server.userId())
    return await Promise.all(names)
  }

  async patchMembers(group: string, ...operations: readonly JsonObject[]): Promise<Exchange> {
    return await this.server.patch(`/Groups/${group}`, ...operations)
  }

  async dryRun(group: string, ...operations: readonly JsonObject[]): Promise<Exchange> {
    const [body, headers] = [patchOf(...operations), { Prefer: 'dry-run' }]
    return await this.server.bridge.scim.send('PATCH', `/Groups/${group}`, { body, headers })
  }

  /** Has a bulk request make the change.
   *  @returns what came of its only operation. */
  async bulkPatchMembers(group: string, ...operations: readonly JsonObject[]): Promise<Exchange> {
    const patch = { method: 'PATCH', path: `/Groups/${group}`, data: patchOf(...operations) }
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
    const { scim } = this.server.bridge
    const sent = await scim.post('/Bulk', { schemas, Operations: [patch] })
    const [result] = (sent.answer?.['Operations'] ?? []) as readonly JsonObject[]
    const answer = result?.['response'] as JsonObject | undefined
    return { ...sent, answer, status: Number(result?.['status']) }
  }

  /** What the brake has written: how many groups as emptied, how many marks. */
  async recorded(): Promise<{ readonly emptied: number; readonly tripped: number }> {
    const words = (await this.#values()).map((value) => value.split(' ')[2])
    const countOf = (word: string): number => words.filter((each) => each === word).length
    return { emptied: countOf('emptied'), tripped: countOf('tripped') }
  }

  /** Empties the record, as a release does. */
  async forget(): Promise<void> {
    if ((await this.#values()).length === 0) return
    const { admin } = this.server
    await admin.modify(this.#entryDn, { operation: 'delete', type: 'description' })
  }

  /** Asserts that a change was made, and leaves these members. */
  async assertLeft(group: string, changed: Exchange, left: readonly string[]): Promise<void> {
    assert.ok(changed.status < 300, changed.text)
    assert.deepEqual(await this.server.memberIds(group), left.toSorted())
  }

  get #entryDn(): string {
    const { place, bridge } = this.server
    return place.settings['brake.entry'] ?? `cn=brake,${bridge.section.people}`
  }

  async #values(): Promise<readonly string[]> {
    return await this.server.admin.values(this.#entryDn, 'description')
  }
}

/** The operation that adds members. */
export function adding(ids: readonly string[]): JsonObject {
  return { op: 'add', path: 'members', value: toMembers(ids) }
}

/** The operation that removes members. */
export function removing(ids: readonly string[]): JsonObject {
  return { op: 'remove', path: 'members', value: toMembers(ids) }
}
