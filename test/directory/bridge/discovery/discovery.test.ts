import assert from 'node:assert/strict'
import { isJsonObject, type JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { kelly } from '../lists/example-user.ts'

interface Attribute {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly required: boolean
  readonly caseExact: boolean
  readonly uniqueness: string
  readonly mutability: string
  readonly returned: string
  readonly subAttributes?: readonly Attribute[]
  readonly canonicalValues?: readonly string[]
}

interface Schema {
  readonly id: string
  readonly attributes: readonly Attribute[]
}

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

describe('What a bridge in front of an OpenLDAP says of itself (RFC 7644 §4)', () => {
  let bridge: TestBridge
  let schemas: ReadonlyMap<string, readonly Attribute[]>
  let count = 0

  before(async () => {
    bridge = await openTestBridge(sharedOpenldap())
    const { answer } = await bridge.scim.get('/Schemas')
    schemas = new Map(
      ((answer?.['Resources'] ?? []) as unknown as Schema[]).map(({ id, attributes }) => [
        id,
        attributes,
      ]),
    )
  })

  after(async () => bridge.close())

  function attributesOf(urn: string): readonly Attribute[] {
    return schemas.get(urn) ?? assert.fail(`${urn} is not there`)
  }

  function isWritable({ mutability }: Attribute): boolean {
    return mutability === 'readWrite' || mutability === 'immutable'
  }

  async function create(body: JsonObject): Promise<JsonObject & { readonly id: string }> {
    const { status, answer, text } = await bridge.scim.post('/Users', body)
    assert.equal(status, 201, text)
    const id = answer?.['id']
    return typeof id === 'string' ? { ...answer, id } : assert.fail(text)
  }

  it('names its resource types, each with a schema that it has', async () => {
    const { answer } = await bridge.scim.get('/ResourceTypes')
    const types = (answer?.['Resources'] ?? []) as {
      name: string
      endpoint: string
      schema: string
      schemaExtensions?: { schema: string }[]
    }[]
    assert.deepEqual(
      types.map(({ name, endpoint, schema }) => [name, endpoint, schema]),
      [
        ['User', '/Users', userUrn],
        ['Group', '/Groups', groupUrn],
      ],
    )
    const extensions = types.flatMap(({ schemaExtensions = [] }) => schemaExtensions)
    assert.deepEqual(
      extensions.map(({ schema }) => schema),
      [enterpriseUrn],
    )
    assert.deepEqual([...schemas.keys()].sort(), [groupUrn, userUrn, enterpriseUrn].sort())
    for (const urn of schemas.keys()) {
      assert.equal((await bridge.scim.get(`/Schemas/${urn}`)).answer?.['id'], urn)
    }
  })

  it('stores and shows everything that it calls writable', async () => {
    const created = await create({ ...kelly, userName: 'writable', externalId: 'w' })
    const read = await bridge.scim.get(`/Users/${created.id}`)
    assert.deepEqual(read.answer, created)
    assertShown(attributesOf(userUrn).filter(isWritable), read.answer ?? {}, 'User')
    const extension = read.answer?.[enterpriseUrn]
    assert.ok(isJsonObject(extension))
    const direct = attributesOf(enterpriseUrn).filter(({ name }) => name !== 'manager')
    assertShown(direct.filter(isWritable), extension, 'EnterpriseUser')
  })

  it('shows nothing that it does not name', async () => {
    const answer = await create({
      ...kelly,
      userName: 'echo',
      externalId: 'e',
      nickName: 'not mapped',
      profileUrl: 'https://example.com/echo',
      locale: 'en',
      timezone: 'Europe/Berlin',
      ims: [{ value: 'echo' }],
      photos: [{ value: 'https://example.com/echo.jpg' }],
      roles: [{ value: 'admin' }],
      entitlements: [{ value: 'x' }],
      x509Certificates: [{ value: 'AAAA' }],
      name: { ...(kelly['name'] as JsonObject), middleName: 'Not mapped', honorificPrefix: 'Dr.' },
      [enterpriseUrn]: { ...(kelly[enterpriseUrn] as JsonObject), costCenter: 'x', division: 'y' },
      'urn:example:own:1.0': { colour: 'red' },
    })
    const common = ['schemas', 'id', 'externalId', 'meta', enterpriseUrn]
    const { [enterpriseUrn]: extension, ...core } = answer
    assertNamed(attributesOf(userUrn), core, common)
    assert.ok(isJsonObject(extension))
    assertNamed(attributesOf(enterpriseUrn), extension, [])
  })

  it('can clear and replace everything that it calls writable', async () => {
    const { id } = await create({ ...kelly, userName: 'cleared', externalId: 'c' })
    const path = `/Users/${id}`
    const put = await bridge.scim.put(path, { userName: 'cleared' })
    assert.equal(put.status, 200, put.text)
    const left = Object.keys(put.answer ?? {}).filter((name) => put.answer?.[name] !== undefined)
    // What inetOrgPerson and OneLogin demand is made up from the userName.
    assert.deepEqual(left.sort(), ['active', 'id', 'meta', 'name', 'schemas', 'userName'])
    const back = await bridge.scim.put(path, { ...kelly, userName: 'cleared', externalId: 'c' })
    assertShown(attributesOf(userUrn).filter(isWritable), back.answer ?? {}, 'User')
  })

  const kinds: readonly (readonly [string, string, JsonObject])[] = [
    ['/Users', userUrn, { ...kelly, externalId: 'r' }],
    ['/Groups', groupUrn, { displayName: 'required', externalId: 'r' }],
  ]

  for (const [endpoint, urn, whole] of kinds) {
    it(`refuses at ${endpoint} what lacks anything that it calls required, and nothing else`, async () => {
      for (const { name, required } of attributesOf(urn).filter(isWritable)) {
        const { [name]: _, ...rest } = { ...whole, ...unlike(urn) }
        const { status, answer, text } = await bridge.scim.post(endpoint, rest)
        assert.equal(status, required ? 400 : 201, `${name}: ${text}`)
        if (required) assert.equal(answer?.['scimType'], 'invalidValue')
      }
    })

    it(`refuses at ${endpoint} a second one with what it calls unique, and nothing else`, async () => {
      const first = { ...whole, ...unlike(urn) }
      assert.equal((await bridge.scim.post(endpoint, first)).status, 201)
      for (const { name, uniqueness } of attributesOf(urn).filter(isWritable)) {
        const second = { ...first, ...unlike(urn), [name]: first[name] ?? null }
        const { status, answer, text } = await bridge.scim.post(endpoint, second)
        assert.equal(status, uniqueness === 'server' ? 409 : 201, `${name}: ${text}`)
        if (status === 409) assert.equal(answer?.['scimType'], 'uniqueness')
      }
    })
  }

  /** Names that nobody has yet. */
  function unlike(urn: string): JsonObject {
    count += 1
    return { [urn === userUrn ? 'userName' : 'displayName']: `unlike ${count}` }
  }

  it('compares texts with letter case where it says that this counts', async () => {
    const value = 'https://example.com/Case'
    const { id } = await create({ ...kelly, userName: 'case', title: 'Case', profileUrl: value })
    for (const { name, caseExact } of attributesOf(userUrn)) {
      const text = new Map([
        ['userName', 'CASE'],
        ['title', 'CASE'],
        ['profileUrl', value.toUpperCase()],
      ]).get(name)
      if (text === undefined) continue
      const filter = encodeURIComponent(`${name} eq "${text}" and id eq "${id}"`)
      const found = await bridge.scim.get(`/Users?filter=${filter}`)
      assert.equal(found.answer?.['totalResults'], caseExact ? 0 : 1, name)
    }
  })

  it('says of groups what it stores of them', async () => {
    const names = attributesOf(groupUrn).map(({ name }) => name)
    assert.deepEqual(names.sort(), ['displayName', 'members'])
    const { answer } = await bridge.scim.post('/Groups', {
      displayName: 'Described',
      description: 'not mapped',
    })
    assertNamed(attributesOf(groupUrn), answer ?? {}, ['schemas', 'id', 'externalId', 'meta'])
  })

  it('says in /ServiceProviderConfig what holds', async () => {
    const { answer } = await bridge.scim.get('/ServiceProviderConfig')
    assert.deepEqual(answer?.['patch'], { supported: true })
    assert.deepEqual(answer['etag'], { supported: true })
    assert.deepEqual(answer['changePassword'], { supported: true })
    const schemes = answer['authenticationSchemes'] as { type: string }[]
    assert.deepEqual(
      schemes.map(({ type }) => type),
      ['oauthbearertoken'],
    )
    const { headers } = await bridge.scim.get('/Users/nothing')
    assert.equal(headers.get('etag'), null)
  })

  it('does not promise to change passwords when it ignores them, nor what is not mapped', async () => {
    const { people, groups } = bridge.section
    const other = await openTestBridge(sharedOpenldap(), {
      'users.base': people,
      'groups.base': groups,
      'users.password.method': 'ignore',
      'users.attributes':
        '{ userName: uid, name.familyName: { attribute: sn, fallback: [userName] }, name.formatted: { attribute: cn, fallback: [userName] } }',
      'users.manager.lookup': '[id]',
      'users.manager.unknown': 'ignore',
    })
    try {
      const config = await other.scim.get('/ServiceProviderConfig')
      assert.deepEqual(config.answer?.['changePassword'], { supported: false })
      const { answer } = await other.scim.get(`/Schemas/${userUrn}`)
      const names = ((answer ?? {}) as unknown as Schema).attributes.map(({ name }) => name).sort()
      assert.deepEqual(names, ['active', 'groups', 'name', 'userName'])
    } finally {
      await other.close()
    }
  })
})

/** Says that a value has everything that the attributes promise. */
function assertShown(attributes: readonly Attribute[], value: JsonObject, at: string): void {
  for (const { name, subAttributes = [], returned } of attributes) {
    if (returned === 'never') continue
    const found = value[name]
    assert.notEqual(found, undefined, `${at}.${name} is not shown`)
    const elements = [found].flat().filter((each) => isJsonObject(each))
    for (const part of subAttributes.filter((each) => each.returned !== 'never')) {
      if (part.mutability === 'readOnly') continue
      const isShown = elements.some((each) => each[part.name] !== undefined)
      assert.ok(isShown, `${at}.${name}.${part.name} is not shown`)
    }
  }
}

/** Says that a value has nothing that the attributes do not name. */
function assertNamed(
  attributes: readonly Attribute[],
  value: JsonObject,
  others: readonly string[],
): void {
  for (const [name, content] of Object.entries(value)) {
    if (others.includes(name)) continue
    const attribute = attributes.find((each) => each.name === name)
    assert.ok(attribute, `${name} is shown and not named`)
    for (const element of [content].flat()) {
      if (isJsonObject(element)) assertNamed(attribute.subAttributes ?? [], element, [])
    }
  }
}
