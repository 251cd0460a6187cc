import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
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

describe('docker-compose.yml', () => {
  const compose = parse(readFileSync(join(folder, '../docker-compose.yml'), 'utf8')) as {
    services: { bridge: { environment: Record<string, string> } }
  }
  const { environment } = compose.services.bridge
  const file = join(folder, 'openldap.yaml')

  it('starts the bridge with settings that can be used', async () => {
    const { http } = await loadSettings({ file, environment }, Settings)
    assert.equal(http.host, '0.0.0.0')
  })

  it('allows plain HTTP and the token of the demonstration by name, as it must', async () => {
    for (const [name, problem] of [
      ['SCIM_HTTP_ALLOW_CLEARTEXT', /http\.host would let other machines/u],
      ['SCIM_HTTP_ALLOW_DEMO_TOKEN', /http\.tokens must not hold the token/u],
    ] as const) {
      const without = { ...environment, [name]: undefined }
      await assert.rejects(loadSettings({ file, environment: without }, Settings), problem)
    }
  })
})
