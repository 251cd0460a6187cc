import assert from 'node:assert/strict'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { GroupScene, ids, memberIds, type Person } from './group-scene.ts'

describe('Groups as clients look them up, create, push and delete them, on an OpenLDAP', () => {
  let scene: GroupScene
  let people: readonly Person[]

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    people = await scene.addPeople('lookup', 2)
  })

  after(async () => scene.close())

  it('OneLogin lists all groups with their members and finds every one of them (OL-9)', async () => {
    const group = await scene.createGroup('Admin Role', people)
    const { status, answer } = await scene.bridge.scim.get('/Groups')
    assert.equal(status, 200)
    const resources = answer?.['Resources'] as { id: string }[]
    assert.equal(answer?.['totalResults'], resources.length)
    assert.equal(answer?.['itemsPerPage'], resources.length)
    assert.equal(answer?.['startIndex'], 1)
    const found = resources.find(({ id }) => id === group)
    assert.deepEqual(memberIds(found), ids(people))
  })

  for (const urn of ['urn:scim:schemas:core:1.0', 'urn:ietf:params:scim:schemas:core:2.0:Group']) {
    it(`OneLogin creates a group without members under ${urn} (OL-10)`, async () => {
      const displayName = `Contractors of ${urn}`
      const { status, answer } = await scene.bridge.scim.post('/Groups', {
        schemas: [urn],
        displayName,
        members: [],
      })
      assert.equal(status, 201)
      assert.equal(answer?.['displayName'], displayName)
    })
  }

  it('OneLogin hears 404 when it fills a group that somebody deleted (OL-13)', async () => {
    const body = { members: [{ value: people[0]?.id ?? '' }] }
    const { status, answer } = await scene.bridge.scim.patch(
      '/Groups/66666666-6666-4666-8666-666666666666',
      body,
    )
    assert.equal(status, 404)
    assert.equal(answer?.['status'], '404')
  })

  it('Entra ID looks a group up by name, and gets it without members (E-10)', async () => {
    const group = await scene.createGroup('Looked up', people)
    const filter = encodeURIComponent('displayName eq "Looked up"')
    const list = await scene.bridge.scim.get(`/Groups?excludedAttributes=members&filter=${filter}`)
    assert.equal(list.answer?.['totalResults'], 1)
    const read = await scene.bridge.scim.get(`/Groups/${group}?excludedAttributes=members`)
    for (const { text } of [list, read]) assert.doesNotMatch(text, /"members"/)
    assert.equal(read.answer?.['id'], group)
  })

  it('Entra ID creates a group with its own URN and an externalId (E-11)', async () => {
    const { status, answer } = await scene.bridge.scim.post('/Groups', {
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'Created by Entra',
      meta: { resourceType: 'Group' },
    })
    assert.equal(status, 201)
    assert.equal(answer?.['externalId'], '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159')
  })

  it('Entra ID asks whether somebody is a member (E-15)', async () => {
    const [ann, ben] = people as [Person, Person]
    const group = await scene.createGroup('Asked about', [ann])
    for (const [person, expected] of [
      [ann, 1],
      [ben, 0],
    ] as const) {
      const filter = encodeURIComponent(`id eq "${group}" and members eq "${person.id}"`)
      const { answer } = await scene.bridge.scim.get(`/Groups?filter=${filter}&attributes=id`)
      assert.equal(answer?.['totalResults'], expected)
    }
  })

  it('Okta looks a group up in pages of 100 and creates it (O-7)', async () => {
    const path = `/Groups?filter=${encodeURIComponent('displayName eq "Okta"')}&startIndex=1&count=100`
    assert.equal((await scene.bridge.scim.get(path)).answer?.['totalResults'], 0)
    await scene.bridge.scim.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Okta',
      members: [],
    })
    const { answer } = await scene.bridge.scim.get(path)
    assert.equal(answer?.['totalResults'], 1)
    assert.equal(answer?.['itemsPerPage'], 1)
  })

  it('Okta puts a group with its complete members, echoing what it has read (O-9)', async () => {
    const group = await scene.createGroup('Echoed', people.slice(0, 1))
    const { answer } = await scene.bridge.scim.get(`/Groups/${group}`)
    const put = await scene.bridge.scim.put(`/Groups/${group}`, {
      ...answer,
      members: people.map(({ id }) => ({ value: id, display: 'x' })),
    })
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(memberIds(put.answer), ids(people))
  })

  it('Okta deletes a group (O-10)', async () => {
    const group = await scene.createGroup('Unlinked', people)
    assert.equal((await scene.bridge.scim.delete(`/Groups/${group}`)).status, 204)
    assert.equal((await scene.bridge.scim.get(`/Groups/${group}`)).status, 404)
    assert.equal((await scene.bridge.scim.delete(`/Groups/${group}`)).status, 404)
    const left = await Promise.all(
      people.map(async ({ id }) => scene.bridge.scim.get(`/Users/${id}`)),
    )
    for (const { status, text } of left) {
      assert.equal(status, 200)
      assert.ok(!text.includes(group))
    }
  })
})
