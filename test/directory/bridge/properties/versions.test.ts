import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { patchOf, sceneFor, tally } from '../users/scene.ts'

const writers = 20

function versionOf(resource: JsonObject | undefined): string {
  return (resource?.['meta'] as { readonly version: string } | undefined)?.version ?? ''
}

function replacing(path: string, value: JsonValue): JsonObject {
  return patchOf({ op: 'replace', path, value })
}

describe('Versions (RFC 7644 §3.14)', () => {
  const scene = sceneFor()

  const fresh = async (endpoint: string): Promise<JsonObject & { readonly id: string }> => {
    const id = endpoint === '/Users' ? await scene().userId() : await scene().group()
    const { answer } = await scene().bridge.scim.get(`${endpoint}/${id}`)
    return { ...answer, id }
  }

  type Write = (before: JsonObject, number: number) => readonly [method: string, body?: JsonValue]

  const unused = (): string => scene().unusedName()

  const races: readonly (readonly [endpoint: string, what: string, write: Write])[] = [
    ['/Users', 'PUT', (before, number) => ['PUT', { ...before, title: `${number}` }]],
    ['/Users', 'PUT that renames', (before) => ['PUT', { ...before, userName: unused() }]],
    ['/Users', 'DELETE', () => ['DELETE']],
    [
      '/Users',
      'PUT, PATCH or DELETE',
      (before, number) =>
        [
          ['PUT', { ...before, title: `${number}` }] as const,
          ['PATCH', replacing('userName', unused())] as const,
          ['DELETE'] as const,
        ][number % 3] ?? ['DELETE'],
    ],
    ['/Groups', 'PATCH', (_, number) => ['PATCH', replacing('externalId', `${number}`)]],
    ['/Groups', 'PATCH that renames', () => ['PATCH', replacing('displayName', unused())]],
    ['/Groups', 'PUT', (before, number) => ['PUT', { ...before, externalId: `${number}` }]],
    ['/Groups', 'PUT that renames', (before) => ['PUT', { ...before, displayName: unused() }]],
    ['/Groups', 'DELETE', () => ['DELETE']],
  ]
  for (const [endpoint, what, write] of races) {
    it(`let one of twenty ${endpoint} ${what} pass that all have the same version`, async () => {
      const before = await fresh(endpoint)
      const headers = { 'if-match': versionOf(before) }
      const send = async (_: unknown, number: number): Promise<Exchange> => {
        const [method, body] = write(before, number)
        const options = body === undefined ? { headers } : { headers, body }
        return await scene().bridge.scim.send(method, `${endpoint}/${before.id}`, options)
      }
      const answers = await Promise.all(Array.from({ length: writers }, send))
      const winners = answers.filter(({ status }) => status < 300)
      assert.equal(winners.length, 1, JSON.stringify(tally(answers)))
      // Who comes to a resource that is deleted already finds none.
      const isDeleted = winners[0]?.method === 'DELETE'
      const losses = answers.filter(({ status }) => status === 412 || (isDeleted && status === 404))
      assert.equal(losses.length, writers - 1, JSON.stringify(tally(answers)))
      const { status, answer } = await scene().bridge.scim.get(`${endpoint}/${before.id}`)
      assert.equal(status, isDeleted ? 404 : 200)
      if (winners[0]?.answer !== undefined) assert.deepEqual(answer, winners[0].answer)
    })
  }

  for (const endpoint of ['/Users', '/Groups']) {
    it(`are the ETag of every answer that shows one resource of ${endpoint} with its meta`, async () => {
      const { scim } = scene().bridge
      const resource = await fresh(endpoint)
      const path = `${endpoint}/${resource.id}`
      const created = await scim.post(endpoint, {
        ...resource,
        ...(endpoint === '/Users' ? { userName: unused() } : { displayName: unused() }),
      })
      const body = replacing('externalId', 'other')
      for (const exchange of [
        created,
        await scim.get(path),
        await scim.put(path, { ...resource, externalId: 'new' }),
        await scim.patch(`${path}?attributes=meta,externalId`, body),
      ]) {
        assert.ok(versionOf(exchange.answer) !== '', exchange.text)
        assert.equal(exchange.headers.get('etag'), versionOf(exchange.answer), exchange.method)
      }
    })

    it(`answer a GET of ${endpoint} with 304 while nothing has changed, and not behind a change`, async () => {
      const { scim } = scene().bridge
      const resource = await fresh(endpoint)
      const path = `${endpoint}/${resource.id}`
      const headers = { 'if-none-match': versionOf(resource) }
      const same = await scim.get(path, headers)
      assert.equal(same.status, 304)
      assert.equal(same.text, '')
      assert.equal(same.headers.get('etag'), versionOf(resource))
      await scim.patch(path, replacing('externalId', 'other'))
      const changed = await scim.get(path, headers)
      assert.equal(changed.status, 200)
      assert.notEqual(versionOf(changed.answer), versionOf(resource))
    })
  }
})
