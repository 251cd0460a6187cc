import assert from 'node:assert/strict'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import {
  assertRefused,
  dns,
  GroupScene,
  ids,
  memberIds,
  type Person,
  placeholder,
} from './group-scene.ts'

describe('PUT /Groups/:id on an OpenLDAP (RFC 7644 §3.5.1)', () => {
  let scene: GroupScene
  let ann: Person
  let ben: Person
  let eve: Person

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('put', 3)
    ;[ann, ben, eve] = people as [Person, Person, Person]
  })

  after(async () => scene.close())

  it('replaces the members value by value and never the list', async () => {
    const id = await scene.createGroup('By value', [ann, ben])
    const put = await scene.bridge.scim.put(`/Groups/${id}`, {
      displayName: 'By value',
      members: [{ value: ben.id }, { value: eve.id }],
    })
    assert.equal(put.status, 200)
    assert.deepEqual(memberIds(put.answer), ids([ben, eve]))
    const lines = (await scene.ldif(put)).split('\n')
    assert.deepEqual(
      lines.filter((line) => /^(add|delete|replace|member):/u.test(line)),
      ['add: member', `member: ${eve.dn}`, 'delete: member', `member: ${ann.dn}`],
    )
  })

  it('leaves the members alone when the body does not mention them', async () => {
    const id = await scene.createGroup('Unsaid', [ann])
    const put = await scene.bridge.scim.put(`/Groups/${id}`, { displayName: 'Unsaid too' })
    assert.equal(put.status, 200)
    assert.equal(put.answer?.['displayName'], 'Unsaid too')
    assert.deepEqual(memberIds(put.answer), [ann.id])
  })

  for (const members of [[], null]) {
    it(`takes all members out for members ${JSON.stringify(members)}`, async () => {
      const id = await scene.createGroup(`Out ${JSON.stringify(members)}`, [ann, ben])
      const put = await scene.bridge.scim.put(`/Groups/${id}`, {
        displayName: `Out ${JSON.stringify(members)}`,
        members,
      })
      assert.equal(put.status, 200)
      assert.equal(put.answer?.['members'], undefined)
      assert.deepEqual(await scene.storedMembers(id), [placeholder])
    })
  }

  it('writes nothing when nothing changes, and answers the group', async () => {
    const id = await scene.createGroup('Same', [ann, ben])
    const { answer } = await scene.bridge.scim.get(`/Groups/${id}`)
    const before = await scene.writes()
    const put = await scene.bridge.scim.put(`/Groups/${id}`, answer ?? {})
    assert.equal(put.status, 200)
    assert.deepEqual(put.answer, answer)
    assert.equal(await scene.writes(), before)
  })

  it('keeps attributes that no map names', async () => {
    const id = await scene.createGroup('Described', [ann])
    const dn = `cn=Described,${scene.bridge.section.groups}`
    await scene.admin.modify(dn, {
      operation: 'add',
      type: 'description',
      values: ['Kept by hand'],
    })
    await scene.bridge.scim.put(`/Groups/${id}`, { displayName: 'Redescribed', members: [] })
    assert.deepEqual(await scene.stored(id, 'description'), ['Kept by hand'])
  })

  it('answers 400 for an unknown member and leaves name and members as they are', async () => {
    const id = await scene.createGroup('Steady', [ann])
    assertRefused(
      await scene.bridge.scim.put(`/Groups/${id}`, {
        displayName: 'Shaken',
        members: [{ value: ben.id }, { value: 'nobody' }],
      }),
      { status: 400, scimType: 'invalidValue', detail: /members.*nobody/ },
    )
    assert.deepEqual(await scene.stored(id, 'cn'), ['Steady'])
    assert.deepEqual(await scene.storedMembers(id), [ann.dn])
  })

  it('answers 400 without displayName, 404 for an unknown group', async () => {
    const id = await scene.createGroup('Present', [ann])
    assertRefused(await scene.bridge.scim.put(`/Groups/${id}`, { members: [] }), {
      status: 400,
      scimType: 'invalidValue',
      detail: /displayName/,
    })
    assertRefused(await scene.bridge.scim.put(`/Groups/${ann.id}`, { displayName: 'x' }), {
      status: 404,
    })
    assert.deepEqual(await scene.storedMembers(id), [ann.dn])
  })

  it('clears externalId when the body leaves it out', async () => {
    const { answer } = await scene.bridge.scim.post('/Groups', {
      displayName: 'Identified',
      externalId: 'e1',
    })
    const id = answer?.['id']
    assert.ok(typeof id === 'string')
    const put = await scene.bridge.scim.put(`/Groups/${id}`, { displayName: 'Identified' })
    assert.equal(put.answer?.['externalId'], undefined)
    assert.deepEqual(await scene.stored(id, 'scimExternalId'), [])
  })

  it('heeds If-Match, and changes nothing for a version that is no longer there', async () => {
    const id = await scene.createGroup('Versioned', [ann])
    const { headers } = await scene.bridge.scim.get(`/Groups/${id}`)
    const etag = headers.get('etag') ?? ''
    const body = { displayName: 'Versioned', members: [{ value: ben.id }] }
    const options = { body, headers: { 'if-match': etag } }
    assert.equal((await scene.bridge.scim.send('PUT', `/Groups/${id}`, options)).status, 200)
    const late = { body: { displayName: 'Late' }, headers: { 'if-match': etag } }
    assert.equal((await scene.bridge.scim.send('PUT', `/Groups/${id}`, late)).status, 412)
    assert.equal(
      (await scene.bridge.scim.send('DELETE', `/Groups/${id}`, { headers: late.headers })).status,
      412,
    )
    assert.deepEqual(await scene.storedMembers(id), dns([ben]))
  })

  it('lets one of many win who change the same version', async () => {
    const id = await scene.createGroup('Contested', [ann])
    const { headers } = await scene.bridge.scim.get(`/Groups/${id}`)
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) =>
        scene.bridge.scim.send('PUT', `/Groups/${id}`, {
          body: { displayName: 'Contested', externalId: `winner ${index}` },
          headers: { 'if-match': headers.get('etag') ?? '' },
        }),
      ),
    )
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal(answers.filter(({ status }) => status === 412).length, 7)
  })
})
