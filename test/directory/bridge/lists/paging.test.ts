import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'

const total = 1050

interface ListAnswer {
  readonly totalResults: number
  readonly startIndex?: number
  readonly itemsPerPage: number
  readonly Resources: readonly JsonObject[]
  readonly nextCursor?: string
  readonly previousCursor?: string
}

function uid(number: number): string {
  return `page${String(number).padStart(4, '0')}`
}

function names({ Resources }: ListAnswer): unknown[] {
  return Resources.map(({ userName }) => userName)
}

describe('Pages of a long list (RFC 7644 §3.4.2.4, RFC 9865)', () => {
  let bridge: TestBridge
  let admin: AdminClient
  const dn = (number: number): string => `uid=${uid(number)},${bridge.section.people}`

  async function list(query: string): Promise<ListAnswer> {
    const { status, answer, text } = await bridge.scim.get(`/Users?attributes=userName&${query}`)
    assert.equal(status, 200, text)
    return answer as unknown as ListAnswer
  }

  async function failure(query: string): Promise<readonly unknown[]> {
    const { status, answer } = await bridge.scim.get(`/Users?${query}`)
    return [status, answer?.['scimType']]
  }

  before(async function () {
    this.timeout(60_000)
    const server = sharedOpenldap()
    bridge = await openTestBridge(server)
    admin = new AdminClient(server)
    const entries = Array.from({ length: total }, (_, number) => ({
      dn: dn(number),
      // The order of creation is not the order of names.
      attributes: { objectClass: 'inetOrgPerson', cn: `c${total - number}`, sn: 's' },
    }))
    await admin.addAll(entries)
  })

  after(async () => bridge.close())

  it('show everybody once, with an exact total', async () => {
    const seen = new Set<unknown>()
    for (let startIndex = 1; startIndex <= total; startIndex += 100) {
      const page = await list(`startIndex=${startIndex}&count=100`)
      assert.equal(page.totalResults, total)
      assert.equal(page.startIndex, startIndex)
      assert.equal(page.itemsPerPage, page.Resources.length)
      for (const name of names(page)) seen.add(name)
    }
    assert.equal(seen.size, total)
  })

  it('skip nobody and repeat nobody when others are deleted and created meanwhile', async () => {
    const first = await list('startIndex=1&count=400')
    await admin.remove(dn(3))
    await admin.add(dn(9000), { objectClass: 'inetOrgPerson', cn: 'n', sn: 's' })
    const second = await list('startIndex=401&count=400')
    const third = await list('startIndex=801&count=400')
    const all = [first, second, third].flatMap(names)
    assert.equal(second.totalResults, total)
    assert.equal(new Set(all).size, all.length)
    assert.equal(all.length, total)
    await admin.remove(dn(9000))
    await admin.add(dn(3), { objectClass: 'inetOrgPerson', cn: 'c', sn: 's' })
  })

  it('leave out who is gone by the time his page is read', async () => {
    await list('startIndex=1&count=500')
    await admin.remove(dn(700))
    const page = await list('startIndex=501&count=550')
    assert.equal(page.totalResults, total)
    assert.equal(page.itemsPerPage, 549)
    await admin.add(dn(700), { objectClass: 'inetOrgPerson', cn: 'c', sn: 's' })
  })

  it('hold everything without count, and the total alone with count=0', async () => {
    const everything = await list('')
    assert.equal(everything.Resources.length, total)
    assert.equal(everything.itemsPerPage, total)
    assert.deepEqual(
      await list('count=0').then(({ totalResults, Resources }) => [totalResults, Resources]),
      [total, []],
    )
  })

  it('lead from cursor to cursor through everything, and back', async () => {
    const seen: unknown[] = []
    let page = await list('cursor&count=300')
    assert.equal(page.startIndex, undefined)
    assert.equal(page.previousCursor, undefined)
    const pages = [page]
    while (page.nextCursor !== undefined) {
      page = await list(`cursor=${page.nextCursor}&count=300`)
      pages.push(page)
    }
    for (const each of pages) seen.push(...names(each))
    assert.equal(pages.length, 4)
    assert.equal(new Set(seen).size, total)
    assert.ok(pages.every(({ totalResults }) => totalResults === total))
    const back = await list(`cursor=${pages[2]?.previousCursor ?? ''}&count=300`)
    assert.deepEqual(names(back), names(pages[1] ?? page))
  })

  it('hold nothing but the total for a count of zero or below, also with a cursor (RFC 9865 §2)', async () => {
    const { nextCursor = '' } = await list('cursor&count=10')
    for (const query of ['cursor&count=0', 'cursor&count=-1', `cursor=${nextCursor}&count=-1`]) {
      const page = await list(query)
      assert.deepEqual([page.totalResults, page.itemsPerPage, page.Resources], [total, 0, []])
    }
  })

  it('refuse cursors that were never given out, or belong to another query (RFC 9865 §2.1)', async () => {
    const { nextCursor = '' } = await list('cursor&count=10')
    assert.deepEqual(await failure('cursor=nonsense'), [400, 'invalidCursor'])
    assert.deepEqual(await failure(`cursor=${nextCursor}&filter=userName%20pr`), [
      400,
      'invalidCursor',
    ])
    const another = nextCursor.startsWith('_') ? 'A' : '_'
    assert.deepEqual(await failure(`cursor=${another}${nextCursor.slice(1)}`), [
      400,
      'expiredCursor',
    ])
  })

  it('are in the order that is asked for, over all pages', async () => {
    const first = await list('sortBy=userName&startIndex=1&count=2')
    const last = await list(`sortBy=userName&startIndex=${total - 1}&count=2`)
    assert.deepEqual(names(first), [uid(0), uid(1)])
    assert.deepEqual(names(last), [uid(total - 2), uid(total - 1)])
    const descending = await list('sortBy=userName&sortOrder=descending&count=2')
    assert.deepEqual(names(descending), [uid(total - 1), uid(total - 2)])
  })

  it('are the same for a filter that the bridge has to finish', async () => {
    const filter = encodeURIComponent('userName ew "7" and not (userName co "99")')
    const first = await list(`filter=${filter}&startIndex=1&count=50`)
    const second = await list(`filter=${filter}&startIndex=51&count=100`)
    const expected = Array.from({ length: total }, (_, number) => uid(number)).filter(
      (name) => name.endsWith('7') && !name.includes('99'),
    )
    assert.equal(first.totalResults, expected.length)
    assert.deepEqual(new Set([...names(first), ...names(second)]), new Set(expected))
  })

  it('are advertised as they are', async () => {
    const { answer } = await bridge.scim.get('/ServiceProviderConfig')
    assert.deepEqual(answer?.['sort'], { supported: true })
    assert.deepEqual(answer?.['pagination'], {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 10_000,
      maxPageSize: 10_000,
      cursorTimeout: 300,
    })
  })
})
