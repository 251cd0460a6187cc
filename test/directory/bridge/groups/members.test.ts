import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { assertRefused, dns, GroupScene, ids, type Person, placeholder } from './group-scene.ts'
import { requestedAttributes } from './requested-attributes.ts'

describe('PATCH /Groups/:id, members, on an OpenLDAP (RFC 7644 §3.5.2)', () => {
  let scene: GroupScene
  let ann: Person
  let ben: Person
  let eve: Person

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('member', 3)
    ;[ann, ben, eve] = people as [Person, Person, Person]
  })

  after(async () => scene.close())

  it('adds and removes value by value, in one modify', async () => {
    const id = await scene.createGroup('By value', [ann, ben])
    const patched = await scene.patch(id, [
      { op: 'remove', path: `members[value eq "${ann.id}"]` },
      { op: 'add', path: 'members', value: [{ value: eve.id }] },
    ])
    assert.equal(patched.status, 204)
    assert.equal(patched.text, '')
    assert.deepEqual(await scene.storedMembers(id), dns([ben, eve]))
    const lines = (await scene.ldif(patched)).split('\n')
    assert.equal(lines.filter((line) => line.startsWith('changetype:')).length, 1)
    assert.deepEqual(
      lines.filter((line) => /^(add|delete|replace|member):/u.test(line)),
      ['add: member', `member: ${eve.dn}`, 'delete: member', `member: ${ann.dn}`],
    )
  })

  it('answers 200 with the group when attributes are asked for, and shows no others', async () => {
    const id = await scene.createGroup('Asked', [ann])
    const body = { Operations: [{ op: 'add', path: 'members', value: [{ value: ben.id }] }] }
    const { scim } = scene.bridge
    const shown = await scim.patch(`/Groups/${id}?attributes=displayName`, body)
    assert.equal(shown.status, 200)
    assert.deepEqual(Object.keys(shown.answer ?? {}).sort(), ['displayName', 'id', 'schemas'])
    const whole = await scim.patch(`/Groups/${id}?attributes=members.value`, body)
    assert.deepEqual(
      ((whole.answer?.['members'] ?? []) as object[]).map((each) => Object.keys(each)),
      [['value'], ['value']],
    )
    const less = await scim.patch(`/Groups/${id}?excludedAttributes=members`, body)
    assert.equal(less.answer?.['members'], undefined)
    assert.equal(less.answer?.['displayName'], 'Asked')
  })

  it('brings the placeholder back in the modify that takes the last member out', async () => {
    const id = await scene.createGroup('Emptied', [ann])
    const patched = await scene.patch(id, [{ op: 'remove', path: `members[value eq "${ann.id}"]` }])
    assert.equal(patched.status, 204)
    assert.deepEqual(await scene.storedMembers(id), [placeholder])
    assert.deepEqual(await scene.shownMembers(id), [])
    assert.match(
      (await scene.ldif(patched)).split('\n\n').at(-1) ?? '',
      new RegExp(`add: member\nmember: ${placeholder}\n-\ndelete: member\nmember: ${ann.dn}\n`),
    )
  })

  it('lets the placeholder go in the modify that brings the first member', async () => {
    const id = await scene.createGroup('Filled')
    const patched = await scene.patch(id, [
      { op: 'add', path: 'members', value: [{ value: ann.id }] },
    ])
    assert.equal(patched.status, 204)
    assert.deepEqual(await scene.storedMembers(id), [ann.dn])
    assert.match(
      await scene.ldif(patched),
      new RegExp(`add: member\nmember: ${ann.dn}\n-\ndelete: member\nmember: ${placeholder}\n`),
    )
  })

  it('exchanges the last member for another without a placeholder in between', async () => {
    const id = await scene.createGroup('Exchanged', [ann])
    const patched = await scene.patch(id, [
      { op: 'remove', path: 'members', value: [{ value: ann.id }] },
      { op: 'add', path: 'members', value: [{ value: ben.id }] },
    ])
    assert.equal(patched.status, 204)
    assert.deepEqual(await scene.storedMembers(id), [ben.dn])
    assert.doesNotMatch(await scene.ldif(patched), /empty-membership/)
  })

  it('writes nothing when the member to add is there and the member to remove is not', async () => {
    const id = await scene.createGroup('Settled', [ann])
    const [before, version] = [await scene.writes(), await scene.stored(id, 'entryCSN')]
    const operations = [
      { op: 'add', path: 'members', value: [{ value: ann.id }] },
      { op: 'remove', path: `members[value eq "${ben.id}"]` },
      { op: 'remove', path: 'members', value: [{ value: '33333333-3333-4333-8333-333333333333' }] },
    ]
    for (const operation of operations) {
      assert.equal((await scene.patch(id, [operation])).status, 204)
    }
    assert.equal(await scene.writes(), before)
    assert.deepEqual(await scene.stored(id, 'entryCSN'), version)
  })

  it('adds the new ones of several members of whom some are there', async () => {
    const id = await scene.createGroup('Mixed', [ann])
    const value = [ann, ben, eve].map((person) => ({ value: person.id }))
    assert.equal((await scene.patch(id, [{ op: 'add', path: 'members', value }])).status, 204)
    assert.deepEqual(await scene.storedMembers(id), dns([ann, ben, eve]))
  })

  it('answers 400 invalidValue that names an unknown member, and writes nothing', async () => {
    const id = await scene.createGroup('Unknown', [ann])
    const unknown = '44444444-4444-4444-8444-444444444444'
    const before = await scene.writes()
    for (const value of [unknown, id.replace(/.$/u, 'x'), ann.dn, 'member0']) {
      assertRefused(
        await scene.patch(id, [
          { op: 'add', path: 'members', value: [{ value: ben.id }, { value }] },
        ]),
        { status: 400, scimType: 'invalidValue', detail: /members/ },
      )
    }
    assert.equal(await scene.writes(), before)
    assert.deepEqual(await scene.storedMembers(id), [ann.dn])
  })

  it('renames and changes members in one request, or does neither', async () => {
    const id = await scene.createGroup('Before', [ann])
    const rename = { op: 'replace', path: 'displayName', value: 'After' }
    assertRefused(await scene.patch(id, [rename, addition('nobody')]), {
      status: 400,
      scimType: 'invalidValue',
    })
    assert.deepEqual(await scene.stored(id, 'cn'), ['Before'])
    await scene.createGroup('In the way')
    assertRefused(await scene.patch(id, [{ ...rename, value: 'In the way' }, addition(ben.id)]), {
      status: 409,
      scimType: 'uniqueness',
    })
    assert.deepEqual(await scene.storedMembers(id), [ann.dn])
    assert.equal((await scene.patch(id, [rename, addition(ben.id)])).status, 204)
    assert.deepEqual(await scene.stored(id, 'cn'), ['After'])
    assert.deepEqual(await scene.storedMembers(id), dns([ann, ben]))
  })

  it('renames and takes the last member out in one request', async () => {
    const id = await scene.createGroup('Full', [ann])
    const patched = await scene.patch(id, [
      { op: 'replace', path: 'displayName', value: 'Hollow' },
      { op: 'remove', path: 'members', value: [{ value: ann.id }] },
    ])
    assert.equal(patched.status, 204, patched.text)
    assert.deepEqual(await scene.stored(id, 'cn'), ['Hollow'])
    assert.deepEqual(await scene.storedMembers(id), [placeholder])
  })

  it('replaces all members, and sends only what differs', async () => {
    const id = await scene.createGroup('Replaced', [ann, ben])
    const value = [ben, eve].map((person) => ({ value: person.id }))
    const patched = await scene.patch(id, [{ op: 'replace', path: 'members', value }])
    assert.equal(patched.status, 204)
    assert.deepEqual(await scene.storedMembers(id), dns([ben, eve]))
    const ldif = await scene.ldif(patched)
    assert.doesNotMatch(ldif, /^replace:/mu)
    assert.ok(!ldif.includes(ben.dn))
  })

  it('removes members by other things than their id', async () => {
    const id = await scene.createGroup('By name', [ann, ben])
    const patched = await scene.patch(id, [{ op: 'remove', path: 'members[display eq "member0"]' }])
    assert.equal(patched.status, 204, patched.text)
    assert.deepEqual(await scene.shownMembers(id), [ben.id])
  })

  it('takes all members out where the path has no filter and there is no value', async () => {
    const id = await scene.createGroup('Cleared', [ann, ben, eve])
    assert.equal((await scene.patch(id, [{ op: 'remove', path: 'members' }])).status, 204)
    assert.deepEqual(await scene.storedMembers(id), [placeholder])
    assert.equal((await scene.patch(id, [{ op: 'remove', path: 'members' }])).status, 204)
  })

  it('answers 404 for a group that does not exist, for a user, and for what is no id', async () => {
    const add = [{ op: 'add', path: 'members', value: [{ value: ann.id }] }]
    for (const id of ['55555555-5555-4555-8555-555555555555', ann.id, 'x', '%00', '*', 'a%2Fb']) {
      assertRefused(await scene.patch(id, add), { status: 404 })
    }
  })

  it('refuses to remove displayName, and a path that does not exist', async () => {
    const id = await scene.createGroup('Named', [ann])
    for (const operation of [
      { op: 'remove', path: 'displayName' },
      { op: 'replace', path: 'displayName', value: '' },
      { op: 'add', path: 'colour', value: 'red' },
      { op: 'remove' },
    ]) {
      const refused = await scene.patch(id, [operation])
      assert.equal(refused.status, 400, refused.text)
    }
    assert.deepEqual(await scene.stored(id, 'cn'), ['Named'])
  })
})

describe('What is read for a change of members, on an OpenLDAP', () => {
  let proxy: LdapProxy
  let scene: GroupScene
  let people: readonly Person[]
  let id: string

  before(async () => {
    const server = sharedOpenldap()
    proxy = await LdapProxy.start(server.url)
    scene = await GroupScene.open(server, { 'directory.urls': proxy.url })
    people = await scene.addPeople('read', 4)
    id = await scene.createGroup('Observed', people.slice(0, 2))
  })

  beforeEach(() => {
    proxy.messages.splice(0)
  })

  after(async () => {
    await scene.close()
    await proxy.close()
  })

  function isListRead(): boolean {
    return requestedAttributes(proxy.messages).includes('member')
  }

  it('is never the list of members: not for adding, not for removing, not for a rename', async () => {
    const [ann, ben, eve] = people as [Person, Person, Person]
    const operations = [
      { op: 'add', path: 'members', value: [{ value: eve.id }, { value: ann.id }] },
      { op: 'remove', path: 'members', value: [{ value: eve.id }] },
      { op: 'remove', path: `members[value eq "${ben.id}"]` },
      { op: 'add', path: 'members', value: [{ value: ann.id }, { value: ben.id }] },
      { op: 'replace', path: 'displayName', value: 'Observed again' },
    ]
    for (const operation of operations) {
      assert.equal((await scene.patch(id, [operation])).status, 204)
    }
    const put = await scene.bridge.scim.put(`/Groups/${id}?excludedAttributes=members`, {
      displayName: 'Observed',
    })
    assert.equal(put.status, 200)
    assert.equal(requestedAttributes(proxy.messages).includes('entryuuid'), true)
    assert.equal(isListRead(), false)
  })

  it('is not the name of a member where that is not shown', async () => {
    const members = async (query: string): Promise<readonly JsonObject[]> => {
      proxy.messages.splice(0)
      const { answer, text } = await scene.bridge.scim.get(`/Groups/${id}?${query}`)
      assert.ok(Array.isArray(answer?.['members']), text)
      return answer['members'] as readonly JsonObject[]
    }
    const [named] = await members('attributes=members.display')
    assert.notEqual(named?.['display'], undefined)
    assert.equal(requestedAttributes(proxy.messages).includes('cn'), true)
    for (const query of ['attributes=members.value', 'attributes=members.$ref,members.type']) {
      assert.ok((await members(query)).length > 0)
      const names = requestedAttributes(proxy.messages)
      assert.deepEqual([names.includes('cn'), names.includes('displayname')], [false, false])
    }
  })

  it('is never the list of members either where a rename comes with members who go', async () => {
    const [ann, ben] = people as [Person, Person]
    const group = await scene.createGroup('Observed rename', [ann, ben])
    proxy.messages.splice(0)
    const renamed = await scene.patch(group, [
      { op: 'replace', path: 'displayName', value: 'Observed and renamed' },
      { op: 'remove', path: 'members', value: [{ value: ann.id }] },
    ])
    assert.equal(renamed.status, 204, renamed.text)
    assert.deepEqual(await scene.storedMembers(group), [ben.dn])
    assert.equal(isListRead(), false)
    assert.equal((await scene.bridge.scim.delete(`/Groups/${group}`)).status, 204)
  })

  it('is never the list of members either where more come than go into one write', async () => {
    const [ann, ben] = people as [Person, Person]
    const many = await scene.addPeople('many', 1001)
    const group = await scene.createGroup('Observed crowd', [ann, ben])
    proxy.messages.splice(0)
    const changed = await scene.patch(group, [
      { op: 'add', path: 'members', value: many.map(({ id: value }) => ({ value })) },
      { op: 'remove', path: 'members', value: [{ value: ann.id }] },
    ])
    assert.equal(changed.status, 204, changed.text)
    assert.deepEqual(await scene.storedMembers(group), dns([ben, ...many]))
    assert.equal(isListRead(), false)
    assert.equal((await scene.bridge.scim.delete(`/Groups/${group}`)).status, 204)
  })

  it('gets the placeholder when a rename comes with the last member who goes', async () => {
    const [ann] = people as [Person]
    const group = await scene.createGroup('Observed hollow', [ann])
    const renamed = await scene.patch(group, [
      { op: 'replace', path: 'displayName', value: 'Observed and hollow' },
      { op: 'remove', path: 'members', value: [{ value: ann.id }] },
    ])
    assert.equal(renamed.status, 204, renamed.text)
    assert.deepEqual(await scene.stored(group, 'cn'), ['Observed and hollow'])
    assert.deepEqual(await scene.storedMembers(group), [placeholder])
    assert.equal((await scene.bridge.scim.delete(`/Groups/${group}`)).status, 204)
  })

  it('tells its version when a PATCH shows nothing of it, and takes it for the next', async () => {
    const [ann, ben] = people as [Person, Person]
    const group = await scene.createGroup('Observed version', [ann])
    proxy.messages.splice(0)
    const add = [{ op: 'add', path: 'members', value: [{ value: ben.id }] }]
    const first = await scene.patch(group, add)
    const tag = first.headers.get('etag')
    assert.equal(first.status, 204)
    assert.equal(
      tag,
      (await scene.bridge.scim.get(`/Groups/${group}?excludedAttributes=members`)).headers.get(
        'etag',
      ),
    )
    const again = await scene.patch(group, add)
    assert.equal(again.headers.get('etag'), tag)
    const remove = [{ op: 'remove', path: 'members', value: [{ value: ben.id }] }]
    const headers = { 'if-match': tag ?? '' }
    assert.equal((await scene.patch(group, remove, { headers })).status, 204)
    assert.equal((await scene.patch(group, add, { headers })).status, 412)
    assert.equal(isListRead(), false)
    assert.equal((await scene.bridge.scim.delete(`/Groups/${group}`)).status, 204)
  })

  it('is the list of members where the directory has refused to be left without any', async () => {
    const [ann] = people as [Person]
    const group = await scene.createGroup('Observed last', [ann])
    proxy.messages.splice(0)
    const operation = { op: 'remove', path: 'members', value: [{ value: ann.id }] }
    assert.equal((await scene.patch(group, [operation])).status, 204)
    assert.equal(isListRead(), true)
    assert.equal((await scene.bridge.scim.delete(`/Groups/${group}`)).status, 204)
  })

  it('is the list of members where it is replaced or shown', async () => {
    assert.deepEqual(await scene.shownMembers(id), ids(people.slice(0, 2)))
    assert.equal(isListRead(), true)
  })

  for (const path of [
    '?excludedAttributes=members&filter=displayName eq "Observed"',
    '?attributes=displayName&filter=displayName eq "Observed"',
    '?excludedAttributes=members',
    '?excludedAttributes=members&startIndex=1&count=10',
  ]) {
    it(`is not the list of members for GET /Groups${path}`, async () => {
      const { answer } = await scene.bridge.scim.get(`/Groups${path}`)
      assert.equal(answer?.['totalResults'], 1)
      assert.equal(isListRead(), false)
    })
  }

  it('is not the list of members for GET /Groups/:id?excludedAttributes=members', async () => {
    const { answer } = await scene.bridge.scim.get(`/Groups/${id}?excludedAttributes=members`)
    assert.equal(answer?.['members'], undefined)
    assert.equal(answer?.['displayName'], 'Observed')
    assert.equal(isListRead(), false)
  })

  it('is not the list of members for the question whether somebody is one (Entra ID)', async () => {
    const [ann] = people as [Person]
    const filter = `id eq "${id}" and members eq "${ann.id}"`
    const { answer } = await scene.bridge.scim.get(
      `/Groups?filter=${encodeURIComponent(filter)}&attributes=id`,
    )
    assert.equal(answer?.['totalResults'], 1)
    assert.equal(isListRead(), false)
  })
})

function addition(value: string): JsonObject {
  return { op: 'add', path: 'members', value: [{ value }] }
}
