import assert from 'node:assert/strict'
import { decode } from '../../../../src/codec/decode.ts'
import { loadSettings } from '../../../../src/config/load-settings.ts'
import { Settings } from '../../../../src/config/settings.ts'
import type { Directory } from '../../../../src/directory/directory.ts'
import { createLdapDirectory } from '../../../../src/directory/ldap-directory.ts'
import { Brake } from '../../../../src/provisioning/brake.ts'
import { brakedUsers } from '../../../../src/provisioning/brake-limits.ts'
import { createParts } from '../../../../src/provisioning/parts.ts'
import { BrakeSettings } from '../../../../src/provisioning/settings.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { directoryVariables, preset } from '../command-line/run-cli.ts'
import { brakeSceneFor } from './brake-scene.ts'

const limits = { maxCount: '3', maxShare: '100' }
const reason = {
  requestId: 'r',
  actor: 'test',
  clientAddress: 'local',
  method: 'DELETE',
  path: '/Users/1',
}

describe('A bridge whose clock is wrong, beside one whose clock is right', () => {
  const scene = brakeSceneFor(limits)
  let directory: Directory

  afterEach(async () => directory.close())

  for (const [what, aheadMs] of [
    ['ahead', 7_200_000],
    ['behind', -7_200_000],
  ] as const) {
    it(`neither forgets what the other counted nor is forgotten, two hours ${what}`, async () => {
      const warnings: string[] = []
      const warn = (message: string): void => void warnings.push(message)
      const logger = { debug() {}, info() {}, warn, error() {} }
      const environment = directoryVariables(sharedOpenldap(), scene().bridge.section)
      const settings = await loadSettings({ file: preset, environment }, Settings)
      directory = await createLdapDirectory(settings.directory, logger)
      const all = { ...settings, ...settings.lists }
      const { reader, leftovers, mappings } = createParts(directory, all, logger)
      const own = decode(BrakeSettings, { ...limits, entry: scene().entryDn })
      const clock = { now: () => Date.now() + aheadMs }
      const brake = new Brake({ directory, reader, leftovers, logger, ...clock }, own)
      const category = brakedUsers(await mappings.get(), 'deleted')

      const [one = '', two = '', three = ''] = await scene().users(3)
      assert.equal((await scene().remove(one)).status, 204)
      await brake.pass(category, reason, async () => {})
      assert.equal((await scene().remove(two)).status, 204)
      await assert.rejects(
        brake.pass(category, reason, async () => {}),
        { status: 403 },
      )
      await scene().forget()
      for (let time = 0; time < 3; time += 1) await brake.pass(category, reason, async () => {})
      assert.equal((await scene().remove(three)).status, 403)
      assert.deepEqual(warnings, [
        'the clocks of bridge and directory differ',
        'the brake stops deletions until it is released',
      ])
    })
  }
})
