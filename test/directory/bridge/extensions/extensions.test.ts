import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { oneLine, usersMap } from '../users-map.ts'
import { assertError, patchOf, sceneFor } from '../users/scene.ts'

const urn = 'urn:example:scim:schemas:extension:staff:1.0:User'

const lines = {
  [`${urn}:room`]: 'roomNumber',
  [`${urn}:plates`]: 'carLicense',
  [`${urn}:badge`]: 'employeeType',
  [`${urn}:mustChange`]: 'pwdReset',
  [`${urn}:maxDays`]: 'shadowMax',
  [`${urn}:share`]: 'description',
  [`${urn}:starts`]: 'pwdStartTime',
  [`${urn}:page`]: 'labeledURI',
  [`${urn}:voice`]: 'audio',
}

const extensions = [
  {
    urn,
    name: 'Staff',
    description: 'What the gatekeepers need to know.',
    attributes: [
      { name: 'room', required: true },
      { name: 'plates', multiValued: true },
      { name: 'badge', caseExact: true },
      { name: 'mustChange', type: 'boolean' },
      { name: 'maxDays', type: 'integer' },
      { name: 'share', type: 'decimal' },
      { name: 'starts', type: 'dateTime' },
      { name: 'page', type: 'reference' },
      { name: 'voice', type: 'binary' },
    ],
  },
]

const everything = {
  room: 'B 12',
  plates: ['M-XY 1', 'M-XY 2'],
  badge: 'Red',
  mustChange: false,
  maxDays: 90,
  share: 0.5,
  starts: '2026-01-31T11:00:00.000Z',
  page: 'https://example.org/Anna',
  voice: 'AAH/',
}

function extensionOf(user: JsonObject): JsonObject {
  return user[urn] as JsonObject
}

describe('An extension schema of the configuration, on users (RFC 7643 §3.3)', () => {
  const scene = sceneFor({
    'users.extensions': oneLine(extensions),
    ...usersMap({ ...lines, profileUrl: undefined, userType: undefined }),
    'users.optionalClasses': '[scimResource, shadowAccount]',
  })

  it('is stored and shown in every type, and named in schemas', async () => {
    const user = await scene().user({ [urn]: everything })
    assert.deepEqual(extensionOf(user), everything)
    assert.deepEqual(user['schemas'], ['urn:ietf:params:scim:schemas:core:2.0:User', urn])
    assert.deepEqual(extensionOf(await scene().get(user.id)), everything)
    const dn = scene().dn(`uid=${user.userName}`)
    const stored = await scene().admin.read(dn, Object.values(lines))
    assert.deepEqual(stored?.attributes, {
      roomNumber: ['B 12'],
      carLicense: ['M-XY 1', 'M-XY 2'],
      employeeType: ['Red'],
      pwdReset: ['FALSE'],
      shadowMax: ['90'],
      description: ['0.5'],
      pwdStartTime: ['20260131110000Z'],
      labeledURI: ['https://example.org/Anna'],
      audio: ['AAH/'],
    })
  })

  it('is advertised in /Schemas and /ResourceTypes', async () => {
    const type = await scene().bridge.scim.get('/ResourceTypes/User')
    const named = (type.answer?.['schemaExtensions'] ?? []) as JsonObject[]
    assert.deepEqual(named.at(-1), { schema: urn, required: false })
    const { answer, status } = await scene().bridge.scim.get(`/Schemas/${urn}`)
    assert.equal(status, 200)
    assert.equal(answer?.['name'], 'Staff')
    const attributes = answer['attributes'] as JsonObject[]
    assert.deepEqual(
      attributes.map(({ name, type: typeName, multiValued, required }) => [
        name,
        typeName,
        multiValued,
        required,
      ]),
      [
        ['room', 'string', false, true],
        ['plates', 'string', true, false],
        ['badge', 'string', false, false],
        ['mustChange', 'boolean', false, false],
        ['maxDays', 'integer', false, false],
        ['share', 'decimal', false, false],
        ['starts', 'dateTime', false, false],
        ['page', 'reference', false, false],
        ['voice', 'binary', false, false],
      ],
    )
  })

  it('is understood in the ways in which clients write it', async () => {
    const user = await scene().user({
      [urn.toUpperCase()]: { ROOM: 'B 13', plates: 'M-XY 3', mustChange: 'True', maxDays: null },
    })
    assert.deepEqual(extensionOf(user), { room: 'B 13', plates: ['M-XY 3'], mustChange: true })
  })

  it('is changed by PATCH, value by value', async () => {
    const { id } = await scene().user({ [urn]: everything })
    const changed = await scene().patch(
      id,
      { op: 'replace', path: `${urn}:room`, value: 'B 14' },
      { op: 'add', path: `${urn}:plates`, value: ['M-XY 3'] },
      { op: 'remove', path: `${urn}:plates[value eq "M-XY 1"]` },
      { op: 'remove', path: `${urn}:voice` },
      { op: 'replace', value: { [`${urn}:maxDays`]: 30, [urn]: { share: 1.5 } } },
    )
    assert.equal(changed.status, 200, changed.text)
    const { voice: _, ...rest } = everything
    assert.deepEqual(extensionOf(changed.answer ?? {}), {
      ...rest,
      room: 'B 14',
      plates: ['M-XY 2', 'M-XY 3'],
      maxDays: 30,
      share: 1.5,
    })
    const ldif = await scene().sent(changed)
    assert.match(
      ldif,
      /delete: carLicense\ncarLicense: M-XY 1\n-\nadd: carLicense\ncarLicense: M-XY 3/,
    )
  })

  it('is emptied by a PUT without it', async () => {
    const user = await scene().user({ [urn]: everything })
    const { [urn]: _, ...rest } = user
    const put = await scene().bridge.scim.put(`/Users/${user.id}`, rest)
    assert.equal(put.status, 200, put.text)
    assert.equal(put.answer?.[urn], undefined)
  })

  it('is refused without what it requires, by name', async () => {
    const body = { userName: scene().unusedName(), [urn]: { maxDays: 3 } }
    assertError(await scene().bridge.scim.post('/Users', body), {
      status: 400,
      scimType: 'invalidValue',
      detail: `${urn}:room is required.`,
    })
  })

  for (const [filter, isFound] of [
    ['room eq "c 1"', true],
    ['room sw "C"', true],
    ['plates eq "C-1"', true],
    ['plates eq "c-1"', true],
    ['badge eq "Blue"', true],
    ['badge eq "blue"', false],
    ['plates[value eq "C-2"]', true],
    ['mustChange eq true', true],
    ['maxDays eq 77', true],
    ['maxDays gt 76', true],
    ['maxDays lt 77', false],
    ['share ge 7.5', true],
    ['starts gt "2030-01-01T00:00:00Z"', true],
    ['starts eq "2031-01-01T01:00:00+01:00"', true],
    ['page ew "/C"', true],
    ['voice eq "BBBB"', true],
    ['room pr', true],
  ] as const) {
    it(`is ${isFound ? '' : 'not '}found by ${filter}`, async () => {
      const { id } = await scene().user({
        [urn]: {
          room: 'C 1',
          plates: ['C-1', 'C-2'],
          badge: 'Blue',
          mustChange: true,
          maxDays: 77,
          share: 7.5,
          starts: '2031-01-01T00:00:00Z',
          page: 'https://example.org/C',
          voice: 'BBBB',
        },
      })
      const found = await scene().find(`${urn}:${filter}`)
      assert.equal(
        found.some((user) => user.id === id),
        isFound,
      )
    })
  }

  it('can be sorted by, and asked for alone', async () => {
    const ids = []
    for (const room of ['Z 2', 'Z 1', 'Z 3']) ids.push(await scene().userId({ [urn]: { room } }))
    const query = new URLSearchParams({
      filter: `${urn}:room sw "Z "`,
      sortBy: `${urn}:room`,
      attributes: `${urn}:room`,
    })
    const { answer, text } = await scene().bridge.scim.get(`/Users?${query.toString()}`)
    const resources = (answer?.['Resources'] ?? []) as JsonObject[]
    assert.deepEqual(
      resources.map(({ id }) => id),
      [ids[1], ids[0], ids[2]],
      text,
    )
    assert.deepEqual(resources[0], {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', urn],
      id: ids[1],
      [urn]: { room: 'Z 1' },
    })
    const without = await scene().get(ids[0] ?? '', `?excludedAttributes=${urn}`)
    assert.equal(without[urn], undefined)
  })

  it('refuses values of another type, by name', async () => {
    const { id } = await scene().user()
    for (const [name, value, wanted] of [
      ['mustChange', 'perhaps', 'true or false'],
      ['maxDays', 1.5, 'a whole number'],
      ['starts', 'tomorrow', 'a date and time such as 2026-01-31T12:00:00Z'],
      ['voice', '***', 'base64'],
    ] as const) {
      const refused = await scene().bridge.scim.patch(
        `/Users/${id}`,
        patchOf({ op: 'replace', path: `${urn}:${name}`, value }),
      )
      assertError(refused, {
        status: 400,
        scimType: 'invalidValue',
        detail: `${urn}:${name} must be ${wanted}.`,
      })
    }
  })
})

describe('An extension schema of the configuration, on groups', () => {
  const groupUrn = 'urn:example:scim:schemas:extension:staff:1.0:Group'
  const owned = { urn: groupUrn, name: 'Owned', attributes: [{ name: 'unit' }] }
  const scene = sceneFor({
    'groups.extensions': oneLine([owned]),
    'groups.attributes': oneLine({ displayName: 'cn', [`${groupUrn}:unit`]: 'businessCategory' }),
  })

  it('is stored, shown, changed and found', async () => {
    const { scim } = scene().bridge
    const displayName = scene().unusedName()
    const created = await scim.post('/Groups', { displayName, [groupUrn]: { unit: 'Sales' } })
    assert.equal(created.status, 201, created.text)
    assert.deepEqual(created.answer?.[groupUrn], { unit: 'Sales' })
    const location = `/Groups/${(created.answer as { id: string }).id}`
    const value = 'Support'
    const changed = await scim.patch(
      `${location}?attributes=${groupUrn}:unit`,
      patchOf({ op: 'replace', path: `${groupUrn}:unit`, value }),
    )
    assert.deepEqual(changed.answer?.[groupUrn], { unit: 'Support' }, changed.text)
    const found = await scim.get(`/Groups?filter=${groupUrn}:unit eq "support"`)
    assert.equal(found.answer?.['totalResults'], 1, found.text)
  })
})
