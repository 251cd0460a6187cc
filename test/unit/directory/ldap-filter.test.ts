import assert from 'node:assert/strict'
import { BerWriter } from 'ldapts'
import {
  and,
  equals,
  extensible,
  type Filter,
  greaterOrEqual,
  lessOrEqual,
  not,
  or,
  present,
  substrings,
} from '../../../src/directory/filter.ts'
import { toLdaptsFilter } from '../../../src/directory/ldap-filter.ts'

/** The filter as it goes over the wire, in hexadecimal. */
function sent(filter: Filter, hasAbsoluteFilters = true): string {
  const writer = new BerWriter()
  toLdaptsFilter(filter, hasAbsoluteFilters).write(writer)
  return writer.buffer.toString('hex')
}

function element(tag: string, ...contents: readonly string[]): string {
  const content = contents.join('')
  return tag + (content.length / 2).toString(16).padStart(2, '0') + content
}

function text(value: string, tag = '04'): string {
  return element(tag, Buffer.from(value).toString('hex'))
}

describe('toLdaptsFilter (RFC 4511 §4.5.1)', () => {
  const cn = text('cn')
  const rows: [string, Filter, string][] = [
    ['equality', equals('cn', 'ü'), element('a3', cn, text('ü'))],
    ['greater or equal', greaterOrEqual('cn', 'b'), element('a5', cn, text('b'))],
    ['less or equal', lessOrEqual('cn', 'b'), element('a6', cn, text('b'))],
    ['presence', present('cn'), text('cn', '87')],
    [
      'substrings in their order',
      substrings('cn', { initial: 'a', any: ['b*', 'c'], final: 'd' }),
      element(
        'a4',
        cn,
        element('30', text('a', '80'), text('b*', '81'), text('c', '81'), text('d', '82')),
      ),
    ],
    [
      'a single substring',
      substrings('cn', { any: [')'] }),
      element('a4', cn, element('30', text(')', '81'))),
    ],
    [
      'a named matching rule',
      extensible('userAccountControl', '1.2.840.113556.1.4.803', '2'),
      element(
        'a9',
        text('1.2.840.113556.1.4.803', '81'),
        text('userAccountControl', '82'),
        text('2', '83'),
      ),
    ],
    [
      'and, or and not, nested',
      and([or([present('a'), present('b')]), not(present('c'))]),
      element(
        'a0',
        element('a1', text('a', '87'), text('b', '87')),
        element('a2', text('c', '87')),
      ),
    ],
  ]
  for (const [what, filter, bytes] of rows) {
    it(`sends ${what}`, () => {
      assert.equal(sent(filter), bytes)
    })
  }

  it('defect 11: sends bytes above 7f as they are, in every assertion that takes a value', () => {
    const guid = Buffer.from('45d9a5f8b02b404fc3a900ff80fe0102', 'hex')
    const value = element('04', guid.toString('hex'))
    assert.equal(sent(equals('objectGUID', guid)), element('a3', text('objectGUID'), value))
    assert.equal(sent(greaterOrEqual('x', guid)), element('a5', text('x'), value))
    assert.equal(sent(lessOrEqual('x', guid)), element('a6', text('x'), value))
    assert.equal(
      sent(extensible('x', '1.2', guid)),
      element('a9', text('1.2', '81'), text('x', '82'), element('83', guid.toString('hex'))),
    )
  })

  it('defect 12: sends attributes with options and attributes named by OID', () => {
    assert.equal(sent(equals('cn;lang-de', 'x')), element('a3', text('cn;lang-de'), text('x')))
    assert.equal(sent(present('2.5.4.3')), text('2.5.4.3', '87'))
  })

  it('defect 12: sends absolute True and False (RFC 4526)', () => {
    assert.equal(sent(and([])), 'a000')
    assert.equal(sent(or([])), 'a100')
  })

  it('asks servers without RFC 4526 for every entry, or for none, by its object class', () => {
    const everything = text('objectClass', '87')
    assert.equal(sent(and([]), false), everything)
    assert.equal(sent(or([]), false), element('a2', everything))
    assert.equal(sent(not(or([])), false), element('a2', element('a2', everything)))
  })

  it('sends characters of filter text as what they are', () => {
    assert.equal(sent(equals('cn', '*)(\\2a\0')), element('a3', cn, text('*)(\\2a\0')))
  })

  it('sends an empty value', () => {
    assert.equal(sent(equals('cn', '')), element('a3', cn, '0400'))
  })
})
