import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { assertError, enterprise, patchOf, sceneFor } from './scene.ts'

const invalid = (detail: string) => ({ status: 400, scimType: 'invalidValue', detail })

describe('A body that cannot be understood (RFC 7644 §3.12)', () => {
  const scene = sceneFor()

  const raw = async (
    method: string,
    path: string,
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; answer: JsonObject }> => {
    const { baseUrl, token } = scene().bridge
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/scim+json',
        ...headers,
      },
    })
    return { status: response.status, answer: (await response.json()) as JsonObject }
  }

  it('is refused with invalidSyntax when it is not a JSON object', async () => {
    const user = await scene().user()
    await scene().writesNothing(async () => {
      for (const body of ['{"userName":', '', 'null', '[]', '"text"', '42', 'userName=x', '{]']) {
        for (const [method, path] of [
          ['POST', '/Users'],
          ['PUT', `/Users/${user.id}`],
          ['PATCH', `/Users/${user.id}`],
        ] as const) {
          const { status, answer } = await raw(method, path, body)
          assert.equal(status, 400, `${method} ${body}`)
          assert.equal(answer['scimType'], 'invalidSyntax', `${method} ${body}`)
          assert.deepEqual(answer['schemas'], ['urn:ietf:params:scim:api:messages:2.0:Error'])
        }
      }
    })
  })

  it('is refused when it is not UTF-8, too deep, too large, or of another media type', async () => {
    const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`
    const cases: [string | Buffer, number, Readonly<Record<string, string>>][] = [
      [Buffer.from('{"userName":"\xff"}', 'latin1'), 400, {}],
      [deep, 400, {}],
      [JSON.stringify({ userName: 'x'.repeat(20_000_000) }), 413, {}],
      ['{"userName":"x"}', 415, { 'content-type': 'application/xml' }],
    ]
    await scene().writesNothing(async () => {
      for (const [body, expected, headers] of cases) {
        const { status, answer } = await raw('POST', '/Users', body, headers)
        assert.equal(status, expected)
        assert.equal(answer['status'], String(expected))
      }
    })
  })

  it('is refused without a token, with an unknown or an expired one, and nothing is written', async () => {
    await scene().writesNothing(async () => {
      for (const authorization of [
        '',
        'Bearer',
        'Bearer nonsense',
        'Basic eDp5',
        scene().bridge.token,
      ]) {
        const body = JSON.stringify({ userName: scene().unusedName() })
        const { status, answer } = await raw('POST', '/Users', body, { authorization })
        assert.equal(status, 401, authorization)
        assert.equal(answer['status'], '401')
      }
    })
  })
})

describe('A token that has expired', () => {
  const token = 'a-token-of-yesterday'
  const sha256 = createHash('sha256').update(token).digest('hex')
  const scene = sceneFor({
    'http.tokens': `[{ name: old, sha256: ${sha256}, expires: '2020-01-01T00:00:00Z' }]`,
  })

  it('lets nobody in', async () => {
    const response = await fetch(`${scene().bridge.baseUrl}/Users`, {
      headers: { authorization: `Bearer ${token}` },
    })
    assert.equal(response.status, 401)
  })
})

describe('A value of the wrong type', () => {
  const scene = sceneFor()

  const wrong: readonly (readonly [attribute: JsonObject, detail: string])[] = [
    [{ userName: 5 }, 'userName must be a string.'],
    [{ userName: ['a', 'b'] }, 'userName must be a single value.'],
    [{ userName: { value: 'a' } }, 'userName must be a string.'],
    [{ externalId: 5 }, 'externalId must be a string.'],
    [{ name: 'Ada Lovelace' }, 'name must be an object.'],
    [{ name: { familyName: 5 } }, 'name.familyName must be a string.'],
    [{ displayName: true }, 'displayName must be a string.'],
    [{ title: { value: 'x' } }, 'title must be a string.'],
    [{ active: 'maybe' }, 'active must be true or false.'],
    [{ active: 2 }, 'active must be true or false.'],
    [{ password: 12_345_678 }, 'password must be a string.'],
    [{ emails: [{ value: 5 }] }, 'emails.value must be a string.'],
    [{ emails: 5 }, 'emails must be an object.'],
    [{ emails: [{ value: 'a@b', primary: 'maybe' }] }, 'emails.primary must be true or false.'],
    [{ phoneNumbers: [{ value: 112, type: 'work' }] }, 'phoneNumbers.value must be a string.'],
    [{ addresses: [{ locality: 1, type: 'work' }] }, 'addresses.locality must be a string.'],
    [{ [enterprise]: { department: 5 } }, `${enterprise}:department must be a string.`],
    [{ [enterprise]: { manager: { value: 5 } } }, `${enterprise}:manager.value must be a string.`],
    [{ [enterprise]: 'x' }, `${enterprise} must be an object.`],
  ]

  it('is refused with invalidValue and the name of the attribute, and nothing is written', async () => {
    const user = await scene().user({ title: 'x' })
    const { scim } = scene().bridge
    await scene().writesNothing(async () => {
      for (const [attribute, detail] of wrong) {
        const userName = scene().unusedName()
        assertError(await scim.post('/Users', { userName, ...attribute }), invalid(detail))
        const put = await scim.put(`/Users/${user.id}`, { userName, title: 'y', ...attribute })
        assertError(put, invalid(detail))
        const patch = await scene().patch(user.id, { op: 'replace', value: attribute })
        assert.equal(patch.status, 400, patch.text)
        assert.equal(patch.answer?.['scimType'], 'invalidValue', patch.text)
      }
    })
    assert.deepEqual(
      (await scene().bridge.journal()).filter(({ kind }) => kind === 'intent').length,
      1,
    )
  })

  it('is refused where userName is missing, blank or null', async () => {
    const user = await scene().user()
    await scene().writesNothing(async () => {
      for (const body of [
        {},
        { userName: '' },
        { userName: ' ' },
        { userName: null },
        { userName: [] },
      ]) {
        const more = { ...body, title: 'x' }
        assertError(
          await scene().bridge.scim.post('/Users', more),
          invalid('userName is required.'),
        )
        assertError(
          await scene().bridge.scim.put(`/Users/${user.id}`, more),
          invalid('userName is required.'),
        )
      }
    })
  })

  it('is refused where several values are primary', async () => {
    const emails = ['a@b.example', 'c@d.example'].map((value) => ({ value, primary: true }))
    assertError(
      await scene().bridge.scim.post('/Users', { userName: scene().unusedName(), emails }),
      invalid('emails must not have more than one primary value.'),
    )
  })
})

const replace = (path: string, value: JsonValue = 'y'): JsonObject => ({
  op: 'replace',
  path,
  value,
})

describe('A PATCH that cannot be carried out (RFC 7644 §3.5.2)', () => {
  const scene = sceneFor()

  it('is refused whole, with the keyword that the RFC names', async () => {
    const user = await scene().user({ title: 'x' })
    const cases: readonly (readonly [JsonObject, string])[] = [
      [replace('no.such.thing'), 'invalidPath'],
      [replace('name.nonsense'), 'invalidPath'],
      [replace('emails[type eq'), 'invalidFilter'],
      [replace('emails[nonsense eq "x"]'), 'invalidFilter'],
      [replace('title['), 'invalidFilter'],
      [replace('emails[type ne "work"].value'), 'noTarget'],
      [replace('id', 'other'), 'mutability'],
      [replace('meta.created', '2020-01-01T00:00:00Z'), 'mutability'],
      [replace('groups', [{ value: user.id }]), 'mutability'],
      [{ op: 'remove' }, 'noTarget'],
      [{ op: 'remove', path: 'userName' }, 'mutability'],
      [{ op: 'replace', path: 'userName', value: '' }, 'invalidValue'],
      [{ op: 'add', path: 'title' }, 'invalidValue'],
      [{ op: 'move', path: 'title', value: 'y' }, 'invalidValue'],
      [{ path: 'title', value: 'y' }, 'invalidSyntax'],
      [{ op: 'replace', path: 5, value: 'y' }, 'invalidPath'],
      [{ op: 'replace', value: 'text' }, 'invalidValue'],
      [{ op: 'replace', value: { nonsense: 'y' } }, 'invalidPath'],
    ]
    await scene().writesNothing(async () => {
      for (const [operation, scimType] of cases) {
        const answer = await scene().patch(user.id, replace('title'), operation)
        assert.equal(answer.status, 400, `${JSON.stringify(operation)}: ${answer.text}`)
        assert.equal(
          answer.answer?.['scimType'],
          scimType,
          `${JSON.stringify(operation)}: ${answer.text}`,
        )
      }
    })
  })

  it('is refused without operations, with none that can be read, and with too many', async () => {
    const { id } = await scene().user()
    const { scim } = scene().bridge
    const bodies: JsonObject[] = [
      {},
      patchOf(),
      { ...patchOf(), Operations: 'none' },
      { ...patchOf(), Operations: [null] },
      { ...patchOf(), Operations: [[]] },
    ]
    await scene().writesNothing(async () => {
      for (const body of bodies) {
        const answer = await scim.patch(`/Users/${id}`, body)
        assert.equal(answer.status, 400, `${JSON.stringify(body)}: ${answer.text}`)
        assert.equal(answer.answer?.['scimType'], 'invalidSyntax', JSON.stringify(body))
      }
    })
  })
})

describe('A query that cannot be understood', () => {
  const scene = sceneFor()

  it('is refused with invalidFilter when the filter is wrong', async () => {
    for (const filter of [
      'userName',
      'userName eq',
      'userName eq "x',
      'userName foo "x"',
      'nickName eq "x"',
      'userName eq "x" and',
      '(userName eq "x"',
      'active gt true',
      'active eq "maybe"',
      'name eq "x"',
      '"x" eq userName',
      '(uid=*)',
      `userName eq "${'x'.repeat(200_000)}`.slice(0, 6000),
    ]) {
      const answer = await scene().bridge.scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
      assert.equal(answer.status, 400, `${filter}: ${answer.text}`)
      assert.equal(answer.answer?.['scimType'], 'invalidFilter', filter)
      assert.ok(!answer.text.includes('dc=example'))
    }
  })

  it('is refused with invalidValue when a number is none', async () => {
    for (const query of ['startIndex=one', 'count=-', 'count=1.5']) {
      const answer = await scene().bridge.scim.get(`/Users?${query}`)
      assert.equal(answer.status, 400, `${query}: ${answer.text}`)
    }
    for (const query of ['startIndex=0', 'startIndex=-5', 'count=-1', 'count=0']) {
      assert.equal((await scene().bridge.scim.get(`/Users?${query}`)).status, 200, query)
    }
  })

  it('is answered 404 or 405 where there is no such endpoint or method', async () => {
    const { id } = await scene().user()
    const cases = [
      ['GET', '/Nonsense', 404],
      ['POST', `/Users/${id}`, 405],
      ['PUT', '/Users', 405],
      ['DELETE', '/Users', 405],
    ] as const
    for (const [method, path, status] of cases) {
      const body = method === 'POST' || method === 'PUT' ? { body: { userName: 'x' } } : {}
      const answer = await scene().bridge.scim.send(method, path, body)
      assert.equal(answer.status, status, `${method} ${path}`)
    }
  })
})
