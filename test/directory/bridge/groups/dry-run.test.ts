import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { assertRefused, GroupScene, type Person } from './group-scene.ts'

interface Request {
  readonly what: string
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** How many people are members before. */
  readonly before: number
  /** By the ids of two people, the first of whom is a member if anybody is. */
  readonly body?: (ann: string, ben: string) => JsonObject
}

const requests: readonly Request[] = [
  {
    what: 'a group without members',
    method: 'POST',
    before: 0,
    body: () => ({ displayName: 'Dry' }),
  },
  {
    what: 'a group with members',
    method: 'POST',
    before: 0,
    body: (ann) => ({ displayName: 'Dry 2', members: [{ value: ann }], externalId: 'x' }),
  },
  { what: 'the first member', method: 'PATCH', before: 0, body: (ann) => patch('add', ann) },
  { what: 'a further member', method: 'PATCH', before: 1, body: (_, ben) => patch('add', ben) },
  { what: 'a member less', method: 'PATCH', before: 2, body: (ann) => patch('remove', ann) },
  {
    what: 'the last member leaving',
    method: 'PATCH',
    before: 1,
    body: (ann) => patch('remove', ann),
  },
  {
    what: 'all members leaving',
    method: 'PATCH',
    before: 2,
    body: () => ({ Operations: [{ op: 'remove', path: 'members' }] }),
  },
  {
    what: 'a new name and other members',
    method: 'PUT',
    before: 1,
    body: (_, ben) => ({ displayName: 'Dry renamed', members: [{ value: ben }] }),
  },
  {
    what: 'a new name while the last member leaves',
    method: 'PATCH',
    before: 1,
    body: (ann) => ({
      Operations: [
        { op: 'replace', path: 'displayName', value: 'Dry hollow' },
        { op: 'remove', path: 'members', value: [{ value: ann }] },
      ],
    }),
  },
  { what: 'a deletion', method: 'DELETE', before: 1 },
]

describe('Prefer: dry-run for groups, on an OpenLDAP', () => {
  let scene: GroupScene
  let ann: Person
  let ben: Person
  let count = 0

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('dry', 2)
    ;[ann, ben] = people as [Person, Person]
  })

  after(async () => scene.close())

  for (const { what, method, body, before: members } of requests) {
    it(`shows for ${what} the LDIF that is sent then, and writes nothing itself`, async () => {
      count += 1
      const people = [ann, ben].slice(0, members)
      const id =
        method === 'POST' ? undefined : await scene.createGroup(`Dry group ${count}`, people)
      const path = id === undefined ? '/Groups' : `/Groups/${id}`
      const given = body === undefined ? {} : { body: body(ann.id, ben.id) }
      const writes = await scene.writes()
      const version = id === undefined ? [] : await scene.stored(id, 'entryCSN')
      const headers = { prefer: 'dry-run' }
      const planned = await scene.bridge.scim.send(method, path, { ...given, headers })
      assert.equal(planned.status, 200, planned.text)
      assert.equal(planned.headers.get('preference-applied'), 'dry-run')
      assert.match(planned.headers.get('content-type') ?? '', /^text\/plain/)
      assert.equal(await scene.writes(), writes)
      if (id !== undefined) assert.deepEqual(await scene.stored(id, 'entryCSN'), version)
      const sent = await scene.bridge.scim.send(method, path, given)
      assert.ok(sent.status < 300, sent.text)
      const attempts = (await scene.ldif(sent)).split('version: 1\n').slice(1)
      const last = `version: 1\n${attempts.at(-1) ?? ''}`
      assert.equal(withoutVersion(planned.text), withoutVersion(last))
    })
  }

  it('shows nothing where nothing would change', async () => {
    const id = await scene.createGroup('Dry same', [ann])
    const planned = await scene.bridge.scim.send('PATCH', `/Groups/${id}`, {
      body: patch('add', ann.id),
      headers: { prefer: 'dry-run' },
    })
    assert.equal(planned.status, 200)
    assert.equal(planned.text, '')
  })

  it('refuses what the request itself would be refused for', async () => {
    const id = await scene.createGroup('Dry refused', [ann])
    const headers = { prefer: 'dry-run' }
    assertRefused(
      await scene.bridge.scim.send('PATCH', `/Groups/${id}`, {
        body: patch('add', 'nobody'),
        headers,
      }),
      { status: 400, scimType: 'invalidValue' },
    )
    assertRefused(await scene.bridge.scim.send('DELETE', '/Groups/nothing', { headers }), {
      status: 404,
    })
  })
})

function patch(op: 'add' | 'remove', value: string): JsonObject {
  return { Operations: [{ op, path: 'members', value: [{ value }] }] }
}

/** LDIF without the version that the first operation is held to: an attempt that was refused, and taken back, makes another. */
function withoutVersion(ldif: string): string {
  return ldif.replaceAll('\n ', '').replaceAll(/entryCSN=[^)]*/gu, 'entryCSN')
}
