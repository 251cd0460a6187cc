import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import type { OpenldapEndpoint } from '../../../support/openldap-server.ts'
import { startOpenldap } from '../../../support/openldap.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'

async function addUsers(server: OpenldapEndpoint, base: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `page${String(index).padStart(4, '0')}`)
  await new AdminClient(server).addAll(
    names.map((uid) => ({
      dn: `uid=${uid},${base}`,
      attributes: { objectClass: 'inetOrgPerson', cn: uid, sn: uid },
    })),
  )
}

function namesIn(answer: JsonObject | undefined): readonly string[] {
  return ((answer?.['Resources'] ?? []) as { userName: string }[]).map(({ userName }) => userName)
}

describe('GET /Users in pages, on an OpenLDAP with 1,200 of them (RFC 7644 §3.4.2.4)', function () {
  this.timeout(60_000)

  const total = 1200
  let bridge: TestBridge
  let all: readonly string[]

  before(async () => {
    const server = sharedOpenldap()
    bridge = await openTestBridge(server)
    await addUsers(server, bridge.section.people, total)
    const { answer } = await bridge.scim.get('/Users')
    all = namesIn(answer)
  })

  after(async () => bridge.close())

  async function page(query: string): Promise<JsonObject> {
    const { status, answer, text } = await bridge.scim.get(`/Users?${query}`)
    assert.equal(status, 200, text)
    return answer ?? {}
  }

  it('answers all of them where no count is given, as OneLogin reads them', () => {
    assert.equal(all.length, total)
    assert.equal(new Set(all).size, total)
  })

  it('answers pages that fit together', async () => {
    const names: string[] = []
    for (let startIndex = 1; startIndex <= total; startIndex += 100) {
      const answer = await page(`startIndex=${startIndex}&count=100`)
      assert.equal(answer['totalResults'], total)
      assert.equal(answer['itemsPerPage'], 100)
      assert.equal(answer['startIndex'], startIndex)
      names.push(...namesIn(answer))
    }
    assert.deepEqual(names, all)
  })

  const windows: [query: string, from: number, to: number, startIndex: number][] = [
    ['startIndex=1151&count=100', 1150, 1200, 1151],
    ['startIndex=1200&count=1', 1199, 1200, 1200],
    ['startIndex=1201&count=10', 1200, 1200, 1201],
    ['startIndex=100000&count=10', 1200, 1200, 100_000],
    ['startIndex=9007199254740991&count=9007199254740991', 1200, 1200, 9_007_199_254_740_991],
    ['startIndex=0&count=3', 0, 3, 1],
    ['startIndex=-5&count=3', 0, 3, 1],
    ['startIndex=3', 2, 1200, 3],
    ['count=0', 0, 0, 1],
    ['count=-1', 0, 0, 1],
    ['startIndex=2&count=0', 0, 0, 2],
    ['count=7&filter=userName sw "page"', 0, 7, 1],
  ]

  for (const [query, from, to, startIndex] of windows) {
    it(`shows ${to - from} of 1,200 for ${query}`, async () => {
      const answer = await page(query)
      assert.equal(answer['totalResults'], total)
      assert.equal(answer['itemsPerPage'], to - from)
      assert.equal(answer['startIndex'], startIndex)
      assert.deepEqual(namesIn(answer), all.slice(from, to))
    })
  }

  for (const query of ['startIndex=x', 'count=1.5', 'count=1&count=2', 'startIndex=1e3']) {
    it(`answers 400 invalidValue for ${query}`, async () => {
      const { status, answer } = await bridge.scim.get(`/Users?${query}`)
      assert.equal(status, 400)
      assert.equal(answer?.['scimType'], 'invalidValue')
    })
  }

  it('does the same for POST /Users/.search', async () => {
    const { status, answer } = await bridge.scim.post('/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'userName eq "page0007" or userName eq "page0009"',
      attributes: ['userName'],
      startIndex: 2,
      count: 1,
    })
    assert.equal(status, 200)
    assert.equal(answer?.['totalResults'], 2)
    const [user, ...more] = (answer['Resources'] ?? []) as JsonObject[]
    assert.deepEqual(more, [])
    assert.equal(user?.['userName'], 'page0009')
    assert.deepEqual(Object.keys(user).sort(), ['id', 'schemas', 'userName'])
  })

  it('never shows more than maxResults, and tells how many there are', async () => {
    const { people, groups } = bridge.section
    const small = await openTestBridge(sharedOpenldap(), {
      'users.base': people,
      'groups.base': groups,
      'lists.maxResults': '50',
    })
    try {
      for (const query of ['', '?count=1000']) {
        const { answer } = await small.scim.get(`/Users${query}`)
        assert.equal(answer?.['totalResults'], total)
        assert.equal(answer['itemsPerPage'], 50)
      }
      const { answer } = await small.scim.get('/ServiceProviderConfig')
      assert.deepEqual(answer?.['filter'], { supported: true, maxResults: 50 })
    } finally {
      await small.close()
    }
  })
})

describe('GET /Users where the directory lets the bridge see 500 entries, on an OpenLDAP', function () {
  this.timeout(60_000)

  it('answers 400 tooMany and never a part as if it were all', async () => {
    const server = await startOpenldap({ bridgeSizeLimit: 500 })
    try {
      const bridge = await openTestBridge(server)
      await addUsers(server, bridge.section.people, 600)
      const { status, answer } = await bridge.scim.get('/Users')
      assert.equal(status, 400)
      assert.equal(answer?.['scimType'], 'tooMany')
      const one = await bridge.scim.get('/Users?filter=userName eq "page0599"')
      assert.equal(one.answer?.['totalResults'], 1)
      await bridge.close()
    } finally {
      await server.close()
    }
  })
})
