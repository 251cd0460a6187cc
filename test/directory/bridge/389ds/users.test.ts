import assert from 'node:assert/strict'
import { start389ds } from '../../../support/389ds.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import type { DirectoryServer } from '../../../support/directory-server.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { directoryView } from '../../../walkthrough/directory-view.ts'
import { type ActiveForm, groupDialects, OneLogin } from '../../../walkthrough/onelogin.ts'
import { walkthrough, type WalkthroughContext } from '../../../walkthrough/walkthrough.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'

const startLimitMs = 5 * 60_000
const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']

describe('The bridge in front of a 389 Directory Server', () => {
  let server: DirectoryServer
  let bridge: TestBridge
  let admin: AdminClient

  before(async function () {
    this.timeout(startLimitMs)
    server = await start389ds()
    admin = new AdminClient(server)
    bridge = await openTestBridge(
      server,
      { 'directory.urls': server.ldapsUrl, 'directory.tls.caFile': server.caFile },
      { ...exampleTree, preset: '389ds.yaml' },
    )
  })

  after(async () => {
    await bridge.close()
    await server.close()
  })

  let count = 0
  const create = async (attributes: JsonObject = {}): Promise<{ id: string; dn: string }> => {
    count += 1
    const created = await bridge.scim.post('/Users', {
      userName: `ds${count}`,
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      ...attributes,
    })
    assert.equal(created.status, 201, created.text)
    const userName = textIn(created.answer, 'userName')
    return { id: textIn(created.answer, 'id'), dn: `uid=${userName},${bridge.section.people}` }
  }
  const patch = async (
    id: string,
    operation: JsonObject,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    await bridge.scim.send('PATCH', `/Users/${id}`, {
      body: { schemas, Operations: [operation] },
      headers,
    })
  const read = async (path: string) => (await bridge.scim.get(path)).answer ?? {}

  it('gives out the nsUniqueId as id, and keeps it over a rename', async () => {
    const { id, dn } = await create({ userName: 'before' })
    assert.deepEqual(await admin.values(dn, 'nsUniqueId'), [id])
    const renamed = await patch(id, { op: 'replace', path: 'userName', value: 'after' })
    assert.equal(renamed.status, 200, renamed.text)
    const [uniqueId] = await admin.values(`uid=after,${bridge.section.people}`, 'nsUniqueId')
    assert.equal(uniqueId, id)
  })

  it('inactivates an account by nsAccountLock, and finds it by that', async () => {
    const { id, dn } = await create({ userName: 'locked', password: 'Corr3ct-horse' })
    assert.equal(await admin.canBind(dn, 'Corr3ct-horse'), true)
    const disabled = await patch(id, { op: 'replace', path: 'active', value: false })
    assert.equal(disabled.answer?.['active'], false)
    assert.equal(await admin.canBind(dn, 'Corr3ct-horse'), false)
    const found = await read('/Users?filter=active eq false and userName sw "lock"')
    assert.equal(found['totalResults'], 1)
    await patch(id, { op: 'replace', value: { active: true, password: 'An0ther-horse' } })
    assert.deepEqual(await admin.values(dn, 'nsAccountLock'), [])
    assert.equal(await admin.canBind(dn, 'An0ther-horse'), true)
  })

  it('leaves an account disabled whose password is set', async () => {
    const { id, dn } = await create({ userName: 'stays', active: false })
    const changed = await patch(id, { op: 'replace', path: 'password', value: 'Corr3ct-horse' })
    assert.equal(changed.answer?.['active'], false)
    assert.equal(await admin.canBind(dn, 'Corr3ct-horse'), false)
  })

  it('stores passwords hashed', async () => {
    const { dn } = await create({ password: 'Corr3ct-horse' })
    const [stored = ''] = await admin.values(dn, 'userPassword')
    assert.match(stored, /^\{(?:PBKDF2|SSHA)/u)
  })

  it('makes a version of what an entry holds, which others in the group do not change', async () => {
    const { id } = await create({ title: 'Engineer' })
    const { meta } = await read(`/Users/${id}`)
    const version = textIn(meta as JsonObject, 'version')
    const group = await bridge.scim.post('/Groups', {
      displayName: 'Versioned',
      members: [{ value: id }],
    })
    assert.equal(group.status, 201, group.text)
    const entry = await read(`/Users/${id}?excludedAttributes=groups`)
    assert.equal(textIn(entry['meta'] as JsonObject, 'version'), version)
    const whole = await read(`/Users/${id}`)
    assert.notEqual(textIn(whole['meta'] as JsonObject, 'version'), version)
    const title = { op: 'replace', path: 'title', value: 'Analyst' }
    assert.equal((await patch(id, title, { 'If-Match': version })).status, 200)
    assertRefused(await patch(id, title, { 'If-Match': version }), { status: 412 })
  })

  it('lets one of many who change the same version at the same time succeed (RFC 7644 §3.14)', async () => {
    const { id } = await create({ title: 'Engineer' })
    const { meta } = await read(`/Users/${id}`)
    const headers = { 'If-Match': textIn(meta as JsonObject, 'version') }
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const operation = { op: 'replace', path: 'title', value: `Title ${index}` }
        return (await patch(id, operation, headers)).status
      }),
    )
    assert.deepEqual(
      [200, 412].map((status) => answers.filter((each) => each === status).length),
      [1, 7],
    )
  })

  it('keeps groups without members, and shows memberOf as groups', async () => {
    const { id } = await create()
    const made = await bridge.scim.post('/Groups', { displayName: 'Lonely' })
    assert.equal(made.status, 201, made.text)
    const group = textIn(made.answer, 'id')
    const dn = `cn=Lonely,${bridge.section.groups}`
    assert.deepEqual(await admin.values(dn, 'member'), [])
    const change = async (op: string) =>
      await bridge.scim.patch(`/Groups/${group}`, {
        schemas,
        Operations: [{ op, path: 'members', value: [{ value: id }] }],
      })
    // Twice each: repeats are no errors.
    for (const op of ['add', 'add']) assert.equal((await change(op)).status, 204)
    const shown = (await read(`/Users/${id}`))['groups'] as readonly JsonObject[]
    assert.deepEqual(
      shown.map(({ value, display }) => [value, display]),
      [[group, 'Lonely']],
    )
    for (const op of ['remove', 'remove']) assert.equal((await change(op)).status, 204)
    assert.deepEqual(await admin.values(dn, 'member'), [])
  })

  it('refuses what is not ASCII in a userName or an address, which 389 DS does not take', async () => {
    const refused = await bridge.scim.post('/Users', {
      userName: 'andré',
      name: { familyName: 'A' },
    })
    assertRefused(refused, { status: 400, scimType: 'invalidValue', detail: /^userName / })
    const { id } = await create()
    const email = {
      op: 'replace',
      path: 'emails[type eq "work"].value',
      value: 'andré@example.org',
    }
    assertRefused(await patch(id, email), {
      status: 400,
      scimType: 'invalidValue',
      detail: /^emails/,
    })
  })

  it('refuses a userName that somebody has, in any case', async () => {
    await create({ userName: 'taken' })
    const refused = await bridge.scim.post('/Users', {
      userName: 'TAKEN',
      name: { familyName: 'A' },
    })
    assertRefused(refused, { status: 409, scimType: 'uniqueness' })
  })

  it('says nothing of assertions in a preview, for the server is not sent any', async () => {
    const { id } = await create({ title: 'Engineer' })
    const title = { op: 'replace', path: 'title', value: 'Analyst' }
    const planned = await patch(id, title, { Prefer: 'dry-run' })
    assert.match(planned.text, /title: Analyst/u)
    assert.doesNotMatch(planned.text, /only if/u)
  })

  describe('takes a OneLogin administrator through the whole walk', () => {
    const activeForm: ActiveForm = 'boolean'
    let context: WalkthroughContext

    before(async () => {
      const { people, groups } = bridge.section
      await admin.add(`uid=vpn,${people}`, {
        objectClass: ['inetOrgPerson', 'nsMemberOf'],
        cn: 'V',
        sn: 'V',
      })
      await admin.add(`cn=VPN Users,${groups}`, {
        objectClass: 'groupOfNames',
        member: `uid=vpn,${people}`,
      })
      const [dialect = assert.fail('there is no dialect')] = groupDialects
      context = {
        onelogin: new OneLogin(bridge.scim, activeForm, dialect),
        directory: directoryView(admin, [people, groups]),
        existingGroup: 'VPN Users',
        ids: new Map(),
      }
    })

    for (const [index, { title, run }] of walkthrough.entries()) {
      it(`${index + 1}. ${title}`, async () => {
        await run(context)
      })
    }
  })
})
