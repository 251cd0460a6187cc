import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { hashToken } from '../../../../src/http/tokens.ts'
import { startBridge } from '../../../support/bridge-process.ts'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { ScimClient } from '../../../walkthrough/scim-client.ts'
import { directoryVariables, preset, runCli } from '../command-line/run-cli.ts'

const token = randomBytes(24).toString('base64url')

describe('A bridge that serves two tenants as a process', () => {
  let first: DirectorySection
  let second: DirectorySection

  before(async () => {
    first = await addSection(sharedOpenldap())
    second = await addSection(sharedOpenldap())
  })

  after(async () => {
    await first.remove()
    await second.remove()
  })

  function tenants(people: string): string {
    const own = [
      'basePath: /acme',
      `tokens: [{ name: acme, sha256: ${hashToken(token)} }]`,
      `users: { base: '${people}' }`,
      `groups: { base: '${second.groups}' }`,
    ]
    return `{ acme: { ${own.join(', ')} } }`
  }

  it('is ready when both are, says where each is, and stops both', async () => {
    const bridge = await startBridge(sharedOpenldap(), {
      SCIM_USERS_BASE: first.people,
      SCIM_GROUPS_BASE: first.groups,
      SCIM_TENANTS: tenants(second.people),
    })
    try {
      const { origin } = new URL(bridge.baseUrl)
      const acme = new ScimClient(`${origin}/acme`, token)
      assert.equal((await acme.send('GET', '/Users')).status, 200)
      assert.equal((await new ScimClient(bridge.baseUrl, token).send('GET', '/Users')).status, 401)
      const log = await bridge.log()
      for (const message of ['directory ready', 'listening']) {
        const lines = log.split('\n').filter((line) => line.includes(`"${message}"`))
        const found = lines.map((line) => /"tenant":"(\w+)"/u.exec(line)?.[1])
        assert.deepEqual(found, [undefined, 'acme'], log)
      }
      assert.ok(log.includes(`"${origin}/acme"`), log)
    } finally {
      assert.equal(await bridge.stop(), 0)
    }
  })

  it('does not start when one of them cannot work, and says which', async () => {
    const { code, complaints } = await runCli(['serve', '--config', preset], {
      ...directoryVariables(sharedOpenldap(), first),
      SCIM_HTTP_PORT: '0',
      SCIM_TENANTS: tenants(`ou=nowhere,${second.people}`),
    })
    assert.equal(code, 78)
    assert.match(
      complaints,
      /^The settings cannot work on this directory for tenant acme:\n {2}users\.base does not exist/u,
    )
  })
})
