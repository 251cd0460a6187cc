import assert from 'node:assert/strict'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { eventually } from '../../../support/eventually.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { Scene } from '../users/scene.ts'

describe('Asking for what has changed since the last visit, on an OpenLDAP (RFC 7644 §3.4.2.2)', () => {
  let proxy: LdapProxy
  let bridge: TestBridge
  let scene: Scene
  let old: { readonly id: string }
  let changed: {
    readonly id: string
    readonly meta: { readonly created: string; readonly lastModified: string }
  }

  before(async () => {
    const server = sharedOpenldap()
    proxy = await LdapProxy.start(server.url)
    bridge = await openTestBridge(server, { 'directory.urls': proxy.url })
    scene = new Scene(bridge, new AdminClient(server))
    old = await scene.user()
    const other = await scene.user()
    // The server counts seconds.
    await eventually(async () => {
      const value = scene.unusedName()
      const { answer } = await scene.patch(other.id, { op: 'replace', path: 'title', value })
      changed = answer as unknown as typeof changed
      assert.notEqual(changed.meta.lastModified, changed.meta.created)
    })
  })

  after(async () => {
    await bridge.close()
    await proxy.close()
  })

  const time = (shiftMs: number): string =>
    new Date(Date.parse(changed.meta.lastModified) + shiftMs).toISOString()

  const filters: readonly (readonly [
    what: string,
    filter: () => string,
    isOld: boolean,
    isChanged: boolean,
  ])[] = [
    ['after a second before', () => `meta.lastModified gt "${time(-1)}"`, false, true],
    ['at the very second or later', () => `meta.lastModified ge "${time(0)}"`, false, true],
    ['after the very second', () => `meta.lastModified gt "${time(0)}"`, false, false],
    ['at the very second', () => `meta.lastModified eq "${time(0)}"`, false, true],
    ['a moment later', () => `meta.lastModified eq "${time(1)}"`, false, false],
    ['before the very second', () => `meta.lastModified lt "${time(0)}"`, true, false],
    ['up to the very second', () => `meta.lastModified le "${time(0)}"`, true, true],
    ['created before', () => `meta.created lt "${time(0)}"`, true, true],
    ['not before', () => `not (meta.lastModified lt "${time(0)}")`, false, true],
  ]
  for (const [what, filter, isOld, isChanged] of filters) {
    it(`finds those changed ${what}, and no others`, async () => {
      const found = (await scene.find(filter())).map(({ id }) => id)
      assert.deepEqual([found.includes(old.id), found.includes(changed.id)], [isOld, isChanged])
    })
  }

  it('has the directory look for them', async () => {
    proxy.messages.splice(0)
    await scene.find(`meta.lastModified gt "${time(-1)}"`)
    const sent = proxy.messages.filter((message) => message.includes('modifyTimestamp')).join('')
    // The name of the attribute and the value, with tag and length between them. RFC 4511 §4.5.1.7
    const asked = /modifyTimestamp..(?<time>\d{14}Z)/su.exec(sent)
    assert.equal(asked?.groups?.['time'], time(-1000).replace(/[-:T]|\.\d+/gu, ''))
  })
})
