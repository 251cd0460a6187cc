import assert from 'node:assert/strict'
import { start389ds } from '../support/389ds.ts'
import { AdminClient } from '../support/admin-client.ts'
import type { DirectoryServer } from '../support/directory-server.ts'
import { exampleTree } from '../support/openldap-server.ts'
import { exampleDomain, startSamba } from '../support/samba.ts'

const preparationLimitMs = 5 * 60_000

const kinds = [
  { name: '389 DS', start: start389ds, base: exampleTree.people, url: 'url' },
  { name: 'Samba', start: startSamba, base: exampleDomain.people, url: 'ldapsUrl' },
] as const

for (const { name, start, base, url } of kinds) {
  describe(`A ${name} of one's own`, function () {
    this.timeout(preparationLimitMs)
    let server: DirectoryServer
    let admin: AdminClient

    before(async () => {
      server = await start()
      admin = new AdminClient({ url: server[url], ca: server.ca, admin: server.admin })
    })

    after(async () => {
      await server.close()
      await server.close()
    })

    const change = async (description: string): Promise<void> => {
      await admin.modify(base, { operation: 'replace', type: 'description', values: [description] })
    }

    it('keeps its data when it is killed, and when it is stopped, and starts again', async () => {
      await change('before its death')
      await server.kill()
      await assert.rejects(admin.read(base))
      await server.restart()
      assert.deepEqual(await admin.values(base, 'description'), ['before its death'])
      await change('before the stop')
      await server.stop()
      await assert.rejects(admin.read(base))
      await server.restart()
      assert.deepEqual(await admin.values(base, 'description'), ['before the stop'])
    })

    it('stands still until it is thawed', async () => {
      await server.freeze()
      const read = admin.values(base, 'description')
      const silence = new Promise((resolve) => setTimeout(resolve, 300, 'silence'))
      assert.equal(await Promise.race([read, silence]), 'silence')
      await server.thaw()
      assert.equal((await read).length, 1)
    })

    it('lets nobody in with another password', async () => {
      assert.equal(await admin.canBind(server.bridge.dn, server.bridge.password), true)
      assert.equal(await admin.canBind(server.bridge.dn, 'not the password'), false)
    })
  })
}
