import assert from 'node:assert/strict'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { declaredSettings } from '../../../src/config/declared-setting.ts'
import { documentSettings } from '../../../src/config/document-settings.ts'
import { Settings } from '../../../src/config/settings.ts'

describe('Settings', () => {
  const declared = declaredSettings(Settings)

  it('names a variable for each setting, and none for two', () => {
    const variables = declared.map(({ variable }) => variable)
    assert.equal(new Set(variables).size, variables.length)
    for (const variable of variables) assert.match(variable, /^SCIM(?:_[A-Z0-9]+)+$/u)
    assert.ok(variables.includes('SCIM_DIRECTORY_BIND_PASSWORD'))
  })

  it('has no setting that could be taken for the file of another, but one that is', () => {
    const variables = new Set(declared.map(({ variable }) => variable))
    const withFile = declared
      .filter(
        ({ variable, setting }) =>
          setting.doc.isSecret === true && variables.has(`${variable}_FILE`),
      )
      .map(({ path }) => path)
    // Of this one the file is a setting, because it is read again when it changes.
    assert.deepEqual(withFile, ['directory.bindPassword'])
  })

  it('says of each setting in a sentence what it is for', () => {
    for (const { path, setting } of declared) assert.match(setting.doc.text, /^[A-Z].*\.$/su, path)
  })

  it('is documented whole', () => {
    const page = documentSettings(Settings)
    for (const { path } of declared) assert.ok(page.includes(`### \`${path}\``), path)
  })

  it('fills in valid defaults', () => {
    for (const { path, setting } of declared) {
      if (setting.presence === 'default') assert.ok(setting.codec.is(setting.defaultValue), path)
    }
  })

  it('tells what is wrong between keys and sections beside what is wrong elsewhere', () => {
    const settings = {
      http: { port: 'many', tokens: [] },
      directory: { urls: 'ldap://ldap.example.org', bindDn: 'cn=bridge', maxInFlight: 0 },
      users: {
        base: 'dc=example',
        onDelete: 'move',
        password: { method: 'unicodePwd' },
        scope: 'everywhere',
      },
    }
    assert.throws(
      () => decode(Settings, settings),
      (error) => {
        assert.ok(error instanceof DecodeError)
        const paths = error.problems.map(({ path }) => path)
        for (const path of [
          'http.port',
          'http.tokens',
          'directory.urls',
          'users.scope',
          'users.deletedBase',
          'users.password.method',
        ]) {
          assert.ok(paths.includes(path), `${path}: ${paths.join(' ')}`)
        }
        return true
      },
    )
  })
})
