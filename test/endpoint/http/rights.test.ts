import assert from 'node:assert/strict'
import { hashToken } from '../../../src/http/tokens.ts'
import { AppUnderTest, errorBody, token } from './app-under-test.ts'

const lacks = {
  users: 'The token may not write users: it lacks the right users.',
  groups: 'The token may not write groups: it lacks the right groups.',
  readUsers: 'The token may not read users: it lacks the right read (or users).',
  readGroups: 'The token may not read groups: it lacks the right read (or groups).',
}

async function startWith(rights: readonly string[], more: object = {}): Promise<AppUnderTest> {
  const tokens = [{ name: 'limited', sha256: hashToken(token), rights, ...more }]
  const app = await AppUnderTest.start({ tokens })
  app.users.resources.set('u1', { id: 'u1', userName: 'bjensen' })
  app.groups.resources.set('g1', { id: 'g1', displayName: 'Guides' })
  return app
}

type Try = readonly [method: string, path: string]

const writesOf = (path: string, id: string): readonly Try[] => [
  ['POST', path],
  ['PUT', `${path}/${id}`],
  ['PATCH', `${path}/${id}`],
  ['DELETE', `${path}/${id}`],
]
const readsOf = (path: string, id: string): readonly Try[] => [
  ['GET', path],
  ['HEAD', path],
  ['GET', `${path}/${id}`],
  ['POST', `${path}/.search`],
]
const userWrites = writesOf('/Users', 'u1')
const groupWrites = writesOf('/Groups', 'g1')
const userReads = readsOf('/Users', 'u1')
const groupReads = readsOf('/Groups', 'g1')
const readsOfAll: readonly Try[] = [
  ['GET', '/'],
  ['POST', '/.search'],
]
const discovery: readonly Try[] = [
  ['GET', '/ServiceProviderConfig'],
  ['GET', '/Schemas'],
  ['GET', '/ResourceTypes'],
]

interface Row {
  readonly rights: readonly string[]
  readonly may: readonly (readonly Try[])[]
  readonly mayNot: readonly (readonly [detail: string, tries: readonly Try[]])[]
}

const rows: readonly Row[] = [
  {
    rights: ['read'],
    may: [userReads, groupReads, readsOfAll, discovery],
    mayNot: [
      [lacks.users, userWrites],
      [lacks.groups, groupWrites],
    ],
  },
  {
    rights: ['users'],
    may: [userReads, userWrites, discovery],
    mayNot: [
      [lacks.groups, groupWrites],
      [lacks.readGroups, [...groupReads, ...readsOfAll]],
    ],
  },
  {
    rights: ['groups'],
    may: [groupReads, groupWrites, discovery],
    mayNot: [
      [lacks.users, userWrites],
      [lacks.readUsers, [...userReads, ...readsOfAll]],
    ],
  },
  {
    rights: ['read', 'groups'],
    may: [userReads, groupReads, readsOfAll, groupWrites, discovery],
    mayNot: [[lacks.users, userWrites]],
  },
  {
    rights: ['users', 'groups'],
    may: [userReads, groupReads, readsOfAll, userWrites, groupWrites, discovery],
    mayNot: [],
  },
]

describe('A token with some rights', () => {
  for (const { rights, may, mayNot } of rows) {
    const named = rights.join(' and ')
    for (const [method, path] of may.flat()) {
      it(`may ${method} ${path} with ${named}`, async () => {
        const app = await startWith(rights)
        const { status } = await send(app, method, path)
        await app.stop()
        assert.ok(status < 300, String(status))
      })
    }
    for (const [detail, tries] of mayNot) {
      for (const [method, path] of tries) {
        it(`is told 403 for ${method} ${path} with ${named}, and nothing is done`, async () => {
          const app = await startWith(rights)
          const { status, body } = await send(app, method, path)
          await app.stop()
          assert.equal(status, 403)
          if (method !== 'HEAD') assert.deepEqual(body, errorBody(403, detail))
          const asked = detail.includes('users:') ? app.users.calls : app.groups.calls
          assert.deepEqual(asked, [])
        })
      }
    }
  }

  it('may not see by a dry run what a write that it may not do would send', async () => {
    const app = await startWith(['read'])
    const headers = { prefer: 'dry-run' }
    const answer = await app.scim('/Users/u1', { method: 'DELETE', headers })
    await app.stop()
    assert.deepEqual(answer.body, errorBody(403, lacks.users))
  })

  it('is told of each bulk operation that goes beyond them, and the others are done', async () => {
    const app = await startWith(['users'])
    const operations = [
      { method: 'POST', path: '/Groups', bulkId: 'g', data: { displayName: 'Guides' } },
      { method: 'POST', path: '/Users', bulkId: 'u', data: { userName: 'new' } },
      { method: 'DELETE', path: '/Groups/g1' },
    ]
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: operations,
    }
    const answer = await app.scim('/Bulk', { method: 'POST', body })
    await app.stop()
    assert.equal(answer.status, 200)
    const { Operations: done } = answer.body as {
      readonly Operations: readonly { readonly status: string; readonly response?: unknown }[]
    }
    assert.deepEqual(
      done.map(({ status, response }) => [status, response]),
      [
        ['403', errorBody(403, lacks.groups)],
        ['201', undefined],
        ['403', errorBody(403, lacks.groups)],
      ],
    )
    assert.equal(app.users.resources.size, 2)
    assert.deepEqual([...app.groups.resources.keys()], ['g1'])
  })

  it('may read the user for whom it stands with read, and change him with users', async () => {
    const reading = await startWith(['read'], { user: 'bjensen' })
    assert.equal((await send(reading, 'GET', '/Me')).status, 200)
    for (const method of ['PUT', 'PATCH']) {
      assert.deepEqual((await send(reading, method, '/Me')).body, errorBody(403, lacks.users))
    }
    await reading.stop()
    const writing = await startWith(['users'], { user: 'bjensen' })
    assert.equal((await send(writing, 'PATCH', '/Me')).status, 200)
    await writing.stop()
    const other = await startWith(['groups'], { user: 'bjensen' })
    for (const method of ['GET', 'PATCH']) {
      assert.deepEqual((await send(other, method, '/Me')).body, errorBody(403, lacks.readUsers))
    }
    await other.stop()
  })
})

async function send(
  app: AppUnderTest,
  method: string,
  path: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const hasBody = ['POST', 'PUT', 'PATCH'].includes(method)
  return await app.scim(path, { method, ...(hasBody ? { body: { schemas: [] } } : {}) })
}
