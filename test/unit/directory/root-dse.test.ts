import assert from 'node:assert/strict'
import type { DirectoryKind } from '../../../src/directory/directory.ts'
import { Entry } from '../../../src/directory/entry.ts'
import { toServerFacts } from '../../../src/directory/root-dse.ts'

const subschema = new Entry('cn=Subschema', [
  ['attributeTypes', ["( 2.5.4.3 NAME 'cn' EQUALITY caseIgnoreMatch )"]],
  ['objectClasses', ["( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )"]],
])

function rootDse(attributes: Readonly<Record<string, readonly string[]>>): Entry {
  return new Entry('', Object.entries(attributes))
}

describe('toServerFacts (RFC 4512 §5.1)', () => {
  const kinds: [string, DirectoryKind, Readonly<Record<string, readonly string[]>>][] = [
    [
      'OpenLDAP by the class of its rootDSE',
      'openldap',
      { objectClass: ['top', 'OpenLDAProotDSE'] },
    ],
    ['OpenLDAP that hides objectClass', 'openldap', { structuralObjectClass: ['OpenLDAProotDSE'] }],
    [
      'Active Directory and Samba by their capabilities',
      'activeDirectory',
      { supportedCapabilities: ['1.2.840.113556.1.4.800', '1.2.840.113556.1.4.1670'] },
    ],
    ['389 DS by its vendor', '389ds', { vendorName: ['389 Project'] }],
    ['others', 'other', { vendorName: ['Somebody'] }],
  ]
  for (const [what, kind, attributes] of kinds) {
    it(`recognizes ${what}`, () => {
      assert.equal(toServerFacts(rootDse(attributes), subschema).capabilities.kind, kind)
    })
  }

  it('believes the administrator about the kind', () => {
    assert.equal(toServerFacts(rootDse({}), subschema, '389ds').capabilities.kind, '389ds')
  })

  it('tells Samba, which says that it is an Active Directory, by its vendor', () => {
    const supportedCapabilities = ['1.2.840.113556.1.4.800']
    const vendorName = ['Samba Team (https://www.samba.org)']
    const samba = toServerFacts(rootDse({ supportedCapabilities, vendorName }), subschema)
    assert.equal(samba.software, 'samba')
    assert.equal(samba.capabilities.kind, 'activeDirectory')
    const facts = toServerFacts(rootDse({ supportedCapabilities }), subschema)
    assert.equal(facts.software, 'activeDirectory')
    const set = toServerFacts(rootDse({ vendorName }), subschema, 'openldap')
    assert.equal(set.software, 'openldap')
  })

  it('uses what the server lists', () => {
    const { capabilities, ...rest } = toServerFacts(
      rootDse({
        supportedControl: [
          '1.3.6.1.1.13.1',
          '1.3.6.1.1.13.2',
          '1.3.6.1.1.12',
          '1.2.840.113556.1.4.319',
        ],
        supportedExtension: ['1.3.6.1.1.21.1', '1.3.6.1.1.21.3', '1.3.6.1.4.1.4203.1.11.1'],
        supportedFeatures: ['1.3.6.1.4.1.4203.1.5.3'],
      }),
      subschema,
    )
    assert.deepEqual(rest, {
      software: 'other',
      hasPagedResults: true,
      hasAbsoluteFilters: true,
    })
    assert.equal(capabilities.hasReadEntry, true)
    assert.equal(capabilities.hasAssertion, true)
    assert.equal(capabilities.hasTransactions, true)
    assert.equal(capabilities.hasPasswordModify, true)
    assert.equal(capabilities.schema.attributeType('cn')?.equality, 'caseIgnoreMatch')
    assert.deepEqual(capabilities.schema.objectClass('top')?.must, ['objectClass'])
  })

  it('does not use the transactions of OpenLDAP, which crash it', () => {
    const supportedExtension = ['1.3.6.1.1.21.1', '1.3.6.1.1.21.3']
    const other = toServerFacts(rootDse({ supportedExtension }), subschema)
    const openldap = toServerFacts(rootDse({ supportedExtension }), subschema, 'openldap')
    assert.equal(other.capabilities.hasTransactions, true)
    assert.equal(openldap.capabilities.hasTransactions, false)
  })

  it('uses nothing that the server does not list whole', () => {
    const { capabilities, ...rest } = toServerFacts(
      rootDse({ supportedControl: ['1.3.6.1.1.13.2'], supportedExtension: ['1.3.6.1.1.21.1'] }),
      subschema,
    )
    assert.deepEqual(rest, {
      software: 'other',
      hasPagedResults: false,
      hasAbsoluteFilters: false,
    })
    assert.equal(capabilities.hasReadEntry, false)
    assert.equal(capabilities.hasTransactions, false)
    assert.equal(capabilities.hasAssertion, false)
  })
})
