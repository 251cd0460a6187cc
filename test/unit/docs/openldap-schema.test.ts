import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

describe("The bridge's schema for OpenLDAP (docs/openldap)", () => {
  const published = read('docs/openldap/scim-directory-bridge.schema')

  it('is the one that the tests and the demonstration run with', () => {
    assert.equal(published, read('test/support/slapd/scim-directory-bridge.schema'))
  })

  it('says the same for slapd.conf and for cn=config', () => {
    const ofSlapdConf = definitions(published)
    const ofConfig = definitions(read('docs/openldap/scim-directory-bridge.ldif'))

    assert.equal(ofSlapdConf.length, 6)
    assert.deepEqual(
      ofConfig,
      ofSlapdConf.map(({ keyword, text }) => ({ keyword: `olc${keyword}`, text })),
    )
  })
})

describe("The bridge's schema for 389 DS (docs/389ds)", () => {
  it('is the one for OpenLDAP, with the OIDs written out', () => {
    const macros = new Map<string, string>()
    const resolved = (text: string): string =>
      text.replace(/\b(scimBridge\w*)(?::(\d+))?(?=\s)/gu, (name, macro: string, arc = '') => {
        const oid = macros.get(macro)
        return oid === undefined ? name : `${oid}.${arc}`
      })
    const expected = definitions(read('docs/openldap/scim-directory-bridge.schema')).flatMap(
      ({ keyword, text }) => {
        if (keyword !== 'objectidentifier') return [{ keyword, text: resolved(text) }]
        const [name = '', value = ''] = text.split(' ')
        macros.set(name, resolved(`${value} `).trim())
        return []
      },
    )
    const published = definitions(read('docs/389ds/99scim-directory-bridge.ldif'))
    assert.equal(published.length, 3)
    assert.deepEqual(published, expected)
  })
})

interface Definition {
  /** Without the colon of LDIF, in lower case and in the singular, since the two notations differ in these. */
  readonly keyword: string
  readonly text: string
}

/** The definitions of a schema file, each on one line; both notations go on with lines that begin with a space. */
function definitions(file: string): readonly Definition[] {
  const logicalLines = file
    .replace(/^#.*\n/gmu, '')
    .replace(/\n[ \t]+/gu, ' ')
    .split('\n')
  return logicalLines.flatMap((line) => {
    const match =
      /^((?:olc)?(?:objectidentifier|attributetype|objectclass))(?:s|es)?:? (\S.*)$/iu.exec(line)
    const [, keyword = '', text = ''] = match ?? []
    const isEntryOwn = /^olcSchemaConfig$/u.test(text)
    return match === null || isEntryOwn ? [] : [{ keyword: keyword.toLowerCase(), text }]
  })
}

function read(name: string): string {
  return readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')
}
