import assert from 'node:assert/strict'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import {
  assertRefused,
  dns,
  GroupScene,
  memberIds,
  ids,
  type Person,
  placeholder,
} from './group-scene.ts'

const controls = {
  transactions: '1.3.6.1.1.21.1',
  assertion: '1.3.6.1.1.12',
  preRead: '1.3.6.1.1.13.1',
  postRead: '1.3.6.1.1.13.2',
}

describe('Groups on a server without transactions, Assertion and Post-Read', function () {
  this.timeout(60_000)

  let proxy: LdapProxy
  let scene: GroupScene
  let people: readonly Person[]

  before(async () => {
    const server = sharedOpenldap()
    proxy = await LdapProxy.start(server.url, Object.values(controls))
    scene = await GroupScene.open(server, { 'directory.urls': proxy.url })
    people = await scene.addPeople('plain', 1200)
  })

  after(async () => {
    await scene.close()
    await proxy.close()
  })

  it('are created in batches, filled, emptied, renamed and deleted', async () => {
    const members = people.map(({ id }) => ({ value: id }))
    const created = await scene.bridge.scim.post('/Groups', { displayName: 'Plain', members })
    assert.equal(created.status, 201, created.text)
    assert.deepEqual(memberIds(created.answer), ids(people))
    const id = created.answer?.['id']
    assert.ok(typeof id === 'string')
    const rename = { op: 'replace', path: 'displayName', value: 'Plainer' }
    assert.equal((await scene.patch(id, [rename, { op: 'remove', path: 'members' }])).status, 204)
    assert.deepEqual(await scene.stored(id, 'cn'), ['Plainer'])
    assert.deepEqual(await scene.storedMembers(id), [placeholder])
    const put = await scene.bridge.scim.put(`/Groups/${id}`, { displayName: 'Plain', members })
    assert.deepEqual(memberIds(put.answer), ids(people))
    assert.deepEqual(await scene.storedMembers(id), dns(people))
    assert.equal((await scene.bridge.scim.delete(`/Groups/${id}`)).status, 204)
  })

  it('get their old name back when the change behind a rename fails', async () => {
    const id = await scene.createGroup('Stays', people.slice(0, 1))
    proxy.next('modify', 'cutBefore')
    const patched = await scene.patch(id, [
      { op: 'replace', path: 'displayName', value: 'Goes' },
      { op: 'replace', path: 'externalId', value: 'x' },
    ])
    const isRenamed = (await scene.stored(id, 'cn'))[0] === 'Goes'
    const isIdentified = (await scene.stored(id, 'scimExternalId')).length > 0
    assert.equal(isRenamed, patched.status === 204, patched.text)
    assert.equal(isIdentified, patched.status === 204)
  })

  it('disappear again when the second batch of a creation is not made', async () => {
    proxy.next('modify', 'cutBefore')
    const members = people.map(({ id }) => ({ value: id }))
    const created = await scene.bridge.scim.post('/Groups', { displayName: 'Torn', members })
    const found = await scene.bridge.scim.get('/Groups?filter=displayName eq "Torn"')
    assert.equal(found.answer?.['totalResults'], created.status === 201 ? 1 : 0, created.text)
    if (created.status !== 201) assertRefused(created, { status: 503 })
  })

  it('lose no member to many clients', async () => {
    const id = await scene.createGroup('Busy')
    await Promise.all(
      people.slice(0, 15).map(async (person) => {
        const value = [{ value: person.id }]
        const { status, text } = await scene.patch(id, [{ op: 'add', path: 'members', value }])
        assert.equal(status, 204, text)
      }),
    )
    assert.deepEqual(await scene.storedMembers(id), dns(people.slice(0, 15)))
  })

  it('heed If-Match', async () => {
    const id = await scene.createGroup('Versioned plain', people.slice(0, 1))
    const { headers } = await scene.bridge.scim.get(`/Groups/${id}`)
    const send = async (externalId: string): Promise<number> => {
      const answer = await scene.bridge.scim.send('PUT', `/Groups/${id}`, {
        body: { displayName: 'Versioned plain', externalId },
        headers: { 'if-match': headers.get('etag') ?? '' },
      })
      return answer.status
    }
    assert.equal(await send('first'), 200)
    assert.equal(await send('second'), 412)
  })
})
