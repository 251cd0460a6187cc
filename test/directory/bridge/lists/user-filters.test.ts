import assert from 'node:assert/strict'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { kelly, kellysFilters, nobodysFilters, rob } from './example-user.ts'

const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'

describe('GET /Users?filter=, eq and and, on an OpenLDAP (RFC 7644 §3.4.2.2)', () => {
  let bridge: TestBridge
  let kellysId: string
  let robsId: string
  let group: string

  before(async () => {
    bridge = await openTestBridge(sharedOpenldap())
    kellysId = await create('/Users', kelly)
    robsId = await create('/Users', rob)
    group = await create('/Groups', { displayName: 'Pros', members: [{ value: kellysId }] })
    const patched = await bridge.scim.patch(`/Users/${kellysId}`, {
      Operations: [{ op: 'add', path: manager, value: { value: robsId } }],
    })
    assert.equal(patched.status, 200, patched.text)
  })

  after(async () => bridge.close())

  async function create(endpoint: string, body: typeof kelly): Promise<string> {
    const { answer, text } = await bridge.scim.post(endpoint, body)
    const id = answer?.['id']
    return typeof id === 'string' ? id : assert.fail(text)
  }

  async function find(filter: string, more = ''): Promise<readonly string[]> {
    const path = `/Users?filter=${encodeURIComponent(filter)}${more}`
    const { status, answer, text } = await bridge.scim.get(path)
    assert.equal(status, 200, `${filter}: ${text}`)
    const found = ((answer?.['Resources'] ?? []) as { id: string }[]).map(({ id }) => id)
    assert.equal(answer?.['totalResults'], found.length)
    return found
  }

  for (const filter of kellysFilters) {
    it(`finds one of two with ${filter}`, async () => {
      assert.deepEqual(await find(filter), [kellysId])
      assert.deepEqual(await find(filter, '&startIndex=1&count=100'), [kellysId])
    })
  }

  for (const filter of nobodysFilters) {
    it(`finds nobody with ${filter}`, async () => {
      assert.deepEqual(await find(filter), [])
    })
  }

  it('finds by id, by manager and by group', async () => {
    for (const filter of [
      `id eq "${kellysId}"`,
      `id eq "${kellysId}" and ${manager} eq "${robsId}"`,
      `id eq "${kellysId}" and manager eq "${robsId}"`,
      `${manager}.value eq "${robsId}"`,
      `groups eq "${group}"`,
      `groups.value eq "${group}" and active eq true`,
    ]) {
      assert.deepEqual(await find(filter), [kellysId], filter)
    }
    for (const filter of [
      `${manager} eq "${kellysId}"`,
      `groups eq "${robsId}"`,
      `groups eq "nothing"`,
      `id eq "${group}"`,
    ]) {
      assert.deepEqual(await find(filter), [], filter)
    }
  })

  it('finds the disabled ones with active eq false', async () => {
    assert.deepEqual(await find('active eq false'), [robsId])
  })

  for (const filter of [
    'userName',
    'userName eq',
    'userName is "x"',
    'colour eq "red"',
    '(userName eq "x"',
    'userName eq "x" and',
    '',
    ' ',
    '"x" eq userName',
    'emails[type eq "work"',
  ]) {
    it(`answers 400 invalidFilter for ${JSON.stringify(filter)}`, async () => {
      const path = `/Users?filter=${encodeURIComponent(filter)}`
      const { status, answer, text } = await bridge.scim.get(path)
      assert.equal(status, 400, text)
      assert.equal(answer?.['scimType'], 'invalidFilter')
    })
  }

  it('answers 400 for a filter that is far too long or deep, and not in a second', async () => {
    const startedAt = performance.now()
    const deep = `${'('.repeat(2000)}userName eq "x"${')'.repeat(2000)}`
    const long = Array.from({ length: 2000 }, (_, index) => `userName eq "u${index}"`).join(' or ')
    for (const filter of [deep, long]) {
      const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter }
      const { status } = await bridge.scim.post('/Users/.search', body)
      assert.ok([200, 400].includes(status), String(status))
    }
    assert.ok(performance.now() - startedAt < 2000)
  })
})
