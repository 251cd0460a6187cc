import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { DomainController } from '../../../support/domain-controller.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { sharedSamba } from '../../../support/shared-samba.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts'
import { selfSigned } from '../../connection/self-signed.ts'
import { patchOpUrn, textIn } from '../groups/group-scene.ts'

const kinds = ['search', 'add', 'modify', 'modifyDn', 'delete'] as const

function countOf(controller: DomainController): number {
  return kinds.reduce((sum, kind) => sum + controller.countOf(kind), 0)
}

describe('Several domain controllers (directory.urls), of which the first is preferred', () => {
  const identity = selfSigned('Domain controller')
  let folder: TemporaryFolder
  let first: DomainController
  let firstUrl: string
  let second: DomainController
  let bridge: TestBridge

  before(async () => {
    folder = await temporaryFolder('domain-controllers')
    await writeFile(path.join(folder.path, 'ca.pem'), identity.certificate)
    const samba = sharedSamba()
    first = await DomainController.start(samba, { identity })
    firstUrl = first.url
    second = await DomainController.start(samba, { identity })
    bridge = await open()
  })

  const open = async (): Promise<TestBridge> =>
    await openTestBridge(
      { ...sharedSamba(), url: sharedSamba().ldapsUrl },
      {
        'directory.urls': `[${firstUrl}, ${second.url}]`,
        'directory.tls.caFile': path.join(folder.path, 'ca.pem'),
      },
      { ...exampleDomain, preset: 'active-directory.yaml' },
    )

  after(async () => {
    await bridge.close()
    await first.close()
    await second.close()
    await folder.remove()
  })

  let count = 0
  /** Creates, renames, reads and deletes a user with a group. */
  async function work(): Promise<void> {
    count += 1
    const name = `dc${count}`
    const user = await bridge.scim.post('/Users', {
      userName: `${name}@example.org`,
      displayName: name,
      password: 'Corr3ct-horse',
    })
    assert.equal(user.status, 201, user.text)
    const id = textIn(user.answer, 'id')
    const group = await bridge.scim.post('/Groups', {
      displayName: `${name} g`,
      members: [{ value: id }],
    })
    assert.equal(group.status, 201, group.text)
    assert.equal((await rename(id, `${name} new`)).status, 200)
    assert.equal((await bridge.scim.get(`/Users?filter=id eq "${id}"`)).status, 200)
    assert.equal((await bridge.scim.delete(`/Users/${id}`)).status, 204)
  }
  const rename = async (id: string, displayName: string) =>
    await bridge.scim.patch(`/Users/${id}`, {
      schemas: [patchOpUrn],
      Operations: [{ op: 'replace', value: { displayName } }],
    })

  it('get everything at the first while that answers, and nothing at the other', async () => {
    await work()
    for (const kind of kinds) assert.ok(first.countOf(kind) > 0, kind)
    assert.equal(countOf(second), 0)
  })

  it('go on at the second when the first is away, with everything that a request needs', async () => {
    await first.close()
    await work()
    for (const kind of kinds) assert.ok(second.countOf(kind) > 0, kind)
  })

  it('are gone back from to the first when that answers again and nothing has been written for a while', async function () {
    this.timeout(60_000)
    const { port } = new URL(firstUrl)
    const reader = await open()
    try {
      assert.equal((await reader.scim.get('/Users?count=1')).status, 200)
      first = await DomainController.start(sharedSamba(), { identity, port: Number(port) })
      while (first.countOf('search') === 0) {
        assert.equal((await reader.scim.get('/Users?count=1')).status, 200)
        await delay(20)
      }
      const atSecond = countOf(second)
      assert.equal((await reader.scim.get('/Users?filter=active eq true')).status, 200)
      assert.equal(countOf(second), atSecond)
    } finally {
      await reader.close()
    }
  })
})
