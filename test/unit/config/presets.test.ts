import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadSettings } from '../../../src/config/load-settings.ts'
import { Settings } from '../../../src/config/settings.ts'

const folder = join(import.meta.dirname, '../../../config')
const presets = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

describe('the presets in config/', () => {
  it('are there', () => {
    assert.ok(presets.includes('openldap.yaml'))
  })

  for (const preset of presets) {
    it(`can be used once a password is given: ${preset}`, async () => {
      const environment = { SCIM_DIRECTORY_BIND_PASSWORD: 'secret' }
      const settings = await loadSettings({ file: join(folder, preset), environment }, Settings)
      assert.equal(settings.directory.bindPassword, 'secret')
    })
  }

  it('send the passwords of Active Directory over TLS alone', async () => {
    const environment = {
      SCIM_DIRECTORY_BIND_PASSWORD: 'secret',
      SCIM_DIRECTORY_URLS: 'ldap://127.0.0.1',
    }
    const source = { file: join(folder, 'active-directory.yaml'), environment }
    await assert.rejects(loadSettings(source, Settings), /unicodePwd is sent over TLS alone/u)
  })
})
