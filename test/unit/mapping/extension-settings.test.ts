import assert from 'node:assert/strict'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { UserSettings } from '../../../src/mapping/settings.ts'
import { mappings, preset, problemsOf } from './example.ts'

const urn = 'urn:example:scim:schemas:extension:staff:1.0:User'
const staff = { urn, name: 'Staff', attributes: [{ name: 'room' }] }

function reasonsFor(...extensions: readonly object[]): string[] {
  try {
    decode(UserSettings, { ...preset.users, extensions })
    return []
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return error.problems.map(({ path, reason }) => `${path} ${reason}`)
  }
}

describe('Extension schemas of the settings (RFC 7643 §3.3)', () => {
  it('are refused where a URN, a name or a type is none', () => {
    assert.deepEqual(
      reasonsFor({ urn: 'staff', name: ' ', attributes: [{ name: '1st', type: 'complex' }] }),
      [
        'extensions[0].urn must be a URN such as urn:example:scim:schemas:extension:staff:1.0:User',
        'extensions[0].name must be text that is not empty',
        'extensions[0].attributes[0].name must be the name of an attribute, such as badgeColor',
        'extensions[0].attributes[0].type must be "string" or "boolean" or "integer" or "decimal" or "dateTime" or "reference" or "binary"',
      ],
    )
  })

  it('have attributes, each once', () => {
    assert.deepEqual(reasonsFor({ ...staff, attributes: [] }), [
      'extensions[0].attributes has none',
    ])
    assert.deepEqual(reasonsFor({ ...staff, attributes: [{ name: 'room' }, { name: 'Room' }] }), [
      'extensions[0].attributes has Room twice',
    ])
  })

  it('are there once each, whatever the case of the URN', () => {
    assert.deepEqual(reasonsFor(staff, { ...staff, urn: urn.toUpperCase() }), [
      `extensions has ${urn.toUpperCase()} twice`,
    ])
  })

  for (const taken of [
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:core:2.0:Group',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:more',
    'urn:ietf:params:scim:api:messages:2.0:PatchOp',
    'urn:scim:schemas:core:1.0',
  ]) {
    it(`cannot have ${taken}`, () => {
      assert.deepEqual(reasonsFor({ ...staff, urn: taken }), [
        `extensions cannot have ${taken}, which is or begins with the URN of SCIM's own schemas`,
      ])
    })
  }

  it('cannot begin with each other, for a path could mean either', () => {
    assert.deepEqual(reasonsFor(staff, { ...staff, urn: `${urn}:room` }), [
      `extensions cannot have ${urn}:room, which begins with the URN of another extension`,
    ])
  })

  it('may stand in the name space of the IETF, where many clients put theirs', () => {
    assert.deepEqual(
      reasonsFor({ ...staff, urn: 'urn:ietf:params:scim:schemas:extension:staff:2.0:User' }),
      [],
    )
  })
})

/** What is wrong with an attribute of the extension that is stored in roomNumber. */
function problemsAsDeclared(characteristics: object): readonly string[] {
  const attributes = [{ name: 'room', ...characteristics }]
  return problemsOf({
    users: { extensions: [{ urn, name: 'Staff', attributes }] },
    attributes: { [`${urn}:room`]: 'roomNumber' },
  })
}

describe('An extension schema on a directory', () => {
  const tags = { name: 'tags', multiValued: true }
  const extensions = [{ ...staff, attributes: [{ name: 'room' }, tags] }]

  it('needs a line in the map for every attribute', () => {
    assert.deepEqual(problemsOf({ users: { extensions }, attributes: { [`${urn}:room`]: 'l' } }), [
      `users.attributes.${urn}:room: l is written by addresses[type eq "work"].locality already; give one of the two isReadOnly: true`,
      `users.extensions[0].attributes[1]: is not mapped; attributes needs a line "${urn}:tags"`,
    ])
  })

  it('cannot have several values where the directory has room for one', () => {
    const attributes = {
      displayName: undefined,
      'name.formatted': { attribute: 'cn', fallback: ['userName'] },
      'name.familyName': { attribute: 'sn', fallback: ['userName'] },
      'name.givenName': 'givenName',
      [`${urn}:room`]: 'roomNumber',
      [`${urn}:tags`]: 'displayName',
    }
    assert.deepEqual(problemsOf({ users: { extensions }, attributes }), [
      'users.extensions[0].attributes[1]: is multiValued, but displayName has room for one value',
    ])
  })

  it('cannot have values side by side that the directory takes for one', () => {
    assert.deepEqual(problemsAsDeclared({ multiValued: true, caseExact: true }), [
      'users.extensions[0].attributes[0]: is caseExact, but roomNumber takes values that differ in letter case alone for one (caseIgnoreMatch), so that the second would be lost',
    ])
    assert.deepEqual(problemsAsDeclared({ caseExact: true }), [])
    assert.deepEqual(problemsAsDeclared({ multiValued: true }), [])
  })

  it('belongs to users or to groups', () => {
    const line = { [`${urn}:room`]: 'roomNumber' }
    const groupLine = { displayName: 'cn', [`${urn}:room`]: 'businessCategory' }
    assert.deepEqual(
      problemsOf({
        users: { extensions: [staff] },
        attributes: line,
        groups: { extensions: [staff], attributes: groupLine },
      }),
      ['groups.extensions[0].urn: is an extension of users already'],
    )
  })

  it('is advertised as it is declared, and as it is mapped', () => {
    const badge = {
      name: 'badge',
      type: 'reference',
      required: true,
      description: 'The badge.',
      canonicalValues: ['https://example.com/red'],
    }
    const { users } = mappings({
      users: { extensions: [{ ...staff, description: 'Gates.', attributes: [badge, tags] }] },
      attributes: {
        [`${urn}:badge`]: 'businessCategory',
        [`${urn}:tags`]: { attribute: 'carLicense', isReadOnly: true },
      },
    })
    const { schema } = users.schema.resourceType.schemaExtensions[1] ?? assert.fail()
    assert.deepEqual(schema, {
      id: urn,
      name: 'Staff',
      description: 'Gates.',
      attributes: [
        {
          name: 'badge',
          type: 'reference',
          multiValued: false,
          description: 'The badge.',
          required: true,
          caseExact: true,
          mutability: 'readWrite',
          returned: 'default',
          uniqueness: 'none',
          canonicalValues: ['https://example.com/red'],
          referenceTypes: ['external'],
        },
        {
          name: 'tags',
          type: 'string',
          multiValued: true,
          description: 'tags',
          required: false,
          caseExact: false,
          mutability: 'readOnly',
          returned: 'default',
          uniqueness: 'none',
        },
      ],
    })
  })
})
