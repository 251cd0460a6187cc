import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  InvalidDnError,
  childDn,
  foldText,
  formatDn,
  formatRdn,
  isSameDn,
  isWithin,
  normalizeDn,
  parentDn,
  parseDn,
  rdnOf,
} from '../../../src/directory/dn.ts'

const people = 'ou=people,dc=example,dc=test'

const oddNames = [
  'a,b',
  'a+b',
  '#x',
  ' x ',
  '  x  ',
  ' ',
  '   ',
  'x"y',
  'x\\y',
  'x\\',
  '\\20',
  'x/y',
  'x=y',
  'x;y',
  'x%y',
  'x*y',
  '(x)',
  '<x>',
  'x\0y',
  'x\ny',
  'x\r\n\ty',
  '\u007f',
  'ü',
  '日本',
  '👩‍👩‍👧‍👦',
  'x'.repeat(200),
  'ü'.repeat(200),
  "x'y",
  'x,y=z,ou=people',
  '\uFEFFx',
]

describe('formatRdn and childDn (RFC 4514 §2.4)', () => {
  const cases: [string, string][] = [
    ['a,b', String.raw`uid=a\,b`],
    ['a+b', String.raw`uid=a\+b`],
    ['#x', String.raw`uid=\#x`],
    ['x#', 'uid=x#'],
    [' x ', String.raw`uid=\20x\20`],
    [' ', String.raw`uid=\20`],
    ['x y', 'uid=x y'],
    ['x"y', String.raw`uid=x\"y`],
    ['x\\y', String.raw`uid=x\\y`],
    ['x/y', 'uid=x/y'],
    ['x=y', String.raw`uid=x\=y`],
    ['x;y', String.raw`uid=x\;y`],
    ['<x>', String.raw`uid=\<x\>`],
    ['x\0y', String.raw`uid=x\00y`],
    ['x\ny', String.raw`uid=x\0Ay`],
    ['日本', 'uid=日本'],
    ['', 'uid='],
  ]
  for (const [value, text] of cases) {
    it(`writes ${JSON.stringify(value)} as ${text}`, () => {
      assert.equal(formatRdn([{ type: 'uid', value }]), text)
    })
  }

  it('defect 14: escapes by backslash and never quotes, as Samba and 389 read quotes differently', () => {
    assert.equal(childDn('cn', 'dquote" ', people), String.raw`cn=dquote\"\20,${people}`)
    for (const name of oddNames) {
      assert.ok(!/(^|[^\\])"/.test(childDn('cn', name, people)), name)
    }
  })

  it('joins the parts of a multi-valued RDN by plus', () => {
    const rdn = [
      { type: 'cn', value: 'a+b' },
      { type: 'uid', value: '1' },
    ]
    assert.equal(formatRdn(rdn), String.raw`cn=a\+b+uid=1`)
  })

  it('places an entry directly below the root when the parent is empty', () => {
    assert.equal(childDn('dc', 'test', ''), 'dc=test')
  })
})

describe('parseDn (RFC 4514 §3)', () => {
  for (const name of oddNames) {
    it(`reads back the name ${JSON.stringify(name).slice(0, 40)}`, () => {
      const dn = childDn('uid', name, people)
      assert.deepEqual(rdnOf(dn), [{ type: 'uid', value: name }])
      assert.equal(parentDn(dn), people)
    })
  }

  it('reads back whatever was written, for any names and any depth', () => {
    const pair = fc.record(
      {
        type: fc.constantFrom('uid', 'cn', 'OU', 'x-y1', '2.5.4.3'),
        value: fc.oneof(
          fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
          fc.string({
            unit: fc.constantFrom(' ', ',', '+', '\\', '"', '#', '=', ';', 'a', 'ü', '2'),
          }),
        ),
      },
      { noNullPrototype: true },
    )
    const rdns = fc.array(fc.array(pair, { minLength: 1, maxLength: 3 }), { maxLength: 5 })
    fc.assert(fc.property(rdns, (dn) => assert.deepEqual(parseDn(formatDn(dn)), dn)))
  })

  it('either reads a text or says that it is no DN', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '=', ',', '+', '"', '\\', ' ', '#', '4', '0', 'ü', ';', '.'),
    })
    fc.assert(
      fc.property(text, (dn) => {
        try {
          assert.equal(isSameDn(formatDn(parseDn(dn)), dn), true)
        } catch (error) {
          assert.ok(error instanceof InvalidDnError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  const spellings: [string, string, string][] = [
    ['blanks around separators', 'uid = bob , ou= people', 'uid=bob,ou=people'],
    ['a semicolon between RDNs', 'uid=bob;ou=people', 'uid=bob,ou=people'],
    ['a quoted value', 'cn="a, b+c ",ou=people', String.raw`cn=a\, b\+c\20,ou=people`],
    ['a quote within quotes', String.raw`cn="a\"b"`, String.raw`cn=a\"b`],
    ['escaped bytes of one character', String.raw`cn=\C3\BCber\2C`, String.raw`cn=über\,`],
    ['an escaped trailing blank', 'cn=a\\ ,ou=b', String.raw`cn=a\20,ou=b`],
    ['an escaped trailing blank before a plain one', 'cn=a\\  ,ou=b', String.raw`cn=a\20,ou=b`],
    ['a backslash before a trailing blank', String.raw`cn=a\\ ,ou=b`, String.raw`cn=a\\,ou=b`],
    ['a value in BER', 'cn=#0403616263', 'cn=abc'],
    ['a value in BER with a long length', 'cn=#0c8103C3BC61', 'cn=üa'],
    ['a numeric type with its prefix', 'OID.2.5.4.3=a', '2.5.4.3=a'],
    ['an equals sign and angle brackets', 'cn=a=<b>', String.raw`cn=a\=\<b\>`],
    ['an empty value', 'cn=,ou=b', 'cn=,ou=b'],
  ]
  for (const [what, text, same] of spellings) {
    it(`reads ${what}`, () => {
      assert.equal(formatDn(parseDn(text)), same)
    })
  }

  it('reads the empty DN as the root', () => {
    assert.deepEqual(parseDn(''), [])
    assert.deepEqual(parseDn(' '), [])
    assert.equal(parentDn(''), '')
    assert.equal(parentDn('dc=test'), '')
    assert.throws(() => rdnOf(''), InvalidDnError)
  })

  const broken: [string, string][] = [
    ['a comma at the end', 'uid=bob,'],
    ['a comma at the start', ',uid=bob'],
    ['a type alone', 'uid'],
    ['a value alone', '=bob'],
    ['a lone backslash', 'uid=bob\\'],
    ['an unknown escape', String.raw`uid=\z`],
    ['half an escaped byte', String.raw`uid=\4`],
    ['an open quote', 'uid="bob'],
    ['text after a quote', 'uid="bob"by'],
    ['a quote within a value', 'uid=bo"b'],
    ['NUL', 'uid=a\0b'],
    ['bytes that are not UTF-8', String.raw`uid=\FF`],
    ['odd hexadecimal', 'uid=#040'],
    ['BER that is no text', 'uid=#0101FF'],
    ['BER that is too short', 'uid=#0405ff'],
    ['BER without a length', 'uid=#04'],
    ['a blank within a type', 'u id=bob'],
  ]
  for (const [what, text] of broken) {
    it(`refuses ${what}, without repeating the text`, () => {
      assert.throws(
        () => parseDn(text),
        (error) => error instanceof InvalidDnError && !error.message.includes('bob'),
      )
    })
  }
})

describe('normalizeDn and isSameDn', () => {
  const same: [string, string, string][] = [
    ['case', 'UID=Bob,OU=People', 'uid=bob,ou=people'],
    ['case beyond ASCII', 'cn=ÜBER', 'cn=über'],
    ['case of a final sigma', 'cn=ΟΔΟΣ', 'cn=οδοσ'],
    ['inner blanks', 'cn=a   b', 'cn=a b'],
    ['outer blanks', String.raw`cn=\20 a b\20`, 'cn=a b'],
    ['escapes', String.raw`cn=a\2Cb`, String.raw`cn=a\,b`],
    ['the order of a multi-valued RDN', 'cn=a+uid=b', 'uid=B+cn=A'],
    ['an OID for a name', '0.9.2342.19200300.100.1.1=bob,2.5.4.11=x', 'uid=bob,ou=x'],
    ['a long name for a short one', 'commonName=bob,domainComponent=x', 'cn=bob,dc=x'],
    ['composed and decomposed letters', 'cn=u\u0308', 'cn=ü'],
  ]
  for (const [what, one, other] of same) {
    it(`takes no account of ${what}`, () => {
      assert.equal(normalizeDn(one), normalizeDn(other))
      assert.ok(isSameDn(one, other))
    })
  }

  it('tells different names apart', () => {
    assert.ok(!isSameDn('cn=a,ou=b', String.raw`cn=a\,ou\=b`))
    assert.ok(!isSameDn('cn=ab', 'cn=a b'))
    assert.ok(!isSameDn('cn=a+cn=b', String.raw`cn=a\+cn\=b`))
    assert.ok(!isSameDn('cn=a', 'sn=a'))
  })

  it('yields for a plain DN, which is not taken apart, the key of the same DN that is', () => {
    const type = fc.constantFrom('cn', 'UID', 'ou', 'commonName', 'domainComponent', 'x-1')
    const value = fc.stringMatching(/^[\w.@'()/:&!*-]( ?[\w.@'()/:&!*-]){0,6}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(type, value), { minLength: 1 }), (pairs) => {
        const rdns = pairs.map((pair) => pair.join('='))
        const [plain, spaced] = [rdns.join(','), ` ${rdns.join(' , ')}`]
        assert.equal(normalizeDn(plain), normalizeDn(spaced))
        assert.ok(isWithin(`uid=a,${plain}`, spaced))
        assert.equal(isWithin(plain, rdns.slice(1).join(',')), true)
        assert.equal(isWithin(`z${plain}`, plain), isWithin(`z${plain}`, spaced))
      }),
    )
  })

  it('yields a key that is its own key', () => {
    const value = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(value, (name) => {
        const key = normalizeDn(childDn('uid', name, people))
        assert.equal(normalizeDn(key), key)
      }),
    )
  })
})

describe('isWithin', () => {
  it('holds for the base itself and for what is below it, in any spelling', () => {
    assert.ok(isWithin(people, people))
    assert.ok(isWithin('uid=bob,OU=People, DC=example,dc=TEST', people))
    assert.ok(isWithin('cn=x,uid=bob,ou=people,dc=example,dc=test', people))
    assert.ok(isWithin('uid=bob', ''))
    assert.ok(isWithin('', ''))
  })

  it('does not hold for what is beside or above the base', () => {
    assert.ok(!isWithin('uid=bob,ou=other,dc=example,dc=test', people))
    assert.ok(!isWithin('dc=example,dc=test', people))
    assert.ok(!isWithin('', people))
    assert.ok(!isWithin('uid=bob,xou=people,dc=example,dc=test', people))
  })

  it('is not fooled by a base within an escaped name', () => {
    assert.ok(!isWithin(String.raw`uid=x\,ou=people\,dc=example\,dc=test`, people))
    assert.ok(!isWithin(String.raw`uid=x\2Cou=people,dc=example,dc=test`, people))
    assert.ok(!isWithin('uid="x,ou=people,dc=example,dc=test"', people))
    assert.ok(isWithin(childDn('uid', 'x,ou=groups', people), people))
    assert.ok(!isWithin(String.raw`uid=x\\\,ou=people,dc=example,dc=test`, people))
    assert.ok(isWithin(String.raw`uid=x\\,ou=people,dc=example,dc=test`, people))
  })
})

describe('foldText (RFC 4518 §2)', () => {
  it('folds case and blanks', () => {
    assert.equal(foldText('  Ann   MARY '), 'ann mary')
    assert.equal(foldText('ÉCOLE'), foldText('e\u0301cole'))
  })
})
