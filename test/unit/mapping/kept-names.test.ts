import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { decode } from '../../../src/codec/decode.ts'
import { identityFor } from '../../../src/mapping/identity.ts'
import { keptNames } from '../../../src/mapping/kept-names.ts'
import { UserSettings } from '../../../src/mapping/settings.ts'

const file = path.resolve(import.meta.dirname, '../../../config/active-directory.yaml')
const { users } = parse(readFileSync(file, 'utf8')) as { users: object }

/** What users keep by the preset with changes. */
function kept(
  changes: object,
  kind: 'activeDirectory' | 'openldap' = 'activeDirectory',
): readonly string[] {
  const moving = { onDelete: 'move', deletedBase: 'OU=Former,DC=example,DC=org' }
  const settings = decode(UserSettings, { ...users, ...moving, ...changes })
  return keptNames(settings, identityFor(kind) ?? assert.fail(`${kind} is not served`))
}

describe('A name that a user keeps whom a DELETE moves', () => {
  it('is none by the preset for Active Directory', () => {
    assert.deepEqual(kept({}), [])
  })

  it('is named where it is not given up, and the directory has it once', () => {
    assert.deepEqual(kept({ givesUp: [] }), ['userPrincipalName', 'sAMAccountName'])
    assert.deepEqual(kept({ givesUp: ['USERPRINCIPALNAME'] }), ['sAMAccountName'])
    assert.deepEqual(kept({ givesUp: [] }, 'openldap'), [])
  })

  it('is none that the bridge does not write', () => {
    const attributes = { userName: { attribute: 'mail' } }
    assert.deepEqual(kept({ givesUp: [], attributes }), ['sAMAccountName'])
    assert.deepEqual(kept({ givesUp: [], attributes, derived: {} }), [])
  })

  it('is none where nobody is moved', () => {
    assert.deepEqual(kept({ givesUp: [], onDelete: 'disable' }), [])
  })
})
