import assert from 'node:assert/strict'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { textIn } from '../groups/group-scene.ts'
import { directoryVariables, type Ended, preset, runCli } from './run-cli.ts'

/** What the rootDSE of OpenLDAP is told by. */
const nameplate = 'OpenLDAProotDSE'

describe('directory.kind, on an OpenLDAP', () => {
  let section: DirectorySection
  let silent: LdapProxy

  before(async () => {
    section = await addSection(sharedOpenldap())
    silent = await LdapProxy.start(sharedOpenldap().url, [nameplate])
  })

  after(async () => {
    await silent.close()
    await section.remove()
  })

  async function run(command: string, variables: Readonly<Record<string, string>>): Promise<Ended> {
    return await runCli([command, '--config', preset], {
      ...directoryVariables(sharedOpenldap(), section),
      SCIM_HTTP_PORT: '0',
      ...variables,
    })
  }

  it('is needed where the rootDSE does not tell it, and then lets the bridge serve the directory', async () => {
    const untold = await run('check', { SCIM_DIRECTORY_URLS: silent.url })
    assert.equal(untold.code, 78, untold.out)
    assert.match(
      untold.complaints,
      /directory\.kind is needed, for the rootDSE does not tell what the directory is; set it to openldap, activeDirectory or 389ds/u,
    )
    const told = await run('check', {
      SCIM_DIRECTORY_URLS: silent.url,
      SCIM_DIRECTORY_KIND: 'openldap',
    })
    assert.equal(told.code, 0, told.complaints)
    const settings = { 'directory.urls': silent.url, 'directory.kind': 'openldap' }
    const bridge: TestBridge = await openTestBridge(sharedOpenldap(), settings)
    try {
      const body = { userName: 'told', name: { familyName: 'Told' } }
      const created = await bridge.scim.post('/Users', body)
      assert.equal(created.status, 201, created.text)
      const user = `/Users/${textIn(created.answer, 'id')}`
      assert.deepEqual((await bridge.scim.get(user)).answer, created.answer)
      assert.equal((await bridge.scim.delete(user)).status, 204)
    } finally {
      await bridge.close()
    }
  })

  const wrong = { activeDirectory: 'objectGUID', '389ds': 'nsUniqueId' } as const
  for (const [kind, attribute] of Object.entries(wrong)) {
    it(`ends the start and a check with 78 and says what to do where it is ${kind}`, async () => {
      for (const command of ['serve', 'check']) {
        const { code, complaints } = await run(command, { SCIM_DIRECTORY_KIND: kind })
        assert.equal(code, 78, complaints)
        const expected = `directory.kind is "${kind}", but the directory's schema has no attribute ${attribute}, which every directory of that kind has; set it to what the directory is, or leave it out where the rootDSE tells it`
        assert.ok(complaints.includes(expected), complaints)
        assert.doesNotMatch(complaints, /users\.|groups\./u)
      }
    })
  }
})
