import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { enterprise, managerOf, type Scene, sceneFor } from '../users/scene.ts'

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const patchOpUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** An operation that creates a user whom his bulkId names. */
function person(bulkId: string, attributes: JsonObject = {}): JsonObject {
  const name = { givenName: 'Ada', familyName: 'Lovelace' }
  const data = { schemas: [userUrn], userName: bulkId, name, ...attributes }
  return { method: 'POST', path: '/Users', bulkId, data }
}

/** An operation that creates a group whom its bulkId names. */
function group(bulkId: string, ...others: readonly string[]): JsonObject {
  const data = {
    schemas: [groupUrn],
    displayName: bulkId,
    members: others.map((value) => ({ value: `bulkId:${value}` })),
  }
  return { method: 'POST', path: '/Groups', bulkId, data }
}

function manager(bulkId: string): JsonObject {
  return { [enterprise]: { manager: { value: `bulkId:${bulkId}` } } }
}

/** Sends a bulk request; what came of each operation. */
async function bulk(
  { bridge }: Scene,
  Operations: readonly JsonValue[],
  more: JsonObject = {},
): Promise<readonly JsonObject[]> {
  const exchange = await send(bridge.scim, { ...more, Operations })
  assert.equal(exchange.status, 200, exchange.text)
  return exchange.answer?.['Operations'] as readonly JsonObject[]
}

async function send(
  scim: Scene['bridge']['scim'],
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Promise<Exchange> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  return await scim.send('POST', '/Bulk', { body: { schemas, ...body }, headers })
}

function statuses(answers: readonly JsonObject[]): readonly JsonValue[] {
  return answers.map(({ status = null }) => status)
}

function details(answers: readonly JsonObject[]): readonly unknown[] {
  return answers.map(({ response }) => (response as JsonObject | undefined)?.['detail'])
}

/** The id of the resource that an operation is about. */
function idOf(answers: readonly JsonObject[], place: number): string {
  const location = answers[place]?.['location']
  assert.ok(typeof location === 'string', JSON.stringify(answers[place]))
  return location.split('/').at(-1) ?? ''
}

async function groupOf({ bridge }: Scene, id: string, query = ''): Promise<JsonObject> {
  const { status, answer, text } = await bridge.scim.get(`/Groups/${id}${query}`)
  assert.equal(status, 200, text)
  return answer ?? {}
}

function metaOf(resource: JsonObject): JsonObject {
  return (resource['meta'] ?? {}) as JsonObject
}

/** Asserts that a group has these members and no others, as SCIM shows it. */
async function assertMembers(scene: Scene, id: string, ...expected: string[]): Promise<void> {
  const list = ((await groupOf(scene, id))['members'] ?? []) as readonly { value: string }[]
  assert.deepEqual(new Set(list.map(({ value }) => value)), new Set(expected))
}

describe('POST /Bulk on OpenLDAP (RFC 7644 §3.7)', () => {
  const scene = sceneFor()

  it('creates a user and his group in one request, the group first (RFC 7644 §3.7.2)', async () => {
    const answers = await bulk(scene(), [group('Tour Guides', 'alice'), person('alice')])
    assert.deepEqual(statuses(answers), ['201', '201'])
    const [groupId, userId] = [idOf(answers, 0), idOf(answers, 1)]
    await assertMembers(scene(), groupId, userId)
    const { location, version } = metaOf(await groupOf(scene(), groupId, '?attributes=meta'))
    assert.deepEqual(answers[0], {
      location,
      method: 'POST',
      bulkId: 'Tour Guides',
      version,
      status: '201',
    })
  })

  it('makes a user the manager of another who is created before him (RFC 7644 §3.7.2)', async () => {
    const answers = await bulk(scene(), [person('bob', manager('boss')), person('boss')])
    assert.deepEqual(statuses(answers), ['201', '201'])
    assert.equal(managerOf(await scene().get(idOf(answers, 0))), idOf(answers, 1))
  })

  it('takes a bulkId for the whole of a $ref, of a member and of a manager, in a POST and in a PATCH', async () => {
    const $ref = 'bulkId:ref'
    const members = [{ $ref }]
    const [created] = await bulk(scene(), [group('patched by a ref')])
    const id = idOf([created ?? {}], 0)
    const Operations = [{ op: 'add', path: 'members', value: members }]
    const data = { schemas: [groupUrn], displayName: 'by a ref', members }
    const answers = await bulk(scene(), [
      { method: 'POST', path: '/Groups', bulkId: 'group', data },
      { method: 'PATCH', path: `/Groups/${id}`, data: { schemas: [patchOpUrn], Operations } },
      person('led by a ref', { [enterprise]: { manager: { $ref } } }),
      person('ref'),
    ])
    assert.deepEqual(statuses(answers), ['201', '200', '201', '201'], JSON.stringify(answers))
    const user = idOf(answers, 3)
    await assertMembers(scene(), idOf(answers, 0), user)
    await assertMembers(scene(), id, user)
    assert.equal(managerOf(await scene().get(idOf(answers, 2))), user)
  })

  it('resolves groups that are members of each other (RFC 7644 §3.7.1)', async () => {
    const answers = await bulk(scene(), [group('Group A', 'Group B'), group('Group B', 'Group A')])
    assert.deepEqual(statuses(answers), ['201', '201'])
    const [a, b] = [idOf(answers, 0), idOf(answers, 1)]
    await assertMembers(scene(), a, b)
    await assertMembers(scene(), b, a)
    // Nothing else is read for the answer.
    const { version } = metaOf(await groupOf(scene(), a, '?attributes=meta'))
    assert.equal(answers[0]?.['version'], version)
  })

  it('resolves a ring of groups, with people in it and one that contains itself', async () => {
    const answers = await bulk(scene(), [
      group('ring 1', 'ring 2', 'carol'),
      group('ring 2', 'ring 3', 'ring 2'),
      group('ring 3', 'ring 1'),
      person('carol'),
    ])
    assert.deepEqual(statuses(answers), ['201', '201', '201', '201'])
    const [one = '', two = '', three = ''] = [0, 1, 2].map((place) => idOf(answers, place))
    await assertMembers(scene(), one, two, idOf(answers, 3))
    await assertMembers(scene(), two, two, three)
    await assertMembers(scene(), three, one)
  })

  it('resolves users who manage each other, and one who manages himself', async () => {
    const answers = await bulk(scene(), [
      person('castor', manager('pollux')),
      person('pollux', manager('castor')),
      person('solo', manager('solo')),
    ])
    assert.deepEqual(statuses(answers), ['201', '201', '201'])
    const [castor = '', pollux = '', solo = ''] = [0, 1, 2].map((place) => idOf(answers, place))
    assert.equal(managerOf(await scene().get(castor)), pollux)
    assert.equal(managerOf(await scene().get(pollux)), castor)
    assert.equal(managerOf(await scene().get(solo)), solo)
  })

  it('adds new members to a group that is there already, takes them out again, and deletes them', async () => {
    const id = idOf(await bulk(scene(), [group('standing')]), 0)
    const patch = (operation: JsonObject): JsonObject => ({
      method: 'PATCH',
      path: `/Groups/${id}`,
      data: { Operations: [operation] },
    })
    const first = await bulk(scene(), [
      patch({ op: 'add', path: 'members', value: [{ value: 'bulkId:dora' }] }),
      person('dora'),
    ])
    assert.deepEqual(statuses(first), ['200', '201'])
    await assertMembers(scene(), id, idOf(first, 1))
    const second = await bulk(scene(), [
      person('emil'),
      patch({ op: 'add', path: 'members', value: 'bulkId:emil' }),
      patch({ op: 'remove', path: 'members[value eq "bulkId:emil"]' }),
      { method: 'DELETE', path: '/Users/bulkId:emil' },
    ])
    assert.deepEqual(statuses(second), ['201', '200', '200', '204'])
    await assertMembers(scene(), id, idOf(first, 1))
    const gone = await scene().bridge.scim.get(`/Users/${idOf(second, 0)}`)
    assert.equal(gone.status, 404)
  })

  it('changes only the versions that are named (RFC 7644 §3.7.3, §3.14)', async () => {
    const [id, other] = [await scene().userId(), await scene().userId()]
    const version = metaOf(await scene().get(id))['version'] ?? null
    const data = { Operations: [{ op: 'replace', path: 'title', value: 'Guide' }] }
    const patch = { method: 'PATCH', path: `/Users/${id}`, version, data }
    const answers = await bulk(scene(), [
      patch,
      patch,
      { ...patch, method: 'PUT', data: { userName: 'x' } },
      { method: 'DELETE', path: `/Users/${other}`, version: 'W/"0ee8add0a938e1a"' },
      { method: 'DELETE', path: `/Users/${other}`, version: '' },
      { method: 'DELETE', path: '/Users/e9025315-6bea-44e1-899c-1e07454e468b' },
    ])
    assert.deepEqual(statuses(answers), ['200', '412', '412', '412', '412', '404'])
    const after = metaOf(await scene().get(id))
    assert.equal(answers[0]?.['version'], after['version'])
    assert.equal(answers[1]?.['location'], after['location'])
    assert.equal((await scene().get(other))['id'], other)
  })

  it('creates whom it can where somebody is there already, and no group without its members', async () => {
    await bulk(scene(), [person('frida')])
    const answers = await bulk(scene(), [
      person('frida'),
      person('gustav'),
      group('with frida', 'frida', 'gustav'),
      group('with gustav', 'gustav'),
    ])
    assert.deepEqual(statuses(answers), ['409', '201', '409', '201'])
    assert.deepEqual(details(answers).slice(2, 3), [
      'The operation with the bulkId "frida", to which this one refers, has failed.',
    ])
    await assertMembers(scene(), idOf(answers, 3), idOf(answers, 1))
    const { answer } = await scene().bridge.scim.get(
      `/Groups?filter=${encodeURIComponent('displayName eq "with frida"')}`,
    )
    assert.equal(answer?.['totalResults'], 0)
  })

  it('says where the first of a circle is when the second cannot be created, and that it lacks it', async () => {
    await bulk(scene(), [group('taken')])
    const answers = await bulk(scene(), [group('lonely', 'taken'), group('taken', 'lonely')])
    assert.deepEqual(statuses(answers), ['409', '409'])
    assert.equal(
      details(answers)[0],
      'The resource was created, but without its references to other new ones: there is none with the bulkId "taken".',
    )
    await assertMembers(scene(), idOf(answers, 0))
  })

  it('creates nothing behind the last error that failOnErrors accepts', async () => {
    const twice = { ...person('hans'), bulkId: 'hans, again' }
    const answers = await bulk(scene(), [person('hans'), twice, person('ida')], { failOnErrors: 1 })
    assert.deepEqual(statuses(answers), ['201', '409'])
    assert.deepEqual(await scene().find('userName eq "ida"'), [])
  })

  it('records each write under a request id of its own', async () => {
    const { bridge } = scene()
    const body = {
      Operations: [person('jana', { password: 'Zebra-42-stripes' }), group('journal', 'jana')],
    }
    const { headers } = await send(bridge.scim, body)
    const id = String(headers.get('x-request-id'))
    assert.match(await bridge.ldifOf(`${id}.1`), /^dn: uid=jana,/mu)
    assert.match(await bridge.ldifOf(`${id}.2`), /^member: uid=jana,/mu)
    const records = await bridge.journal()
    const [first] = records.filter(({ requestId }) => requestId === `${id}.1`)
    assert.ok(first?.kind === 'intent')
    assert.equal(first.method, 'POST')
    assert.equal(first.path, '/scim/v2/Users')
    assert.equal((first.body as JsonObject)['password'], '***')
    assert.doesNotMatch(JSON.stringify(records), /Zebra/u)
  })

  it('writes nothing in a dry run, and shows what it can', async () => {
    const { bridge } = scene()
    const body = {
      Operations: [
        group('dry', 'karl'),
        person('karl', { password: 'Zebra-42-stripes' }),
        { method: 'DELETE', path: `/Users/${await scene().userId({ userName: 'luise' })}` },
      ],
    }
    const { text } = await scene().writesNothing(
      async () => await send(bridge.scim, body, { prefer: 'dry-run' }),
    )
    assert.match(
      text,
      /^version: 1\n\n# Operation 1: POST \/Groups, bulkId "dry"\n# Not shown, because it does not exist yet: what refers to bulkId "karl"\.\ndn: cn=dry,/u,
    )
    assert.match(text, /\n\n# Operation 2: POST \/Users, bulkId "karl"\ndn: uid=karl,/u)
    assert.match(text, /\n\n# Operation 3: DELETE .*\n(?:#.*\n)*dn: uid=luise,.*\n/u)
    assert.equal(text.match(/^version:/gmu)?.length, 1)
    assert.doesNotMatch(text, /Zebra/u)
  })

  it('creates a thousand users in one request', async () => {
    const people = Array.from({ length: 999 }, (_, index) => person(`mass-${index}`))
    const everyone = people.map((_, index) => `mass-${index}`)
    const answers = await bulk(scene(), [group('mass', ...everyone), ...people])
    assert.deepEqual(new Set(statuses(answers)), new Set(['201']))
    const ids = people.map((_, index) => idOf(answers, index + 1))
    await assertMembers(scene(), idOf(answers, 0), ...ids)
  }).timeout(120_000)
})
