import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { type Fate, LdapProxy, type RequestKind } from '../../adapter/ldap-proxy.ts'

/** A write, and how the directory shows that it was made. */
interface Write {
  readonly what: string
  readonly kind: RequestKind
  readonly send: (bridge: TestBridge, id: string) => Promise<Exchange>
  /** Finds something below the section exactly when the write was made. */
  readonly evidence: string
  /** The write took something away: nothing is found when it was made. */
  readonly isRemoval?: boolean
}

const user: JsonObject = { userName: 'lost', name: { givenName: 'Lost', familyName: 'One' } }

const writes: readonly Write[] = [
  {
    what: 'a POST of a user',
    kind: 'add',
    send: async ({ scim }) => scim.post('/Users', { ...user, userName: 'lost-new' }),
    evidence: '(uid=lost-new)',
  },
  {
    what: 'a PUT of a user',
    kind: 'modify',
    send: async ({ scim }, id) => scim.put(`/Users/${id}`, { ...user, title: 'Found' }),
    evidence: '(title=Found)',
  },
  {
    what: 'a PUT that renames a user',
    kind: 'modifyDn',
    send: async ({ scim }, id) => scim.put(`/Users/${id}`, { ...user, userName: 'lost-renamed' }),
    evidence: '(uid=lost-renamed)',
  },
  {
    what: 'a DELETE of a user',
    kind: 'delete',
    send: async ({ scim }, id) => scim.delete(`/Users/${id}`),
    evidence: '(uid=lost)',
    isRemoval: true,
  },
  {
    what: 'a PATCH that fills a group',
    kind: 'modify',
    send: async ({ scim }, id) => {
      const { answer } = await scim.get('/Groups?filter=displayName eq "Lost"')
      const [group] = (answer?.['Resources'] ?? []) as { id: string }[]
      return scim.patch(`/Groups/${group?.id ?? ''}`, {
        Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
      })
    },
    evidence: '(&(cn=Lost)(!(member=cn=empty-membership,dc=example,dc=org)))',
  },
]

const fates: readonly [fate: Fate, what: string][] = [
  ['cutAfter', 'the connection breaks before the answer'],
  ['cutBefore', 'the connection breaks before the request arrives'],
  ['loseAnswer', 'the answer never comes'],
  ['loseRequest', 'the request never arrives'],
]

describe('A write whose answer is lost, on an OpenLDAP', () => {
  let proxy: LdapProxy
  let bridge: TestBridge
  let admin: AdminClient
  let id: string

  beforeEach(async () => {
    const server = sharedOpenldap()
    proxy = await LdapProxy.start(server.url)
    bridge = await openTestBridge(server, {
      'directory.urls': proxy.url,
      'directory.operationTimeoutMs': '400',
    })
    admin = new AdminClient(server)
    const created = await bridge.scim.post('/Users', user)
    const given = created.answer?.['id']
    id = typeof given === 'string' ? given : assert.fail(created.text)
    assert.equal((await bridge.scim.post('/Groups', { displayName: 'Lost' })).status, 201)
  })

  afterEach(async () => {
    await bridge.close()
    await proxy.close()
  })

  async function isFound(filter: string): Promise<boolean> {
    const { people, groups } = bridge.section
    const found = await Promise.all(
      [people, groups].map(async (base) =>
        admin.search({ base, scope: 'one', filter, attributes: ['1.1'] }),
      ),
    )
    return found.flat().length > 0
  }

  for (const { what, kind, send, evidence, isRemoval = false } of writes) {
    for (const [fate, how] of fates) {
      it(`is settled by reading: ${what}, where ${how}`, async () => {
        proxy.next(kind, fate)
        const answer = await send(bridge, id)
        const isMade = (await isFound(evidence)) !== isRemoval
        if (answer.status === 503) {
          assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
          assert.equal(isMade, false, 'the write was made, and could have been found')
        } else {
          assert.ok(answer.status < 300, answer.text)
          assert.equal(isMade, true)
        }
        if (fate === 'cutAfter' || fate === 'loseAnswer') assert.ok(answer.status < 300)
        const outcomes = (await bridge.journal()).filter((record) => record.kind === 'outcome')
        const expected = answer.status === 503 ? ['failed', 'unknown'] : ['succeeded']
        assert.ok(expected.includes(outcomes.at(-1)?.outcome ?? ''), outcomes.at(-1)?.outcome)
      })
    }
  }
})

describe('The read behind a write that is lost, on a server without Post-Read (RFC 4527)', () => {
  it('is answered and recorded as a write that was made', async () => {
    const server = sharedOpenldap()
    const proxy = await LdapProxy.start(server.url, ['1.3.6.1.1.13.2'])
    const bridge = await openTestBridge(server, {
      'directory.urls': proxy.url,
      'directory.operationTimeoutMs': '400',
    })
    try {
      const { answer } = await bridge.scim.post('/Users', user)
      const target = `/Users/${answer?.['id'] as string}`
      const before = proxy.count('search')
      assert.equal((await bridge.scim.patch(target, titled('First'))).status, 200)
      const searches = proxy.count('search') - before
      proxy.next('search', 'loseAnswer', searches - 1)
      const unread = await bridge.scim.patch(target, titled('Second'))
      assert.equal(unread.status, 503, unread.text)
      assert.match(unread.headers.get('retry-after') ?? '', /^\d+$/)
      assert.match(unread.text, /The change was made, but .*Read the resource/u)
      assert.equal((await bridge.scim.get(target)).answer?.['title'], 'Second')
      const outcomes = (await bridge.journal()).filter((record) => record.kind === 'outcome')
      assert.equal(outcomes.at(-1)?.outcome, 'succeeded')
    } finally {
      await bridge.close()
      await proxy.close()
    }
  })
})

function titled(value: string): JsonObject {
  return { Operations: [{ op: 'replace', path: 'title', value }] }
}
