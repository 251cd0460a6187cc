import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { enterprise, patchOf, sceneFor } from '../users/scene.ts'

describe('Versions of what refers to others (RFC 7644 §3.14)', () => {
  const scene = sceneFor()

  const send = async (method: string, path: string, body?: JsonObject): Promise<Exchange> => {
    const answer = await scene().bridge.scim.send(method, path, body === undefined ? {} : { body })
    assert.ok(answer.status < 300, answer.text)
    return answer
  }

  const replace = async (path: string, name: string, value: string): Promise<Exchange> =>
    await send('PATCH', path, patchOf({ op: 'replace', path: name, value }))

  interface Case {
    /** What is looked at. */
    readonly path: string
    readonly change: () => Promise<unknown>
  }

  const cases: readonly (readonly [what: string, prepare: () => Promise<Case>])[] = [
    [
      'of a group, when a member is deleted',
      async () => {
        const [ada, eve] = [await scene().userId(), await scene().userId()]
        const path = `/Groups/${await scene().group([ada, eve])}`
        return { path, change: async () => await send('DELETE', `/Users/${eve}`) }
      },
    ],
    [
      'of a group, when a member is called otherwise',
      async () => {
        const ada = await scene().userId({ displayName: 'Ada' })
        const path = `/Groups/${await scene().group([ada])}`
        return { path, change: async () => await replace(`/Users/${ada}`, 'displayName', 'Eve') }
      },
    ],
    [
      'of a user, when he comes into a group',
      async () => {
        const id = await scene().userId()
        return { path: `/Users/${id}`, change: async () => await scene().group([id]) }
      },
    ],
    [
      'of a user, when his group is renamed',
      async () => {
        const id = await scene().userId()
        const group = `/Groups/${await scene().group([id])}`
        const change = async () => await replace(group, 'displayName', scene().unusedName())
        return { path: `/Users/${id}`, change }
      },
    ],
    [
      'of a user, when his manager is called otherwise',
      async () => {
        const manager = await scene().userId({ displayName: 'Ada' })
        const id = await scene().userId({ [enterprise]: { manager: { value: manager } } })
        const change = async () => await replace(`/Users/${manager}`, 'displayName', 'Eve')
        return { path: `/Users/${id}`, change }
      },
    ],
  ]

  const ifNoneMatch = async (path: string, tag: string): Promise<number> =>
    (await scene().bridge.scim.get(path, { 'if-none-match': tag })).status

  for (const [what, prepare] of cases) {
    it(`are others ${what}; only who looks at something else has what there is`, async () => {
      const { path, change } = await prepare()
      const before = await send('GET', path)
      const tag = before.headers.get('etag') ?? ''
      const lean = `${path}?excludedAttributes=members,groups,${enterprise}:manager`
      const leanTag = (await send('GET', lean)).headers.get('etag') ?? ''
      const { meta } = before.answer as { readonly meta: JsonObject }
      assert.equal(meta['version'], tag)
      assert.deepEqual([await ifNoneMatch(path, tag), await ifNoneMatch(lean, leanTag)], [304, 304])
      await change()
      assert.deepEqual([await ifNoneMatch(path, tag), await ifNoneMatch(lean, leanTag)], [200, 304])
      const after = await send('GET', path)
      assert.notEqual(after.headers.get('etag'), tag)
      assert.equal(await ifNoneMatch(path, after.headers.get('etag') ?? ''), 304)
    })

    it(`let a change for the version before pass ${what}, since the entry has stayed`, async () => {
      const { path, change } = await prepare()
      const headers = { 'if-match': (await send('GET', path)).headers.get('etag') ?? '' }
      await change()
      const body = patchOf({ op: 'replace', path: 'externalId', value: scene().unusedName() })
      const changed = await scene().bridge.scim.send('PATCH', path, { headers, body })
      assert.ok(changed.status < 300, changed.text)
      const late = await scene().bridge.scim.send('PATCH', path, { headers, body })
      assert.equal(late.status, 412)
    })
  }

  it('stop a write of a group that says which it is not meant for (If-None-Match, RFC 9110 §13.1.2)', async () => {
    const path = `/Groups/${await scene().group([await scene().userId()])}`
    const tag = (await send('GET', path)).headers.get('etag') ?? ''
    const body = patchOf({ op: 'replace', path: 'externalId', value: 'x' })
    for (const header of ['*', tag]) {
      const headers = { 'if-none-match': header }
      assert.equal((await scene().bridge.scim.send('PATCH', path, { headers, body })).status, 412)
      assert.equal((await scene().bridge.scim.send('DELETE', path, { headers })).status, 412)
    }
    assert.equal((await send('GET', path)).headers.get('etag'), tag)
  })

  it('are the same in lists as of one', async () => {
    const id = await scene().userId()
    await scene().group([id])
    const one = await send('GET', `/Users/${id}`)
    const list = await send('GET', `/Users?filter=${encodeURIComponent(`id eq "${id}"`)}`)
    assert.deepEqual(list.answer?.['Resources'], [one.answer])
  })
})
