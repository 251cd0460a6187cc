import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { enterprise, sceneFor } from './scene.ts'

const generous = (userName: string): JsonObject => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:example:unknown'],
  id: 'mine',
  externalId: 'x1',
  userName,
  name: {
    givenName: 'Ada',
    familyName: 'Lovelace',
    middleName: 'King',
    honorificPrefix: 'Countess',
  },
  nickName: 'not mapped',
  profileUrl: 'https://example.org/ada',
  timezone: 'Europe/London',
  emails: [
    { value: 'ada@example.org', type: 'work', display: 'Ada at work' },
    { value: 'ada@home.example', type: 'home', primary: true },
  ],
  phoneNumbers: [{ value: '+44 20 7946 0000', type: 'other' }],
  photos: [{ value: 'https://example.org/ada.png', type: 'photo' }],
  groups: [{ value: 'no such group' }],
  roles: [{ value: 'admin' }],
  entitlements: ['everything'],
  meta: { resourceType: 'Group', version: 'W/"0"', created: '1815-12-10T00:00:00Z' },
  user_mobile: 'x',
  'urn:example:unknown': { a: 1 },
  [enterprise]: { department: 'Analysis', costCenter: '7', division: 'North' },
})

const work = (value: string): JsonObject => ({ value, type: 'work' })

describe('What an answer says is what the directory holds', () => {
  const scene = sceneFor()

  it('so nothing is echoed of what is not mapped', async () => {
    const userName = scene().unusedName()
    const created = await scene().bridge.scim.post('/Users', generous(userName))
    assert.equal(created.status, 201, created.text)
    const { id, meta, ...rest } = created.answer ?? {}
    assert.match(JSON.stringify(id), /^"[0-9a-f-]{36}"$/u)
    assert.deepEqual(rest, {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
      externalId: 'x1',
      userName,
      name: { formatted: 'Ada Lovelace', familyName: 'Lovelace', givenName: 'Ada' },
      profileUrl: 'https://example.org/ada',
      active: true,
      emails: [{ value: 'ada@example.org', type: 'work', primary: true }],
      [enterprise]: { department: 'Analysis' },
    })
    const shown = meta as JsonObject
    assert.equal(shown['resourceType'], 'User')
    assert.notEqual(shown['version'], 'W/"0"')
    assert.ok(Math.abs(Date.now() - Date.parse(shown['created'] as string)) < 60_000)
  })

  it('so the answer to every write is the same as that of a GET behind it', async () => {
    const userName = scene().unusedName()
    const boss = await scene().userId()
    const created = await scene().user({ ...generous(userName), [enterprise]: { manager: boss } })
    assert.deepEqual(await scene().get(created.id), created)
    const put = await scene().bridge.scim.put(`/Users/${created.id}`, {
      ...generous(`${userName}-2`),
      title: 'Analyst',
    })
    assert.deepEqual(await scene().get(created.id), put.answer)
    const patched = await scene().patch(created.id, {
      op: 'replace',
      value: { title: 'Engineer', 'name.familyName': 'King', [`${enterprise}:manager`]: boss },
    })
    assert.deepEqual(await scene().get(created.id), patched.answer)
    const [found] = await scene().find(`userName eq "${userName}-2"`)
    assert.deepEqual(found, patched.answer)
  })

  it('so Location, ETag and meta agree', async () => {
    const created = await scene().bridge.scim.post('/Users', { userName: scene().unusedName() })
    const meta = created.answer?.['meta'] as JsonObject | undefined
    assert.equal(created.headers.get('location'), meta?.['location'])
    assert.equal(created.headers.get('etag'), meta?.['version'])
    const id = JSON.stringify(created.answer?.['id']).slice(1, -1)
    assert.equal(meta?.['location'], `${scene().bridge.baseUrl}/Users/${id}`)
  })

  it('so the directory is believed where it holds another form of what was sent', async () => {
    const { answer } = await scene().bridge.scim.post('/Users', {
      userName: scene().unusedName(),
      emails: [
        { value: 'Ada@Example.org', type: 'work' },
        { value: 'ada@example.ORG', type: 'work' },
      ],
    })
    assert.deepEqual(answer?.['emails'], [
      { value: 'Ada@Example.org', type: 'work', primary: true },
    ])
  })

  it('so /Schemas knows no attribute that is not stored', async () => {
    const { answer } = await scene().bridge.scim.get('/Schemas')
    const schemas = answer?.['Resources'] as { id: string; attributes: { name: string }[] }[]
    const names = schemas.flatMap(({ attributes }) => attributes.map(({ name }) => name))
    for (const name of ['nickName', 'ims', 'roles', 'costCenter', 'division', 'timezone']) {
      assert.ok(!names.includes(name), name)
    }
    for (const name of ['userName', 'emails', 'active', 'password', 'manager', 'department']) {
      assert.ok(names.includes(name), name)
    }
  })

  it('so attributes and excludedAttributes choose among what is there, in answers to writes too', async () => {
    const user = await scene().user({ title: 'Analyst', displayName: 'Ada' })
    assert.deepEqual(await scene().get(user.id, '?attributes=title,nickName'), {
      schemas: user['schemas'],
      id: user.id,
      title: 'Analyst',
    })
    const lean = await scene().get(user.id, '?excludedAttributes=title,name,meta,id')
    assert.deepEqual(Object.keys(lean), ['schemas', 'id', 'userName', 'displayName', 'active'])
    const put = await scene().bridge.scim.put(`/Users/${user.id}?attributes=displayName`, user)
    assert.deepEqual(put.answer, { schemas: user['schemas'], id: user.id, displayName: 'Ada' })
  })

  it('so putting back what was answered, or sending the same once more, writes nothing', async () => {
    const bodies: JsonObject[] = [
      { addresses: [{ type: 'work', streetAddress: 'a$b\nc\\d', postalCode: 'ä' }] },
      { addresses: [{ locality: 'without a type' }] },
      { phoneNumbers: [work('1'), work(' 1 '), work('1-')] },
      { phoneNumbers: [{ value: '+1 2-3', type: 'fax' }] },
      { emails: [work('a@b.example'), work('A@B.example ')] },
      { emails: ['plain@example.org'] },
      { emails: 'plain@example.org' },
      { emails: [work('x@y.example'), { ...work('z@y.example'), primary: true }] },
      { title: 'two  blanks', displayName: ' in front' },
      { externalId: 'a  b ' },
      { name: { formatted: 'A', givenName: ' ' } },
    ]
    for (const body of bodies) {
      const created = await scene().user(body)
      const { id, userName } = created
      const again = [
        created,
        { userName, name: { givenName: 'Ada', familyName: 'Lovelace' }, ...body },
      ]
      for (const each of again) {
        const put = await scene().bridge.scim.put(`/Users/${id}`, each)
        assert.equal(put.status, 200, put.text)
        assert.equal(await scene().sent(put), '', JSON.stringify(body))
        assert.deepEqual(put.answer, created)
      }
    }
  })
})
