import assert from 'node:assert/strict'
import { access, chmod, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { freePort } from '../../../support/free-port.ts'
import { oneLine } from '../users-map.ts'
import { selfSigned } from '../../connection/self-signed.ts'
import {
  directoryVariables,
  type Ended,
  fileWith,
  preset,
  runCli,
  type Variables,
} from './run-cli.ts'

describe('check, against an OpenLDAP', () => {
  let section: DirectorySection
  let folder: TemporaryFolder
  let good: Variables

  before(async () => {
    section = await addSection(sharedOpenldap())
    folder = await temporaryFolder('check')
    good = directoryVariables(sharedOpenldap(), section)
  })

  after(async () => {
    await section.remove()
    await folder.remove()
  })

  async function check(variables: Variables = {}): Promise<Ended> {
    const ended = await runCli(['check', '--config', preset], { ...good, ...variables })
    const text = ended.out + ended.complaints
    assert.ok(!text.includes(sharedOpenldap().bridge.password), 'the password is shown')
    assert.doesNotMatch(text, /\n\s+at |node:internal|file:\/\/|Error:/)
    return ended
  }

  it('finds nothing to complain of in the preset, over ldap, StartTLS and ldaps with a CA of its own', async () => {
    const { ldapsUrl, caFile } = sharedOpenldap()
    for (const variables of [
      {},
      { SCIM_DIRECTORY_START_TLS: 'true', SCIM_DIRECTORY_TLS_CA_FILE: caFile },
      { SCIM_DIRECTORY_URLS: ldapsUrl, SCIM_DIRECTORY_TLS_CA_FILE: caFile },
    ]) {
      const { code, out, complaints } = await check(variables)
      assert.equal(code, 0, complaints)
      assert.match(out, /openldap/)
      assert.equal(complaints, '')
    }
  })

  it('says which lists are kept without types, of which clients ask by type', async () => {
    const lines = oneLine({
      userName: 'uid',
      'name.formatted': { attribute: 'cn', fallback: ['userName'] },
      'name.familyName': { attribute: 'sn', fallback: ['userName'] },
      emails: 'mail',
    })
    const { code, out, complaints } = await check({ SCIM_USERS_ATTRIBUTES: lines })
    assert.equal(code, 0, complaints)
    assert.match(
      out,
      /users\.attributes\.emails keeps no types: .* such as emails\[type eq "work"\]\./u,
    )
    const typed = await check()
    assert.doesNotMatch(typed.out, /keeps no types/u)
  })

  it('takes the password from a file', async () => {
    const file = await fileWith(folder.path, 'password', `${sharedOpenldap().bridge.password}\n`)
    const { SCIM_DIRECTORY_BIND_PASSWORD: _, ...rest } = good
    const ended = await runCli(['check', '--config', preset], {
      ...rest,
      SCIM_DIRECTORY_BIND_PASSWORD_FILE: file,
    })
    assert.equal(ended.code, 0, ended.complaints)
  })

  it('ends with 69 when the directory cannot be reached', async () => {
    const { code, complaints } = await check({
      SCIM_DIRECTORY_URLS: `ldap://127.0.0.1:${await freePort()}`,
    })
    assert.equal(code, 69)
    assert.match(complaints, /cannot be reached/)
  })

  const wrong: [what: string, variables: () => Variables, complaints: RegExp[]][] = [
    [
      'a wrong password of the account',
      () => ({ SCIM_DIRECTORY_BIND_PASSWORD: 'wrong-password-xyz' }),
      [/directory.*(password|credentials|bindDn|bindPassword)/i],
    ],
    [
      'a certificate that no known CA has issued',
      () => ({ SCIM_DIRECTORY_URLS: sharedOpenldap().ldapsUrl }),
      [/unknown CA.*tls\.caFile/],
    ],
    [
      'the same behind StartTLS',
      () => ({ SCIM_DIRECTORY_START_TLS: 'true' }),
      [/unknown CA.*tls\.caFile/],
    ],
    [
      'clear text to another machine',
      () => ({ SCIM_DIRECTORY_URLS: 'ldap://directory.example.org' }),
      [/clear text.*ldaps:\/\/.*startTls.*allowCleartext/],
    ],
    [
      'bases that do not exist, both of them',
      () => ({
        SCIM_USERS_BASE: `ou=nobody,${exampleTree.people}`,
        SCIM_GROUPS_BASE: `ou=nothing,${exampleTree.groups}`,
      }),
      [/users\.base does not exist/, /groups\.base does not exist/],
    ],
    [
      'attributes and classes that the schema has not, and a base, at once',
      () => ({
        SCIM_USERS_ATTRIBUTES: '{ userName: uid, name.familyName: surnam, name.formatted: cn }',
        SCIM_GROUPS_OBJECT_CLASS: 'groupOfFriends',
        SCIM_GROUPS_BASE: `ou=nothing,${exampleTree.groups}`,
      }),
      [
        /users\.attributes.*surnam/,
        /groups\.objectClass.*groupOfFriends/,
        /groups\.base does not exist/,
      ],
    ],
    [
      'what nobody who is moved can give up',
      () => ({
        SCIM_USERS_ON_DELETE: 'move',
        SCIM_USERS_DELETED_BASE: exampleTree.secret,
        SCIM_USERS_GIVES_UP: '[loginName, entryUUID, mail]',
      }),
      [/users\.givesUp.* no attribute loginName/, /users\.givesUp entryUUID cannot be written/],
    ],
    [
      'a journal that cannot be written, a certificate that cannot be read, and a base, at once',
      () => ({
        SCIM_JOURNAL_FILE: '/nonexistent/folder/journal.jsonl',
        SCIM_HTTP_TLS_CERTIFICATE_FILE: '/nonexistent.crt',
        SCIM_HTTP_TLS_KEY_FILE: '/nonexistent.key',
        SCIM_USERS_BASE: `ou=nobody,${exampleTree.people}`,
      }),
      [/journal\.file.*ENOENT/, /http\.tls.*ENOENT/, /users\.base does not exist/],
    ],
    [
      'a CA file that does not exist',
      () => ({ SCIM_DIRECTORY_TLS_CA_FILE: '/nonexistent.pem' }),
      [/caFile/],
    ],
  ]

  for (const [what, variables, expected] of wrong) {
    it(`ends with 78 and says what to do about ${what}`, async () => {
      const { code, complaints } = await check(variables())
      assert.equal(code, 78, complaints)
      for (const each of expected) assert.match(complaints, each)
      assert.doesNotMatch(complaints, /wrong-password-xyz/)
    })
  }

  it('sees that a certificate and a key do not belong together', async () => {
    const certificate = await fileWith(folder.path, 'a.crt', selfSigned('a').certificate)
    const key = await fileWith(folder.path, 'b.key', selfSigned('b').key)
    const { code, complaints } = await check({
      SCIM_HTTP_TLS_CERTIFICATE_FILE: certificate,
      SCIM_HTTP_TLS_KEY_FILE: key,
    })
    assert.equal(code, 78)
    assert.match(complaints, /http\.tls.*belong together/)
  })

  it('begins no journal, so that it does not belong to whoever checked', async () => {
    const file = path.join(folder.path, 'new.jsonl')
    const { code, complaints } = await check({ SCIM_JOURNAL_FILE: file })
    assert.equal(code, 0, complaints)
    await assert.rejects(access(file))
  })

  it('complains of a folder where the journal should be', async () => {
    const file = path.join(folder.path, 'folder.jsonl')
    await mkdir(file)
    await chmod(file, 0o500)
    const served = await runCli(['serve', '--config', preset], { ...good, SCIM_JOURNAL_FILE: file })
    assert.equal(served.code, 78)
    assert.match(served.complaints, /journal\.file.*EISDIR/)
  })
})
