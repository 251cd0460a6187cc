import assert from 'node:assert/strict'
import { start389ds } from '../../../support/389ds.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import type { DirectoryServer } from '../../../support/directory-server.ts'
import { shared389ds } from '../../../support/shared-389ds.ts'
import { assertRefused, memberIds, patchOpUrn, textIn } from '../groups/group-scene.ts'
import { usersMap } from '../users-map.ts'
import { openBridge389 } from './open-bridge.ts'

/** What a 389 DS takes in one request unless it is configured otherwise (nsslapd-maxbersize). */
const mostBytes = 2_097_152

// A text is refused before it comes to this (decision 56); a picture is not.
const withPhotos = usersMap({ 'photos[type eq "photo"]': 'jpegPhoto' })

function photosOf(bytes: number) {
  const picture = Buffer.alloc(bytes, 'x')
  picture.set([0xff, 0xd8, 0xff])
  picture.set([0xff, 0xd9], bytes - 2)
  return [{ type: 'photo', value: `data:image/jpeg;base64,${picture.toString('base64')}` }]
}

const photos = photosOf(mostBytes)

const tooLarge = {
  status: 400,
  scimType: 'invalidValue',
  detail: /^photos\[type eq "photo"\] is too large: the directory takes less in one change\./u,
}

describe('What a 389 Directory Server takes in one request', () => {
  let bridge: TestBridge
  let admin: AdminClient

  before(async () => {
    bridge = await openBridge389(withPhotos)
    admin = new AdminClient(shared389ds())
  })

  after(async () => await bridge.close())

  const patch = async (resource: string, value: object) =>
    await bridge.scim.patch(resource, {
      schemas: [patchOpUrn],
      Operations: [{ op: 'replace', value: { ...value } }],
    })

  it('is less than that: a larger one ends the connection', async () => {
    const dn = `uid=large,${bridge.section.people}`
    const title = 'x'.repeat(mostBytes)
    const entry = { objectClass: 'inetOrgPerson', cn: 'x', sn: 'x', title }
    await assert.rejects(admin.add(dn, entry))
    assert.equal(await admin.read(dn), undefined)
  })

  it('is told with 400, which names the attribute, and nothing is written', async () => {
    const body = { userName: 'large', name: { familyName: 'Large' } }
    assertRefused(await bridge.scim.post('/Users', { ...body, photos }), tooLarge)
    const user = await bridge.scim.post('/Users', body)
    assert.equal(user.status, 201, user.text)
    const path = `/Users/${textIn(user.answer, 'id')}`
    assertRefused(await patch(path, { userName: 'renamed', photos }), tooLarge)
    assertRefused(await bridge.scim.put(path, { ...body, photos }), tooLarge)
    assert.deepEqual((await bridge.scim.get(path)).answer, user.answer)
  })

  it('ends no other request that is under way', async () => {
    const heard = bridge.events.length
    const name = { familyName: 'Other' }
    const users = Array.from({ length: 24 }, (_, number) => ({
      userName: `other${number}`,
      name,
      ...(number % 6 === 5 && { photos }),
    }))
    const answers = await Promise.all(
      users.map(async (user) => (await bridge.scim.post('/Users', user)).status),
    )
    assert.deepEqual(
      answers,
      users.map((user) => ('photos' in user ? 400 : 201)),
    )
    const complaints = bridge.events
      .slice(heard)
      .filter(({ level }) => ['warn', 'error'].includes(level))
    assert.deepEqual(complaints, [])
  })

  it('is used as far as it goes by one value', async () => {
    const body = {
      userName: 'nearly',
      name: { familyName: 'Nearly' },
      photos: photosOf(mostBytes - 2048),
    }
    const created = await bridge.scim.post('/Users', body)
    assert.equal(created.status, 201, created.text.slice(0, 300))
    assert.deepEqual(created.answer?.['photos'], body.photos)
  })
})

describe('What a 389 Directory Server that is configured otherwise takes in one request', () => {
  const few = 450_000
  let server: DirectoryServer
  let bridge: TestBridge
  let admin: AdminClient

  before(async function () {
    this.timeout(5 * 60_000)
    server = await start389ds({ plugins: [] })
    admin = new AdminClient(server)
    const values = [String(few)]
    await admin.modify('cn=config', { operation: 'replace', type: 'nsslapd-maxbersize', values })
    await server.restart()
    bridge = await openBridge389(
      { ...withPhotos, 'directory.maxRequestBytes': String(few) },
      server,
    )
  })

  after(async () => {
    await bridge.close()
    await server.close()
  })

  it('is told with 400 as the settings say it', async () => {
    const body = { userName: 'large', name: { familyName: 'Large' }, photos: photosOf(few) }
    assertRefused(await bridge.scim.post('/Users', body), tooLarge)
  })

  it('keeps nobody from a group: members come and go in portions of less', async function () {
    this.timeout(120_000)
    const { people } = bridge.section
    const deep = Array.from({ length: 4 }, (_, level) => `ou=${'o'.repeat(200)}${level}`).reduce(
      (bases, ou) => [...bases, `${ou},${bases.at(-1) ?? people}`],
      [] as readonly string[],
    )
    const attributes = { objectClass: 'organizationalUnit' }
    await admin.addAll(deep.map((dn) => ({ dn, attributes })))
    const entries = Array.from({ length: 540 }, (_, number) => ({
      dn: `uid=member${number},${deep.at(-1) ?? people}`,
      attributes: { objectClass: 'inetOrgPerson', cn: 'x', sn: 'x' },
    }))
    assert.ok(entries.reduce((sum, { dn }) => sum + dn.length, 0) > few)
    await admin.addAll(entries)
    const found = await bridge.scim.get('/Users?attributes=userName')
    const resources = (found.answer?.['Resources'] ?? []) as readonly { readonly id: string }[]
    const ids = resources.map(({ id }) => id)
    assert.equal(ids.length, entries.length)
    const members = ids.map((value) => ({ value }))
    const group = await bridge.scim.post('/Groups', { displayName: 'Large', members })
    assert.equal(group.status, 201, group.text.slice(0, 300))
    const path = `/Groups/${textIn(group.answer, 'id')}`
    const shown = async () => memberIds((await bridge.scim.get(path)).answer)
    assert.deepEqual(await shown(), ids.toSorted())
    for (const [op, expected] of [
      ['remove', []],
      ['add', ids.toSorted()],
    ] as const) {
      const Operations = [{ op, path: 'members', value: members }]
      const changed = await bridge.scim.patch(path, { schemas: [patchOpUrn], Operations })
      assert.equal(changed.status, 204, changed.text)
      assert.deepEqual(await shown(), expected)
    }
  })
})
