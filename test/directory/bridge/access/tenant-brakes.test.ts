import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { hashToken } from '../../../../src/http/tokens.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { ScimClient } from '../../../walkthrough/scim-client.ts'
import { directoryVariables, preset, runCli } from '../command-line/run-cli.ts'

const token = randomBytes(24).toString('base64url')
const run = randomBytes(4).toString('hex')

describe('The brakes of two tenants', () => {
  let folder: TemporaryFolder
  let bridge: TestBridge
  let section: DirectorySection
  let acme: ScimClient
  let tenants: string

  before(async () => {
    folder = await temporaryFolder('tenant-brakes')
    const server = sharedOpenldap()
    const admin = new AdminClient(server)
    section = await addSection(server)
    const entry = `cn=brake,${section.people}`
    const own = [
      'basePath: /acme',
      `tokens: [{ name: acme, sha256: ${hashToken(token)} }]`,
      `users: { base: '${section.people}' }`,
      `groups: { base: '${section.groups}' }`,
      `brake: { entry: '${entry}' }`,
    ]
    tenants = `{ acme: { ${own.join(', ')} } }`
    const brake = { 'brake.enabled': 'true', 'brake.maxCount': '1', 'brake.maxShare': '100' }
    bridge = await openTestBridge(server, { ...brake, tenants })
    for (const dn of [entry, `cn=brake,${bridge.section.people}`]) {
      await admin.add(dn, { objectClass: 'applicationProcess', cn: 'brake' })
    }
    acme = new ScimClient(`${new URL(bridge.baseUrl).origin}/acme`, token)
  })

  after(async () => {
    await bridge.close()
    await section.remove()
    await folder.remove()
  })

  it('count by themselves, stop by themselves, and are released by themselves', async () => {
    assert.equal(await createAndDelete(acme, 'one'), 204)
    assert.equal(await createAndDelete(acme, 'two'), 403)
    assert.equal(await createAndDelete(bridge.scim, 'three'), 204)
    assert.equal(await createAndDelete(bridge.scim, 'four'), 403)
    const journal = path.join(folder.path, 'journal.jsonl')
    const { code, complaints } = await runCli(
      ['brake', '--config', preset, '--tenant', 'acme', '--release'],
      {
        ...directoryVariables(sharedOpenldap(), bridge.section),
        SCIM_BRAKE_ENABLED: 'true',
        SCIM_BRAKE_ENTRY: `cn=brake,${bridge.section.people}`,
        SCIM_JOURNAL_FILE: journal,
        SCIM_TENANTS: tenants,
      },
    )
    assert.equal(code, 0, complaints)
    assert.match(await readFile(journal, 'utf8'), /"tenant":"acme".*"actor":"command line"/u)
    assert.equal(await createAndDelete(acme, 'five'), 204)
    assert.equal(await createAndDelete(bridge.scim, 'six'), 403)
  })

  it('tell whom they stop the command that releases the brake of the tenant', async () => {
    const [own, first] = [await create(acme, 'seven'), await create(bridge.scim, 'eight')]
    const stopped = [await acme.send('DELETE', own), await bridge.scim.send('DELETE', first)]
    const commands = stopped.map(
      ({ text }) => /scim-directory-bridge brake[^"\\]*/u.exec(text)?.[0],
    )
    assert.deepEqual(commands, [
      'scim-directory-bridge brake --release --config FILE --tenant acme',
      'scim-directory-bridge brake --release --config FILE',
    ])
  })
})

async function createAndDelete(client: ScimClient, word: string): Promise<number> {
  return (await client.send('DELETE', await create(client, word))).status
}

/** The path of a new user. */
async function create(client: ScimClient, word: string): Promise<string> {
  const body = { userName: `${word}-${run}`, displayName: word, name: { familyName: word } }
  const { answer, text } = await client.send('POST', '/Users', { body })
  assert.ok(typeof answer?.['id'] === 'string', text)
  return `/Users/${answer['id']}`
}
