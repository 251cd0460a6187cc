import assert from 'node:assert/strict'
import path from 'node:path'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { sharedSamba } from '../../../support/shared-samba.ts'
import { directoryVariables, type Ended, runCli, type Variables } from '../command-line/run-cli.ts'

const file = path.resolve(import.meta.dirname, '../../../../config/active-directory.yaml')
const made = '{ sAMAccountName: { from: [displayName], maxLength: 20 } }'

describe('check, against a domain', () => {
  let section: DirectorySection
  let good: Variables

  before(async () => {
    const samba = sharedSamba()
    const endpoint = { ...samba, url: samba.ldapsUrl }
    section = await addSection(endpoint, exampleDomain)
    good = {
      ...directoryVariables(endpoint, section),
      SCIM_DIRECTORY_TLS_CA_FILE: samba.caFile,
    }
  })

  after(async () => section.remove())

  async function check(variables: Variables = {}): Promise<Ended> {
    return await runCli(['check', '--config', file], { ...good, ...variables })
  }

  it('warns of nothing by the preset, in the domain of its examples', async () => {
    const { code, out, complaints } = await check()
    assert.equal(code, 0, complaints)
    assert.doesNotMatch(out, /protected/u)
  })

  it('names each protected base that is not there, the examples of another domain among them', async () => {
    const { code, out, complaints } = await check({
      SCIM_USERS_PROTECTED_BASES:
        '["CN=Users,DC=other,DC=example", "CN=Builtin,DC=example,DC=org"]',
      SCIM_GROUPS_PROTECTED_BASES: '["OU=Nobody,DC=example,DC=org"]',
    })
    assert.equal(code, 0, complaints)
    assert.match(
      out,
      /users\.protectedBases names CN=Users,DC=other,DC=example, .*protects nothing/u,
    )
    assert.match(out, /groups\.protectedBases names OU=Nobody,DC=example,DC=org, /u)
    assert.doesNotMatch(out, /CN=Builtin/u)
  })

  it('refuses to have users who are moved give up what the domain keeps', async () => {
    const kept = [
      'objectCategory',
      'objectSid',
      'objectGUID',
      'primaryGroupID',
      'pwdLastSet',
      'accountExpires',
      'badPwdCount',
      'lockoutTime',
      'sAMAccountType',
      'name',
      'distinguishedName',
    ]
    const { code, complaints } = await check({
      SCIM_USERS_ON_DELETE: 'move',
      SCIM_USERS_DELETED_BASE: exampleDomain.former,
      SCIM_USERS_GIVES_UP: `[${['sAMAccountName', 'mail', ...kept].join()}]`,
    })
    assert.equal(code, 78, complaints)
    const refused = [...complaints.matchAll(/users\.givesUp (\S+) /gu)].map(([, name]) => name)
    assert.deepEqual(new Set(refused), new Set(kept))
  })

  it('refuses what does not name entries there', async () => {
    const { code, complaints } = await check({
      SCIM_USERS_RDN: 'sAMAccountName',
      SCIM_GROUPS_RDN: 'sAMAccountName',
      SCIM_GROUPS_DERIVED: made,
    })
    assert.equal(code, 78, complaints)
    for (const part of ['users', 'groups']) {
      assert.match(complaints, new RegExp(`${part}\\.rdn .*by cn alone`, 'u'))
    }
  })
})
