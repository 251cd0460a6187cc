import assert from 'node:assert/strict'
import { parseDirectorySchema } from '../../../src/directory/directory-schema-parser.ts'
import { parseSchemaDescription } from '../../../src/directory/schema-description.ts'

const directoryString = '1.3.6.1.4.1.1466.115.121.1.15'

const attributeTypes = [
  `( 2.5.4.41 NAME 'name' DESC 'RFC4519: common supertype of name attributes'
     EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX ${directoryString}{32768} )`,
  "( 2.5.4.3 NAME ( 'cn' 'commonName' ) DESC 'RFC4519: common name(s)' SUP name )",
  "( 2.5.4.6 NAME ( 'c' 'countryName' ) SUP name SYNTAX 1.3.6.1.4.1.1466.115.121.1.11 SINGLE-VALUE )",
  `( 1.3.6.1.1.16.4 NAME 'entryUUID' DESC 'UUID of the entry' EQUALITY UUIDMatch
     ORDERING UUIDOrderingMatch SYNTAX 1.3.6.1.1.16.1 SINGLE-VALUE NO-USER-MODIFICATION USAGE directoryOperation )`,
  "( 0.9.2342.19200300.100.1.60 NAME 'jpegPhoto' SYNTAX 1.3.6.1.4.1.1466.115.121.1.28 )",
  `( 1.3.6.1.4.1.4203.1.12.2.3.0.1 NAME 'olcAccess' EQUALITY caseIgnoreMatch SYNTAX ${directoryString} X-ORDERED 'VALUES' )`,
  `( 2.16.840.1.113730.3.1.1 NAME 'nsOdd' DESC 'it\\27s ( a $ \\5C )' EQUALITY caseIgnoreMatch SYNTAX ${directoryString} X-ORIGIN ( 'RFC 1' 'user defined' ) )`,
  `( myOwn-oid NAME 'myOwn' SUP 2.5.4.41 X-SCHEMA-FILE '99user.ldif' )`,
  "( 1.1.1 NAME 'loop' SUP pool )",
  "( 1.1.2 NAME 'pool' SUP loop )",
  "( 1.1.3 NAME 'orphan' SUP nobody )",
  '( 1.1.4 SUP name )',
  'no definition at all',
]

const objectClasses = [
  "( 2.5.6.0 NAME 'top' DESC 'top of the superclass chain' ABSTRACT MUST objectClass )",
  "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY ( userPassword $ description ) )",
  "(2.5.6.7 NAME 'organizationalPerson' SUP person MAY (title$x121Address$description))",
  `( 2.16.840.1.113730.3.2.2 NAME 'inetOrgPerson' SUP organizationalPerson
     MUST ( uid $ Description ) MAY ( mail $ manager ) )`,
  "( 1.3.6.1.4.1.1466.344 NAME 'dcObject' SUP top AUXILIARY MUST dc )",
  "( 1.1.9 NAME 'two' SUP ( dcObject $ person ) STRUCTURAL MAY x )",
]

describe('parseDirectorySchema (RFC 4512 §4.2)', () => {
  const schema = parseDirectorySchema(attributeTypes, objectClasses)

  it('is asked for attributes without regard to their options', () => {
    assert.equal(schema.attributeType('cn;lang-de')?.name, 'cn')
  })

  it('finds an attribute type by any name or OID without case', () => {
    const cn = schema.attributeType('CN')
    assert.equal(cn?.name, 'cn')
    assert.deepEqual(cn.names, ['cn', 'commonName'])
    assert.equal(schema.attributeType('commonname'), cn)
    assert.equal(schema.attributeType('2.5.4.3'), cn)
    assert.equal(schema.attributeType('mail'), undefined)
  })

  it('gives an attribute type the syntax and the rules of the types it stands on', () => {
    assert.deepEqual(schema.attributeType('cn'), {
      name: 'cn',
      names: ['cn', 'commonName'],
      oid: '2.5.4.3',
      syntax: directoryString,
      equality: 'caseIgnoreMatch',
      ordering: undefined,
      substring: 'caseIgnoreSubstringsMatch',
      isSingleValued: false,
      isReadOnly: false,
      isOperational: false,
    })
    assert.equal(schema.attributeType('c')?.syntax, '1.3.6.1.4.1.1466.115.121.1.11')
    assert.equal(schema.attributeType('c')?.isSingleValued, true)
    assert.equal(schema.attributeType('myOwn')?.equality, 'caseIgnoreMatch')
  })

  it('knows what only the server may write, and what is returned only when asked for', () => {
    assert.equal(schema.attributeType('entryUUID')?.isReadOnly, true)
    assert.equal(schema.attributeType('entryUUID')?.isOperational, true)
    assert.equal(schema.attributeType('entryUUID')?.ordering, 'UUIDOrderingMatch')
  })

  it('shows that an attribute type has no equality rule', () => {
    assert.equal(schema.attributeType('jpegPhoto')?.equality, undefined)
    assert.equal(schema.attributeType('jpegPhoto')?.syntax, '1.3.6.1.4.1.1466.115.121.1.28')
  })

  it('calls an attribute type without a name by its OID', () => {
    assert.equal(schema.attributeType('1.1.4')?.name, '1.1.4')
    assert.deepEqual(schema.attributeType('1.1.4')?.names, [])
  })

  it('survives types that stand on each other or on nothing', () => {
    assert.equal(schema.attributeType('loop')?.syntax, undefined)
    assert.equal(schema.attributeType('orphan')?.equality, undefined)
  })

  it('gives an object class what its superior classes demand and allow', () => {
    assert.deepEqual(schema.objectClass('INETORGPERSON'), {
      name: 'inetOrgPerson',
      names: ['inetOrgPerson'],
      oid: '2.16.840.1.113730.3.2.2',
      kind: 'structural',
      must: ['uid', 'Description', 'sn', 'cn', 'objectClass'],
      may: ['mail', 'manager', 'title', 'x121Address', 'userPassword'],
    })
    assert.deepEqual(schema.objectClass('two')?.must, ['dc', 'sn', 'cn', 'objectClass'])
  })

  it('tells abstract, auxiliary and structural classes apart; structural is the default', () => {
    assert.equal(schema.objectClass('top')?.kind, 'abstract')
    assert.equal(schema.objectClass('dcObject')?.kind, 'auxiliary')
    assert.equal(schema.objectClass('organizationalPerson')?.kind, 'structural')
    assert.equal(schema.objectClass('nothing'), undefined)
  })

  it('supplies the equality rules that the schema of Active Directory leaves out', () => {
    const aggregate = parseDirectorySchema(
      [
        `( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' SYNTAX '${directoryString}' SINGLE-VALUE )`,
        "( 2.5.4.31 NAME 'member' SYNTAX '1.3.6.1.4.1.1466.115.121.1.12' )",
        "( 1.2.840.113556.1.2.120 NAME 'uSNChanged' SYNTAX '1.2.840.113556.1.4.906' SINGLE-VALUE )",
        "( 1.2.840.113556.1.4.2 NAME 'objectGUID' SYNTAX '1.3.6.1.4.1.1466.115.121.1.40' SINGLE-VALUE NO-USER-MODIFICATION )",
      ],
      [],
    )
    assert.equal(aggregate.attributeType('samaccountname')?.syntax, directoryString)
    assert.equal(aggregate.attributeType('sAMAccountName')?.equality, 'caseIgnoreMatch')
    assert.equal(aggregate.attributeType('member')?.equality, 'distinguishedNameMatch')
    assert.equal(aggregate.attributeType('objectGUID')?.equality, 'octetStringMatch')
    assert.equal(aggregate.attributeType('uSNChanged')?.equality, 'integerMatch')
  })

  it('adds to a class what its content rule says of its entries (RFC 4512 §4.1.6)', () => {
    const classes = ["( 1.2.1 NAME 'user' STRUCTURAL MAY uid )"]
    const contentRules = ["( 1.2.1 NAME 'user' AUX principal MUST account MAY ( mail $ uid ) )"]
    const user = parseDirectorySchema([], classes, { contentRules }).objectClass('user')
    assert.deepEqual([user?.must, user?.may], [['account'], ['uid', 'mail']])
  })

  it('compares by the syntax what has no rule, where the server does so', () => {
    const types = [
      "( 1.1 NAME 'lock' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
      "( 1.2 NAME 'other' EQUALITY caseExactMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
    ]
    const rules = [false, true].map((impliesRules) => {
      const parsed = parseDirectorySchema(types, [], { impliesRules })
      return ['lock', 'other'].map((name) => parsed.attributeType(name)?.equality)
    })
    assert.deepEqual(rules, [
      [undefined, 'caseExactMatch'],
      ['caseIgnoreMatch', 'caseExactMatch'],
    ])
  })

  it('reads fifteen hundred definitions in a moment', () => {
    const many = Array.from(
      { length: 1500 },
      (_, index) => `( 1.2.3.${index} NAME 'type${index}' DESC '${'x'.repeat(80)}' SUP name )`,
    )
    const start = performance.now()
    const large = parseDirectorySchema([...attributeTypes, ...many], objectClasses)
    assert.equal(large.attributeType('type1499')?.equality, 'caseIgnoreMatch')
    assert.ok(performance.now() - start < 500)
  })
})

describe('parseSchemaDescription (RFC 4512 §4.1)', () => {
  it('unescapes quoted text and takes brackets and dollar signs in it as text', () => {
    const odd = parseSchemaDescription(attributeTypes[6] ?? '')
    assert.deepEqual(odd?.fields.get('DESC'), ["it's ( a $ \\ )"])
    assert.deepEqual(odd.fields.get('X-ORIGIN'), ['RFC 1', 'user defined'])
  })

  for (const text of ['', '(', '()', '( 1.2', '1.2 NAME', "( 1.2 NAME ( 'a' 'b'", '( 1.2 ) x']) {
    it(`makes nothing of ${JSON.stringify(text)}`, () => {
      assert.equal(parseSchemaDescription(text), undefined)
    })
  }
})
