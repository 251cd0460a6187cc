import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { hashToken } from '../../../../src/http/tokens.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { messageUrns } from '../../../../src/scim/urn.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { ScimClient } from '../../../walkthrough/scim-client.ts'

const run = randomBytes(4).toString('hex')

describe('Tokens with some rights, in front of an OpenLDAP', () => {
  let bridge: TestBridge
  let clients: Readonly<Record<'read' | 'users' | 'groups', ScimClient>>

  before(async () => {
    const tokens = ['read', 'users', 'groups'].map(
      (right) => `{ name: ${right}, sha256: ${hashToken(secret(right))}, rights: [${right}] }`,
    )
    const http = { 'http.tokens': `[${tokens.join(', ')}]` }
    bridge = await openTestBridge(sharedOpenldap(), http)
    const client = (right: string): ScimClient => new ScimClient(bridge.baseUrl, secret(right))
    clients = { read: client('read'), users: client('users'), groups: client('groups') }
  })

  after(async () => bridge.close())

  it('provision users by one and groups by another, and report by a third', async () => {
    const { read, users, groups } = clients
    const userId = await created(users, '/Users', user('member'))
    const group = { displayName: `Guides ${run}`, members: [{ value: userId }] }
    const groupId = await created(groups, '/Groups', group)
    assert.match((await read.send('GET', `/Groups/${groupId}`)).text, new RegExp(userId, 'u'))
    const found = await users.send('GET', `/Users?filter=userName%20eq%20%22member-${run}%22`)
    assert.equal(found.answer?.['totalResults'], 1)
    const before = (await bridge.journal()).length
    const patch = {
      schemas: [messageUrns.patchOp],
      Operations: [{ op: 'remove', path: 'members' }],
    }
    for (const [client, method, path, body] of [
      [read, 'POST', '/Users', user('reader')],
      [read, 'DELETE', `/Users/${userId}`, undefined],
      [users, 'PATCH', `/Groups/${groupId}`, patch],
      [users, 'GET', '/Groups', undefined],
      [groups, 'DELETE', `/Users/${userId}`, undefined],
      [groups, 'GET', `/Users/${userId}`, undefined],
    ] as const) {
      const { status, answer } = await client.send(method, path, body && { body })
      assert.equal(status, 403, `${method} ${path}`)
      assert.match(JSON.stringify(answer), /it lacks the right (?:read|users|groups)/u)
    }
    assert.equal((await bridge.journal()).length, before)
  })

  it('let the deletion of a user take him out of his groups, which is part of it', async () => {
    const { read, users, groups } = clients
    const userId = await created(users, '/Users', user('leaver'))
    const group = { displayName: `Leavers ${run}`, members: [{ value: userId }] }
    const groupId = await created(groups, '/Groups', group)
    assert.equal((await users.send('DELETE', `/Users/${userId}`)).status, 204)
    const { answer } = await read.send('GET', `/Groups/${groupId}`)
    assert.equal(answer?.['members'], undefined)
  })
})

function user(word: string): JsonObject {
  return { userName: `${word}-${run}`, displayName: word, name: { familyName: word } }
}

function secret(right: string): string {
  return `${right}-${run}`
}

async function created(client: ScimClient, path: string, body: JsonObject): Promise<string> {
  const { status, answer, text } = await client.send('POST', path, { body })
  assert.equal(status, 201, text)
  assert.ok(typeof answer?.['id'] === 'string')
  return answer['id']
}
