import assert from 'node:assert/strict'
import { BerWriter, type Control } from 'ldapts'
import {
  assertion,
  nextPageCookie,
  pagedResults,
  postRead,
  postReadEntry,
  preRead,
  preReadEntry,
  transactionSpecification,
} from '../../../src/directory/controls.ts'
import { equals } from '../../../src/directory/filter.ts'
import { toLdaptsFilter } from '../../../src/directory/ldap-filter.ts'
import { MalformedMessageError } from '../../../src/directory/message-error.ts'
import { element, entryElement, integer, octets } from '../../directory/connection/ldap-messages.ts'

const critical = Buffer.from('0101ff', 'hex')

function sent(control: Control): string {
  const writer = new BerWriter()
  control.write(writer)
  return writer.buffer.toString('hex')
}

function expected(oid: string, ...value: readonly Buffer[]): string {
  return element(0x30, octets(oid), critical, ...value.map((each) => octets(each))).toString('hex')
}

describe('request controls', () => {
  const names = element(0x30, octets('entryUUID'), octets('*'))
  const rows: [string, Control, string][] = [
    ['pre-read (RFC 4527 §3.1)', preRead(['entryUUID', '*']), expected('1.3.6.1.1.13.1', names)],
    ['post-read (RFC 4527 §3.2)', postRead(['entryUUID', '*']), expected('1.3.6.1.1.13.2', names)],
    [
      'assertion (RFC 4528 §3)',
      assertion(toLdaptsFilter(equals('cn', 'a'), true)),
      expected('1.3.6.1.1.12', element(0xa3, octets('cn'), octets('a'))),
    ],
    [
      'transaction specification, whose identifier may be empty (RFC 5805 §2.2)',
      transactionSpecification(Buffer.alloc(0)),
      expected('1.3.6.1.1.21.2', Buffer.alloc(0)),
    ],
    [
      'paged results of the first page (RFC 2696 §2)',
      pagedResults(500),
      expected('1.2.840.113556.1.4.319', element(0x30, integer(500), octets(''))),
    ],
    [
      'paged results of a further page (RFC 2696 §2)',
      pagedResults(1, Buffer.from([0, 255])),
      expected('1.2.840.113556.1.4.319', element(0x30, integer(1), octets(Buffer.from([0, 255])))),
    ],
  ]
  for (const [name, control, bytes] of rows) {
    it(`writes ${name} as critical`, () => {
      assert.equal(sent(control), bytes)
    })
  }
})

describe('read entry responses (RFC 4527 §3)', () => {
  const controls = new Map([
    ['1.3.6.1.1.13.1', entryElement('cn=a', { cn: [Buffer.from('a')] })],
    ['1.3.6.1.1.13.2', entryElement('cn=b', { jpegPhoto: [Buffer.from([255, 0])] })],
  ])

  it('hold the entry before and after the write, with values as bytes', () => {
    assert.equal(preReadEntry({ controls })?.text('cn'), 'a')
    assert.equal(postReadEntry({ controls })?.dn, 'cn=b')
    assert.deepEqual(postReadEntry({ controls })?.bytes('jpegphoto'), [Buffer.from([255, 0])])
  })

  it('are absent where the server gives none', () => {
    assert.equal(preReadEntry({ controls: new Map() }), undefined)
    assert.equal(postReadEntry({ controls: new Map() }), undefined)
  })

  it('are refused when they hold something else', () => {
    const broken = new Map([['1.3.6.1.1.13.2', Buffer.from('30', 'hex')]])
    assert.throws(() => postReadEntry({ controls: broken }), MalformedMessageError)
  })
})

function pageAnswer(value: Buffer): { readonly controls: ReadonlyMap<string, Buffer> } {
  return { controls: new Map([['1.2.840.113556.1.4.319', value]]) }
}

describe('nextPageCookie (RFC 2696 §3)', () => {
  it('is the cookie of the answer, as bytes', () => {
    const cookie = Buffer.from([255, 0, 1])
    const value = element(0x30, integer(0), octets(cookie))
    assert.deepEqual(nextPageCookie(pageAnswer(value)), cookie)
  })

  it('is absent behind the last page and where the server does not page', () => {
    assert.equal(nextPageCookie(pageAnswer(element(0x30, integer(0), octets('')))), undefined)
    assert.equal(nextPageCookie({ controls: new Map() }), undefined)
  })

  it('refuses an answer that is not well-formed', () => {
    assert.throws(
      () => nextPageCookie(pageAnswer(Buffer.from('3003', 'hex'))),
      MalformedMessageError,
    )
  })
})
