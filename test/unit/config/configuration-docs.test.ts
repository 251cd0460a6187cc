import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { decode } from '../../../src/codec/decode.ts'
import { documentSettings } from '../../../src/config/document-settings.ts'
import { Settings } from '../../../src/config/settings.ts'
import { parseYaml } from '../../../src/config/yaml-source.ts'

describe('docs/configuration.md', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')

  it('says what the settings are now (npm run docs:config writes it anew)', () => {
    assert.ok(page === documentSettings(Settings), 'docs/configuration.md is stale')
  })

  it('shows at a glance a configuration file that can be decoded', () => {
    const [, outline = ''] = /```yaml\n([^`]*)```/u.exec(page) ?? []
    const { value, problems } = parseYaml(outline, 'outline')
    assert.deepEqual(problems, [])
    assert.ok(Settings.is(decode(Settings, value)))
  })
})
