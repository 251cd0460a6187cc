import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { hashToken } from '../../../../src/http/tokens.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { messageUrns } from '../../../../src/scim/urn.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { ScimClient } from '../../../walkthrough/scim-client.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const tokenOfAcme = randomBytes(24).toString('base64url')

describe('Two tenants of one bridge on one OpenLDAP', () => {
  let bridge: TestBridge
  let section: DirectorySection
  let acme: ScimClient
  let origin: string
  /** A user and a group of the first tenant. */
  let userId: string
  let groupId: string

  before(async () => {
    const server = sharedOpenldap()
    section = await addSection(server)
    const tenant = [
      `basePath: /acme`,
      `tokens: [{ name: test, sha256: ${hashToken(tokenOfAcme)} }]`,
      `users: { base: '${section.people}' }`,
      `groups: { base: '${section.groups}' }`,
      `directory: { bindDn: '${server.admin.dn}', bindPassword: '${server.admin.password}' }`,
    ]
    bridge = await openTestBridge(server, {
      tenants: `{ acme: { ${tenant.join(', ')} } }`,
      'http.badTokens.limit': '1000',
    })
    origin = new URL(bridge.baseUrl).origin
    acme = new ScimClient(`${origin}/acme`, tokenOfAcme)
    userId = await created(bridge.scim, '/Users', user('theirs'))
    const group = { displayName: name('Theirs'), members: [{ value: userId }] }
    groupId = await created(bridge.scim, '/Groups', group)
  })

  after(async () => {
    await bridge.close()
    await section.remove()
  })

  it('keep their resources apart: a list of one has nothing of the other', async () => {
    const own = await created(acme, '/Users', user('ours'))
    const found = await acme.send('GET', '/Users')
    assert.deepEqual(idsOf(found.answer), [own])
    assert.deepEqual(idsOf((await bridge.scim.send('GET', '/Users')).answer), [userId])
    for (const path of [
      `/Users?filter=id%20eq%20%22${userId}%22`,
      `/Users?filter=userName%20eq%20%22${name('theirs')}%22`,
      `/Groups?filter=members.value%20eq%20%22${userId}%22`,
      `/Groups`,
    ]) {
      assert.deepEqual(idsOf((await acme.send('GET', path)).answer), [], path)
    }
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] }
    assert.deepEqual(idsOf((await acme.send('POST', '/.search', { body })).answer), [own])
    assert.deepEqual(idsOf((await acme.send('GET', '/')).answer), [own])
  })

  it('do not know the ids of each other, whatever is asked of them', async () => {
    const title = {
      schemas: [messageUrns.patchOp],
      Operations: [{ op: 'replace', path: 'displayName', value: 'Taken' }],
    }
    for (const [path, whole] of [
      [`/Users/${userId}`, user('taken')],
      [`/Groups/${groupId}`, { displayName: name('Taken') }],
    ] as const) {
      const answers = [
        await acme.send('GET', path),
        await acme.send('PUT', path, { body: whole }),
        await acme.send('PATCH', path, { body: title }),
        await acme.send('DELETE', path),
        await acme.send('DELETE', path, { headers: { prefer: 'dry-run' } }),
      ]
      for (const { status } of answers) assert.equal(status, 404, path)
    }
    const operations = [{ method: 'DELETE', path: `/Users/${userId}` }]
    const body = { schemas: [messageUrns.bulkRequest], Operations: operations }
    const bulk = await acme.send('POST', '/Bulk', { body })
    assert.match(bulk.text, /"status":"404"/u)
    assert.equal((await bridge.scim.send('GET', `/Users/${userId}`)).status, 200)
    assert.equal((await bridge.scim.send('GET', `/Groups/${groupId}`)).status, 200)
  })

  it('cannot make members or managers of the people of each other', async () => {
    const group = { displayName: name('Mixed'), members: [{ value: userId }] }
    const refused = await acme.send('POST', '/Groups', { body: group })
    assert.equal(refused.status, 400)
    assert.equal(refused.answer?.['scimType'], 'invalidValue')
    const report = { ...user('report'), [enterprise]: { manager: { value: userId } } }
    const { answer, status } = await acme.send('POST', '/Users', { body: report })
    assert.equal(status, 201)
    assert.equal((answer?.[enterprise] as JsonObject | undefined)?.['manager'], undefined)
  })

  it('do not let in the token of each other, nor does a path that belongs to neither', async () => {
    const foreign = [
      new ScimClient(`${origin}/acme`, bridge.token),
      new ScimClient(`${origin}/ACME`, bridge.token),
      new ScimClient(`${origin}//acme/`, bridge.token),
      new ScimClient(`${origin}/scim/v2`, tokenOfAcme),
      new ScimClient(`${origin}/acme/../scim/v2`, tokenOfAcme),
      new ScimClient(`${origin}/nowhere`, tokenOfAcme),
    ]
    for (const client of foreign) {
      for (const path of ['/Users', `/Users/${userId}`, '/ServiceProviderConfig', '/Me', '/']) {
        assert.equal((await client.send('GET', path)).status, 401, client.baseUrl + path)
      }
      const { status } = await client.send('POST', '/Users', { body: user('foreign') })
      assert.equal(status, 401)
    }
    assert.equal(
      (await new ScimClient(`${origin}/ACME`, tokenOfAcme).send('GET', '/Users')).status,
      200,
    )
  })

  it('do not reach each other by a path in another spelling', async () => {
    for (const path of [
      '/acme%2f..%2fscim/v2/Users',
      '/acme/%2e%2e/scim/v2/Users',
      '/%61cme/Users',
    ]) {
      const headers = { authorization: `Bearer ${tokenOfAcme}` }
      const { status } = await fetch(`${origin}${path}`, { headers })
      assert.ok(status === 401 || status === 404, `${path}: ${status}`)
    }
  })

  it('show each its own URLs', async () => {
    const { answer, headers } = await acme.send('POST', '/Users', { body: user('located') })
    const location = `${origin}/acme/Users/${textOf(answer?.['id'])}`
    assert.equal(headers.get('location'), location)
    assert.equal((answer?.['meta'] as JsonObject | undefined)?.['location'], location)
    const types = await acme.send('GET', '/ResourceTypes/User')
    assert.match(types.text, new RegExp(`"${origin}/acme/ResourceTypes/User"`, 'u'))
  })

  it('do not page through the lists of each other', async () => {
    await created(bridge.scim, '/Users', user('second'))
    const first = await bridge.scim.send('GET', '/Users?cursor&count=1')
    const cursor = textOf(first.answer?.['nextCursor'])
    const other = await acme.send('GET', `/Users?count=1&cursor=${encodeURIComponent(cursor)}`)
    assert.equal(other.status, 400, other.text)
    assert.match(textOf(other.answer?.['scimType']), /^(?:invalid|expired)Cursor$/u)
  })

  it('stand by their names in the journal and the log, the first without one', async () => {
    const ours = await acme.send('POST', '/Users', { body: user('journaled') })
    const theirs = await bridge.scim.send('POST', '/Users', { body: user('first') })
    const records = await bridge.journal()
    for (const [{ headers }, tenant] of [
      [ours, 'acme'],
      [theirs, undefined],
    ] as const) {
      const requestId = headers.get('x-request-id')
      const intents = records.filter(
        (record) => record.kind === 'intent' && record.requestId === requestId,
      )
      assert.ok(intents.length > 0)
      for (const intent of intents)
        assert.equal('tenant' in intent ? intent.tenant : undefined, tenant)
      const answered = bridge.events.find(
        ({ message, fields }) =>
          message === 'request answered' && fields['requestId'] === requestId,
      )
      assert.equal(answered?.fields['tenant'], tenant)
      assert.equal(answered?.fields['tokenName'], 'test')
    }
  })

  it('write with the account that each has', async () => {
    const own = user('written')
    await created(acme, '/Users', own)
    await created(bridge.scim, '/Users', user('byBridge'))
    const { admin, bridge: account } = sharedOpenldap()
    const client = new AdminClient(sharedOpenldap())
    const creatorOf = async (uid: string, base: string): Promise<readonly string[]> =>
      await client.values(`uid=${uid},${base}`, 'creatorsName')
    assert.deepEqual(await creatorOf(own.userName, section.people), [admin.dn])
    assert.deepEqual(await creatorOf(name('byBridge'), bridge.section.people), [account.dn])
  })

  it('share health', async () => {
    assert.equal((await fetch(`${origin}/health/live`)).status, 200)
    assert.equal((await fetch(`${origin}/health/ready`)).status, 200)
  })
})

const suffix = randomBytes(4).toString('hex')

/** The server of the tests allows a user name only once, whoever asks. */
function name(word: string): string {
  return `${word}-${suffix}`
}

function user(word: string): { readonly userName: string } & JsonObject {
  return { userName: name(word), displayName: word, name: { familyName: word, givenName: 'A' } }
}

async function created(client: ScimClient, path: string, body: JsonObject): Promise<string> {
  const { status, answer, text } = await client.send('POST', path, { body })
  assert.equal(status, 201, text)
  return textOf(answer?.['id'])
}

function textOf(value: unknown): string {
  assert.ok(typeof value === 'string')
  return value
}

function idsOf(answer: JsonObject | undefined): readonly unknown[] {
  const resources = (answer?.['Resources'] ?? []) as readonly JsonObject[]
  assert.ok(answer !== undefined && 'totalResults' in answer, JSON.stringify(answer))
  return resources.map(({ id }) => id)
}
