import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type * as t from 'io-ts'
import { declarationOf, type Setting } from '../../../src/codec/settings.ts'
import { partsOf } from '../../../src/codec/structures.ts'
import { Settings } from '../../../src/config/settings.ts'
import { root } from '../../support/source-tree.ts'

const page = readFileSync(path.join(root, 'SECURITY.md'), 'utf8')

interface Bound {
  readonly what: string
  readonly setting: string | undefined
  readonly preset: string | undefined
  readonly tests: readonly string[]
}

function bounds(): readonly Bound[] {
  const section = page.split(/^## /mu).find((each) => each.startsWith('Bounds\n')) ?? ''
  const rows = [...section.matchAll(/^\|(.*)\|$/gmu)].slice(2)
  return rows.map(([, row = '']) => {
    const [what = '', setting = '', preset = '', tests = ''] = row
      .split('|')
      .map((cell) => cell.trim())
    return {
      what,
      setting: codeIn(setting),
      preset: codeIn(preset),
      tests: [...tests.matchAll(/\]\(([^)]+)\)/gu)].map(([, link = '']) => link),
    }
  })
}

function codeIn(cell: string): string | undefined {
  return /^`(.*)`$/u.exec(cell)?.[1]
}

/** @example settingAt('http.tokens[].rights') */
function settingAt(name: string): Setting | undefined {
  let within: t.Mixed | undefined = Settings
  let setting: Setting | undefined
  for (const step of name.split('.')) {
    setting = within && declarationOf(within)?.[step.replace('[]', '')]
    within = step.endsWith('[]') && setting ? partsOf(setting.codec)[0]?.codec : setting?.codec
  }
  return setting
}

function defaultOf(setting: Setting): string | undefined {
  if (setting.presence !== 'default') return undefined
  const encoded: unknown = setting.codec.encode(setting.defaultValue)
  return typeof encoded === 'string' ? encoded : JSON.stringify(encoded)
}

describe('SECURITY.md', () => {
  it('has bounds', () => assert.ok(bounds().length > 30))

  for (const { what, setting: name, preset, tests } of bounds()) {
    it(`names a test, and the setting as it is: ${what}`, () => {
      assert.ok(tests.length > 0)
      for (const test of tests) {
        assert.match(test, /\.test\.ts$/u)
        assert.ok(existsSync(path.join(root, test)), test)
      }
      const setting = name === undefined ? undefined : settingAt(name)
      assert.equal(setting === undefined, name === undefined, name)
      assert.equal(setting && defaultOf(setting), preset)
    })
  }
})
