import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { usersMap } from '../users-map.ts'

const total = 60
const jpegHead = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')
const jpegEnd = Buffer.from('ffd9', 'hex')

/** What tells one picture from the others stands at its beginning and everywhere else. */
function uriOf(index: number): string {
  const picture = Buffer.concat([jpegHead, Buffer.alloc(100_000, total - index), jpegEnd])
  return `data:image/jpeg;base64,${picture.toString('base64')}`
}

function anyOf(count: number, term: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => term(index)).join(' or ')
}

function resourcesIn(answer: JsonObject | undefined): readonly JsonObject[] {
  return (answer?.['Resources'] ?? []) as readonly JsonObject[]
}

describe('Lists of users with pictures, on an OpenLDAP (RFC 7644 §3.4.2)', function () {
  this.timeout(60_000)

  let bridge: TestBridge
  const names = Array.from({ length: total }, (_, index) => `p${String(index).padStart(2, '0')}`)
  const byPicture = names
    .map((name, index) => ({ name, uri: uriOf(index) }))
    .sort((one, other) => (one.uri < other.uri ? -1 : 1))
    .map(({ name }) => name)

  before(async () => {
    bridge = await openTestBridge(
      sharedOpenldap(),
      usersMap({ 'photos[type eq "photo"]': 'jpegPhoto' }),
    )
    const members: JsonObject[] = []
    for (const [index, userName] of names.entries()) {
      const { status, answer, text } = await bridge.scim.post('/Users', {
        userName,
        name: { familyName: 'P', formatted: userName },
        photos: [{ value: uriOf(index), type: 'photo' }],
      })
      assert.equal(status, 201, text.slice(0, 1000))
      members.push({ value: answer?.['id'] ?? null })
    }
    await bridge.scim.post('/Groups', { displayName: 'all', members })
  })

  after(async () => bridge.close())

  async function ask(path: string, query: JsonObject): Promise<Exchange> {
    return await bridge.scim.post(`${path}/.search`, query)
  }

  async function namesFor(query: JsonObject): Promise<unknown[]> {
    const { status, answer, text } = await ask('/Users', query)
    assert.equal(status, 200, text.slice(0, 1000))
    return resourcesIn(answer).map(({ userName }) => userName)
  }

  it('show all of them, with their pictures', async () => {
    const { answer } = await ask('/Users', {})
    const shown = resourcesIn(answer).map(({ userName, photos }) => [
      userName,
      (photos as JsonObject[])[0]?.['value'],
    ])
    const expected = names.map((name, index) => [name, uriOf(index)])
    assert.deepEqual(new Map(shown as [string, string][]), new Map(expected as [string, string][]))
    assert.deepEqual([answer?.['totalResults'], answer?.['itemsPerPage']], [total, total])
  })

  it('show them in order, by the beginnings of their pictures, too', async () => {
    const attributes = ['userName', 'photos']
    assert.deepEqual(await namesFor({ sortBy: 'userName', attributes }), names)
    assert.deepEqual(await namesFor({ sortBy: 'photos.value', attributes }), byPicture)
  })

  it('show them page by page, by cursors and in order', async () => {
    const seen: unknown[] = []
    let cursor: unknown = ''
    while (typeof cursor === 'string') {
      const query = { cursor, count: 25, sortBy: 'photos.value', sortOrder: 'descending' }
      const { answer } = await ask('/Users', query)
      seen.push(...resourcesIn(answer).map(({ userName }) => userName))
      cursor = answer?.['nextCursor']
    }
    assert.deepEqual(seen, byPicture.toReversed())
  })

  it('find by parts of the pictures', async () => {
    const part = uriOf(7).slice(-400, -300)
    const filter = `not (photos.value co "no picture") and photos.value co "${part}"`
    assert.deepEqual(await namesFor({ filter }), ['p07'])
    assert.deepEqual(await namesFor({ filter, attributes: ['userName'] }), ['p07'])
  })

  it('are refused in an order by certificates, from the root as well', async () => {
    for (const path of ['/Users', '']) {
      const { status, answer, text } = await ask(path, { sortBy: 'x509Certificates' })
      assert.equal(status, 400)
      assert.equal(answer?.['scimType'], 'invalidPath')
      assert.match(text, /x509Certificates cannot be sorted by/)
    }
  })

  it('are refused where one user would take more comparisons than there may be', async () => {
    const filter = anyOf(500, (index) => `photos.value co "A${index}="`)
    for (const more of [{}, { sortBy: 'userName' }, { cursor: '' }, { startIndex: 2 }]) {
      for (const path of ['/Users', '']) {
        if (path === '' && 'cursor' in more) continue
        const { status, answer, text } = await ask(path, { filter, ...more })
        assert.equal(status, 400)
        assert.equal(answer?.['scimType'], 'tooMany')
        assert.match(text, /The filter would take more than 2000000 comparisons on a single/)
      }
    }
  })

  it('take many terms that ask for one attribute', async () => {
    const filter = anyOf(400, (index) => `userName eq "P${String(index).padStart(2, '0')}"`)
    assert.equal((await namesFor({ filter, attributes: ['userName'] })).length, total)
    const members = anyOf(300, (index) => `members.display eq "P${String(index).padStart(2, '0')}"`)
    const { answer } = await ask('/Groups', { filter: members, attributes: ['displayName'] })
    assert.equal(answer?.['totalResults'], 1)
  })
})
