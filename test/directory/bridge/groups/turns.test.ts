import assert from 'node:assert/strict'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { textIn } from './group-scene.ts'

const assertionControl = '1.3.6.1.1.12'

for (const hidden of [[], [assertionControl]]) {
  const server = hidden.length === 0 ? 'with' : 'without'
  describe(`Changes of one group at the same time, on a server ${server} assertions`, () => {
    let proxy: LdapProxy
    let bridge: TestBridge

    before(async () => {
      proxy = await LdapProxy.start(sharedOpenldap().url, hidden)
      bridge = await openTestBridge(
        { ...sharedOpenldap(), url: proxy.url },
        { 'groups.attributes': '{ displayName: cn, externalId: description }' },
      )
    })

    after(async () => {
      await bridge.close()
      await proxy.close()
    })

    it('leave one value where both give the first of an attribute', async () => {
      const created = await bridge.scim.post('/Groups', { displayName: 'Both' })
      assert.equal(created.status, 201, created.text)
      const path = `/Groups/${textIn(created.answer ?? {}, 'id')}`
      const change = async (value: string): Promise<number> => {
        const Operations = [{ op: 'add', path: 'externalId', value }]
        return (await bridge.scim.patch(path, { Operations })).status
      }
      let second: Promise<number> | undefined
      proxy.meanwhile('modify', async () => {
        second = change('two')
        // Time enough for the second to be done, if it did not wait.
        for (let count = 0; count < 20; count += 1) await bridge.scim.get(path)
      })
      assert.deepEqual([await change('one'), await second], [204, 204])
      const dn = `cn=Both,${bridge.section.groups}`
      assert.deepEqual(await new AdminClient(sharedOpenldap()).values(dn, 'description'), ['two'])
    })
  })
}
