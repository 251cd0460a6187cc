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
  textIn,
} from './group-scene.ts'

describe('POST /Groups on an OpenLDAP (RFC 7644 §3.3)', () => {
  let scene: GroupScene
  let people: readonly Person[]

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    people = await scene.addPeople('create', 3)
  })

  after(async () => scene.close())

  it('creates a group without members, whose placeholder no answer ever shows', async () => {
    const created = await scene.bridge.scim.post('/Groups', { displayName: 'Empty', members: [] })
    assert.equal(created.status, 201)
    const id = textIn(created.answer, 'id')
    assert.deepEqual(await scene.storedMembers(id), [placeholder])
    const read = await scene.bridge.scim.get(`/Groups/${id}`)
    const listed = await scene.bridge.scim.get('/Groups?filter=displayName eq "Empty"')
    for (const { text, answer } of [created, read, listed]) {
      assert.doesNotMatch(text, /empty-membership/)
      assert.equal(answer?.['members'], undefined)
    }
    assert.equal(listed.answer?.['totalResults'], 1)
  })

  it('creates a group whose body does not mention members', async () => {
    const { status, answer } = await scene.bridge.scim.post('/Groups', { displayName: 'Unsaid' })
    assert.equal(status, 201)
    assert.deepEqual(await scene.storedMembers(textIn(answer, 'id')), [placeholder])
  })

  it('creates a group with members, who show with their type, their URL and their name', async () => {
    const [one, two] = people.slice(0, 2)
    assert.ok(one !== undefined && two !== undefined)
    const { status, answer, headers } = await scene.bridge.scim.post('/Groups', {
      displayName: 'Staffed',
      members: [{ value: one.id }, { value: two.id, display: 'made up', type: 'User' }],
    })
    assert.equal(status, 201)
    assert.equal(headers.get('location'), `${scene.bridge.baseUrl}/Groups/${textIn(answer, 'id')}`)
    assert.deepEqual(answer?.['members'], [
      {
        value: one.id,
        $ref: `${scene.bridge.baseUrl}/Users/${one.id}`,
        display: 'create0',
        type: 'User',
      },
      {
        value: two.id,
        $ref: `${scene.bridge.baseUrl}/Users/${two.id}`,
        display: 'create1',
        type: 'User',
      },
    ])
    assert.deepEqual(await scene.storedMembers(textIn(answer, 'id')), dns([one, two]))
  })

  it('takes a member who is named several times once', async () => {
    const [one] = people
    assert.ok(one !== undefined)
    const members = [one.id, one.id, one.id.toUpperCase()].map((value) => ({ value }))
    const { status, answer } = await scene.bridge.scim.post('/Groups', {
      displayName: 'Twice',
      members,
    })
    assert.equal(status, 201)
    assert.deepEqual(memberIds(answer), [one.id])
  })

  it('answers 409 uniqueness when a group of the name exists, in any case of letters', async () => {
    await scene.createGroup('Taken')
    for (const displayName of ['Taken', 'TAKEN', ' taken ']) {
      assertRefused(await scene.bridge.scim.post('/Groups', { displayName }), {
        status: 409,
        scimType: 'uniqueness',
      })
    }
  })

  for (const displayName of [undefined, '', '   ', null]) {
    it(`answers 400 invalidValue when displayName is ${JSON.stringify(displayName) ?? 'absent'}`, async () => {
      const before = await scene.writes()
      assertRefused(
        await scene.bridge.scim.post('/Groups', {
          ...(displayName === undefined ? {} : { displayName }),
          members: [],
        }),
        { status: 400, scimType: 'invalidValue', detail: /displayName/ },
      )
      assert.equal(await scene.writes(), before)
    })
  }

  it('answers 400 invalidValue that names every unknown member, and writes nothing', async () => {
    const before = await scene.writes()
    const unknown = ['11111111-1111-4111-8111-111111111111', 'no-id-at-all', 'uid=x,ou=people']
    const members = [...unknown, ...ids(people)].map((value) => ({ value }))
    const refused = await scene.bridge.scim.post('/Groups', { displayName: 'Ghosts', members })
    assertRefused(refused, { status: 400, scimType: 'invalidValue', detail: /members/ })
    for (const id of unknown) assert.match(textIn(refused.answer, 'detail'), new RegExp(id))
    assert.equal(await scene.writes(), before)
    const { answer } = await scene.bridge.scim.get('/Groups?filter=displayName eq "Ghosts"')
    assert.equal(answer?.['totalResults'], 0)
  })

  it('passes over a member that a template left blank', async () => {
    const { status, answer } = await scene.bridge.scim.post('/Groups', {
      displayName: 'Blank',
      members: [{ value: '', display: ' ', type: 'User' }, null],
    })
    assert.equal(status, 201)
    assert.deepEqual(memberIds(answer), [])
  })

  it('answers 400 for members that cannot be read', async () => {
    for (const members of [[17], 'somebody', [{ value: 17 }], [['a', 'b']]]) {
      const refused = await scene.bridge.scim.post('/Groups', { displayName: 'Odd', members })
      assert.equal(refused.status, 400, `${JSON.stringify(members)}: ${refused.text}`)
    }
    assert.equal(
      (await scene.bridge.scim.get('/Groups?filter=displayName eq "Odd"')).answer?.['totalResults'],
      0,
    )
  })

  it('keeps externalId, and adds the object class it needs', async () => {
    const { answer } = await scene.bridge.scim.post('/Groups', {
      displayName: 'With id',
      externalId: 'Ext-1',
    })
    assert.equal(answer?.['externalId'], 'Ext-1')
    const classes = await scene.stored(textIn(answer, 'id'), 'objectClass')
    assert.ok(classes.includes('scimResource'))
  })

  it('ignores an id, a meta and schemas that it does not know, as Entra ID and OneLogin send them', async () => {
    const { status, answer } = await scene.bridge.scim.post('/Groups', {
      schemas: [
        'urn:scim:schemas:core:1.0',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      id: null,
      meta: { resourceType: 'Group', version: 'x' },
      displayName: 'Tolerant',
      whatever: [1, 2],
    })
    assert.equal(status, 201)
    assert.deepEqual(answer?.['schemas'], ['urn:ietf:params:scim:schemas:core:2.0:Group'])
    assert.equal(answer?.['whatever'], undefined)
  })
})

describe('POST /Groups with 2,500 members on an OpenLDAP', function () {
  this.timeout(60_000)

  let scene: GroupScene
  let people: readonly Person[]

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    people = await scene.addPeople('many', 2500)
  })

  after(async () => scene.close())

  it('writes them in batches of at most 1000, all or nothing', async () => {
    const members = people.map(({ id }) => ({ value: id }))
    const created = await scene.bridge.scim.post('/Groups', { displayName: 'Many', members })
    assert.equal(created.status, 201)
    assert.equal(memberIds(created.answer).length, 2500)
    assert.deepEqual(await scene.storedMembers(textIn(created.answer, 'id')), dns(people))
    const counts = (await scene.ldif(created))
      .split('\n\n')
      .map((record) => record.match(/^member:/gmu)?.length ?? 0)
    assert.deepEqual(
      counts.filter((count) => count > 0),
      [1000, 1000, 500],
    )
  })

  it('writes nothing at all when one of them is unknown', async () => {
    const unknown = '22222222-2222-4222-8222-222222222222'
    const members = [...people.map(({ id }) => id), unknown].map((value) => ({ value }))
    assertRefused(await scene.bridge.scim.post('/Groups', { displayName: 'Half', members }), {
      status: 400,
      scimType: 'invalidValue',
      detail: new RegExp(unknown),
    })
    const found = await scene.admin.search({
      base: scene.bridge.section.groups,
      filter: '(cn=Half)',
    })
    assert.deepEqual(found, [])
  })

  it('adds and removes as many by PATCH and PUT, all or none', async () => {
    const id = await scene.createGroup('Waves', people.slice(0, 1))
    const rest = people.slice(1)
    const value = rest.map((person) => ({ value: person.id }))
    assert.equal((await scene.patch(id, [{ op: 'add', path: 'members', value }])).status, 204)
    assert.deepEqual(await scene.storedMembers(id), dns(people))
    assert.equal((await scene.patch(id, [{ op: 'remove', path: 'members', value }])).status, 204)
    assert.deepEqual(await scene.storedMembers(id), dns(people.slice(0, 1)))
    const put = await scene.bridge.scim.put(`/Groups/${id}`, {
      displayName: 'Waves',
      members: value,
    })
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(await scene.storedMembers(id), dns(rest))
    assert.equal((await scene.patch(id, [{ op: 'remove', path: 'members' }])).status, 204)
    assert.deepEqual(await scene.storedMembers(id), [placeholder])
  })
})
