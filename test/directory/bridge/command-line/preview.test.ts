import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import path from 'node:path'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { freePort } from '../../../support/free-port.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import {
  directoryVariables,
  type Ended,
  fileWith,
  preset,
  runCli,
  type Variables,
} from './run-cli.ts'

describe('preview, against an OpenLDAP', () => {
  let bridge: TestBridge
  let folder: TemporaryFolder
  let variables: Variables
  let ann: string
  let group: string

  before(async () => {
    const server = sharedOpenldap()
    bridge = await openTestBridge(server)
    folder = await temporaryFolder('preview')
    variables = directoryVariables(server, bridge.section)
    ann = await create('/Users', { userName: 'ann', name: { givenName: 'Ann', familyName: 'A' } })
    group = await create('/Groups', { displayName: 'Team', members: [{ value: ann }] })
  })

  after(async () => {
    await bridge.close()
    await folder.remove()
  })

  async function create(endpoint: string, body: JsonObject): Promise<string> {
    const { answer, text } = await bridge.scim.post(endpoint, body)
    const id = answer?.['id']
    return typeof id === 'string' ? id : assert.fail(text)
  }

  async function preview(
    method: string,
    target: string,
    body?: object | string,
    others: Variables = {},
  ): Promise<Ended> {
    const file =
      body === undefined ? [] : ['--body', await fileWith(folder.path, 'body.json', body)]
    const args = ['preview', '--config', preset, method, target, ...file]
    const ended = await runCli(args, { ...variables, ...others })
    assert.doesNotMatch(ended.complaints, /\n\s+at |node:internal|file:\/\/|Error:/)
    return ended
  }

  it('shows the add that a POST becomes, passwords withheld, and writes nothing', async () => {
    const { code, out, complaints } = await preview('POST', '/Users', {
      userName: 'ben',
      name: { givenName: 'Ben', familyName: 'B' },
      password: 'Secr3t-of-Ben',
    })
    assert.equal(code, 0, complaints)
    assert.match(out, new RegExp(`^version: 1\n\ndn: uid=ben,${bridge.section.people}\n`))
    assert.match(out, /\nchangetype: add\n/)
    assert.doesNotMatch(out, /Secr3t/)
    const found = await bridge.scim.get('/Users?filter=userName eq "ben"')
    assert.equal(found.answer?.['totalResults'], 0)
  })

  it('shows what PUT, PATCH and DELETE become, also for a path as clients send it', async () => {
    const user = await preview('PUT', `/scim/v2/Users/${ann}`, {
      userName: 'anna',
      name: { givenName: 'Ann', familyName: 'A' },
    })
    assert.match(user.out, /changetype: modrdn\nnewrdn: uid=anna\n/)
    const patch = { Operations: [{ op: 'remove', path: 'members', value: [{ value: ann }] }] }
    const last = await preview('patch', `Groups/${group}?attributes=displayName`, patch)
    assert.match(last.out, /add: member\nmember: cn=empty-membership[^]*delete: member\n/)
    const gone = await preview('DELETE', `/Users/${ann}`)
    assert.match(gone.out, /changetype: delete/)
    assert.equal((await bridge.scim.get(`/Users/${ann}`)).status, 200)
  })

  it('says so when nothing would be changed', async () => {
    const { code, out } = await preview('PUT', `/Groups/${group}`, { displayName: 'Team' })
    assert.equal(code, 0)
    assert.equal(out, '# Nothing would be changed.\n')
  })

  it('ends with 1 and tells what a client would be told', async () => {
    const missing = await preview('POST', '/Users', {})
    assert.equal(missing.code, 1)
    assert.match(missing.complaints, /^400 invalidValue: .*userName/)
    const unknown = await preview('DELETE', '/Users/nobody')
    assert.equal(unknown.code, 1)
    assert.match(unknown.complaints, /^404: /)
  })

  const mistakes: [method: string, target: string, body: object | string | undefined, RegExp][] = [
    ['GET', '/Users', undefined, /GET \/Users is no request that writes/],
    ['DELETE', '/Users', undefined, /DELETE \/Users is no request that writes/],
    ['POST', '/Planets', {}, /\/Planets is neither below \/Users nor below \/Groups/],
    ['POST', '/Users', undefined, /POST needs a body: --body FILE/],
    ['POST', '/Users', '{ "userName": ', /body\.json.*no JSON/],
    ['POST', '/Users', '[1]', /body\.json holds no JSON object/],
  ]

  for (const [method, target, body, complaint] of mistakes) {
    it(`ends with 64 for ${method} ${target} with ${JSON.stringify(body) ?? 'no body'}`, async () => {
      const { code, complaints } = await preview(method, target, body)
      assert.equal(code, 64, complaints)
      assert.match(complaints, complaint)
    })
  }

  it('finds no id whose encoding is broken', async () => {
    const { code, complaints } = await preview('DELETE', '/Users/%E0%A4%A')
    assert.equal(code, 1)
    assert.match(complaints, /^404: /)
  })

  it('ends with 69 while the directory is away, and with 78 and the reason when it refuses the bridge', async () => {
    const away = { SCIM_DIRECTORY_URLS: `ldap://127.0.0.1:${await freePort()}` }
    assert.equal((await preview('DELETE', `/Users/${ann}`, undefined, away)).code, 69)
    const wrong = { SCIM_DIRECTORY_BIND_PASSWORD: 'wrong-password-xyz' }
    const refused = await preview('DELETE', `/Users/${ann}`, undefined, wrong)
    assert.equal(refused.code, 78)
    assert.match(refused.complaints, /bind name or password is wrong/)
    assert.doesNotMatch(refused.complaints, /wrong-password-xyz/)
  })

  it('begins no journal', async () => {
    const file = path.join(folder.path, 'journal.jsonl')
    await preview('DELETE', `/Users/${ann}`, undefined, { SCIM_JOURNAL_FILE: file })
    await assert.rejects(access(file))
  })
})
