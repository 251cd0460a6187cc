import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'

describe('If-Match on a rename, where the overlay unique refuses assertions on renames (RFC 7644 §3.14)', () => {
  let bridge: TestBridge

  before(async () => {
    bridge = await openTestBridge(sharedOpenldap())
  })

  after(async () => bridge.close())

  /** The statuses of concurrent changes that all name the version the user was created with. */
  async function race(
    userName: string,
    changeOf: (number: number) => JsonObject,
  ): Promise<readonly number[]> {
    const created = await bridge.scim.post('/Users', { userName, name: { familyName: 'Race' } })
    const path = `/Users/${String(created.headers.get('location')?.split('/').at(-1))}`
    const version = String(created.headers.get('etag'))
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, number) =>
        bridge.scim.send('PATCH', path, {
          headers: { 'if-match': version },
          body: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'replace', value: changeOf(number) }],
          },
        }),
      ),
    )
    return answers.map(({ status }) => status).sort((one, other) => one - other)
  }

  const one = [200, ...Array.from({ length: 19 }, () => 412)]
  const races: readonly (readonly [string, (number: number) => JsonObject])[] = [
    ['renames', () => ({ userName: `race-${process.hrtime.bigint()}` })],
    [
      'renames with other changes',
      () => ({ userName: `race-${process.hrtime.bigint()}`, title: 'x' }),
    ],
    [
      'renames and changes of a title',
      (number) =>
        number % 2 === 0
          ? { userName: `race-${process.hrtime.bigint()}` }
          : { title: `T${number}` },
    ],
  ]
  for (const [what, changeOf] of races) {
    it(`lets one of twenty with the same version win: ${what}`, async () => {
      for (let round = 1; round <= 5; round += 1) {
        assert.deepEqual(await race(`${what}-${round}`, changeOf), one)
      }
    })
  }

  it('refuses a rename to a taken name and leaves everything as it was', async () => {
    await bridge.scim.post('/Users', { userName: 'taken', name: { familyName: 'T' } })
    const created = await bridge.scim.post('/Users', {
      userName: 'mover',
      name: { familyName: 'M' },
    })
    const path = `/Users/${String(created.headers.get('location')?.split('/').at(-1))}`
    const answer = await bridge.scim.send('PUT', path, {
      headers: { 'if-match': String(created.headers.get('etag')) },
      body: { userName: 'taken', name: { familyName: 'Changed' } },
    })
    assert.equal(answer.status, 409)
    const { answer: now } = await bridge.scim.get(path)
    assert.equal(now?.['userName'], 'mover')
    assert.deepEqual(now?.['name'], created.answer?.['name'])
  })
})
