import assert from 'node:assert/strict'
import { and, equals } from '../../../src/directory/filter.ts'
import { toLdif } from '../../../src/directory/ldif.ts'
import type { LdapOperation } from '../../../src/directory/operation.ts'

const dn = 'uid=b.jensen,ou=people,dc=example,dc=org'

function ldif(...lines: readonly string[]): string {
  return ['version: 1', '', ...lines, ''].join('\n')
}

function linesOfValue(value: string | Buffer): string[] {
  return toLdif([{ kind: 'add', dn, attributes: [{ type: 'cn', values: [value] }] }])
    .trimEnd()
    .split('\n')
    .slice(4)
}

describe('toLdif (RFC 2849)', () => {
  it('is empty when there is nothing to do', () => {
    assert.equal(toLdif([]), '')
  })

  it('writes an add with every value', () => {
    const operation: LdapOperation = {
      kind: 'add',
      dn,
      attributes: [
        { type: 'objectClass', values: ['top', 'inetOrgPerson'] },
        { type: 'description', values: [''] },
      ],
    }
    assert.equal(
      toLdif([operation]),
      ldif(
        `dn: ${dn}`,
        'changetype: add',
        'objectClass: top',
        'objectClass: inetOrgPerson',
        'description:',
      ),
    )
  })

  it('writes a modify with each modification closed by a dash', () => {
    const operation: LdapOperation = {
      kind: 'modify',
      dn,
      modifications: [
        { operation: 'add', attribute: 'mail', values: ['a@example.org', 'b@example.org'] },
        { operation: 'delete', attribute: 'title', values: [] },
        { operation: 'replace', attribute: 'sn', values: ['Jensen'] },
      ],
    }
    assert.equal(
      toLdif([operation]),
      ldif(
        `dn: ${dn}`,
        'changetype: modify',
        'add: mail',
        'mail: a@example.org',
        'mail: b@example.org',
        '-',
        'delete: title',
        '-',
        'replace: sn',
        'sn: Jensen',
        '-',
      ),
    )
  })

  it('writes a rename, a move and a delete as records of their own', () => {
    assert.equal(
      toLdif([
        { kind: 'modifyDn', dn, newRdn: 'uid=bj', deleteOldRdn: true },
        {
          kind: 'modifyDn',
          dn,
          newRdn: 'uid=bj',
          deleteOldRdn: false,
          newSuperior: 'ou=left,dc=example,dc=org',
        },
        { kind: 'delete', dn },
      ]),
      ldif(
        `dn: ${dn}`,
        'changetype: modrdn',
        'newrdn: uid=bj',
        'deleteoldrdn: 1',
        '',
        `dn: ${dn}`,
        'changetype: modrdn',
        'newrdn: uid=bj',
        'deleteoldrdn: 0',
        'newsuperior: ou=left,dc=example,dc=org',
        '',
        `dn: ${dn}`,
        'changetype: delete',
      ),
    )
  })

  it('writes an assertion readably in a comment (RFC 4528)', () => {
    assert.equal(
      toLdif([{ kind: 'delete', dn, assertion: equals('uid', 'a*b') }]),
      ldif(`dn: ${dn}`, String.raw`# only if (uid=a\2ab)`, 'changetype: delete'),
    )
  })

  it('folds lines at 76 characters', () => {
    const value = `${'x'.repeat(72)}${'y'.repeat(75)}z`
    assert.deepEqual(linesOfValue(value), [`cn: ${'x'.repeat(72)}`, ` ${'y'.repeat(75)}`, ' z'])
    assert.deepEqual(linesOfValue('x'.repeat(72)), [`cn: ${'x'.repeat(72)}`])
  })

  it('folds a value of megabytes in no more than a moment', function () {
    this.timeout(2000)
    const values = ['x'.repeat(3_000_000)]
    const text = toLdif([{ kind: 'add', dn: 'cn=x', attributes: [{ type: 'title', values }] }])
    assert.ok(text.replaceAll('\n ', '').includes(`title: ${values[0]}\n`))
  })

  it('keeps characters whole where it folds a comment', () => {
    const [comment = '', rest = ''] = linesOfValue('😀'.repeat(72))
    assert.equal(comment, `# cn: ${'😀'.repeat(70)}`)
    assert.equal(rest, ` ${'😀'.repeat(2)}`)
  })

  describe('writes in Base64 what is not a safe string', () => {
    for (const [what, value] of [
      ['a space at the start', ' a'],
      ['a space at the end', 'a '],
      ['a colon at the start', ':a'],
      ['a less-than sign at the start, which would read a file', '<file:///etc/passwd'],
      ['a letter beyond ASCII', 'Müller'],
    ] as const) {
      it(`${what}, with the text in a comment`, () => {
        assert.deepEqual(linesOfValue(value), [
          `# cn: ${value}`,
          `cn:: ${Buffer.from(value).toString('base64')}`,
        ])
      })
    }

    for (const [what, value] of [
      ['a line end, which would forge a line', 'a\ndn: x'],
      ['a carriage return', 'a\rb'],
      ['a null', 'a\u0000b'],
      ['a terminal command', 'a\u001b[2J'],
      ['a mark that turns the direction of text', 'a\u202eb'],
      ['bytes that are no UTF-8', Buffer.from('fffe', 'hex')],
    ] as const) {
      it(`${what}, without a comment`, () => {
        assert.deepEqual(linesOfValue(value), [`cn:: ${Buffer.from(value).toString('base64')}`])
      })
    }

    it('in DNs, too', () => {
      const odd = 'cn=日本,dc=example,dc=org'
      assert.deepEqual(
        toLdif([
          { kind: 'modifyDn', dn: odd, newRdn: 'cn=ü', deleteOldRdn: true, newSuperior: 'ou=ö' },
        ]),
        ldif(
          `# dn: ${odd}`,
          `dn:: ${Buffer.from(odd).toString('base64')}`,
          'changetype: modrdn',
          '# newrdn: cn=ü',
          `newrdn:: ${Buffer.from('cn=ü').toString('base64')}`,
          'deleteoldrdn: 1',
          '# newsuperior: ou=ö',
          `newsuperior:: ${Buffer.from('ou=ö').toString('base64')}`,
        ),
      )
    })

    it('but not a colon, a less-than sign or a space within', () => {
      assert.deepEqual(linesOfValue('a: <b> c'), ['cn: a: <b> c'])
    })
  })

  describe('withholds passwords', () => {
    const secret = 'hunter2'
    const operations: readonly LdapOperation[] = [
      {
        kind: 'add',
        dn,
        attributes: [
          { type: 'uid', values: ['b.jensen'] },
          { type: 'userPassword', values: [secret] },
          { type: 'USERPASSWORD;x-other', values: [secret] },
          { type: 'unicodePwd', values: [Buffer.from(secret, 'utf16le')] },
          { type: 'pin', values: [secret] },
        ],
      },
      {
        kind: 'modify',
        dn,
        assertion: and([equals('uid', 'b'), equals('userPassword', secret)]),
        modifications: [
          { operation: 'replace', attribute: 'userPassword', values: [secret] },
          { operation: 'delete', attribute: 'userPassword', values: [] },
        ],
      },
      { kind: 'passwordModify', dn, newPassword: secret },
      { kind: 'passwordModify', dn: 'cn=ü', newPassword: secret },
    ]

    it('and leaves comments in their place, so that the rest is valid', () => {
      assert.equal(
        toLdif(operations, { secretAttributes: ['PIN'] }),
        ldif(
          `dn: ${dn}`,
          'changetype: add',
          'uid: b.jensen',
          '# userPassword: value withheld',
          '# USERPASSWORD;x-other: value withheld',
          '# unicodePwd: value withheld',
          '# pin: value withheld',
          '',
          `dn: ${dn}`,
          '# only if: value withheld',
          'changetype: modify',
          '# replace: userPassword',
          '# userPassword: value withheld',
          '# -',
          'delete: userPassword',
          '-',
          '',
          `# dn: ${dn}`,
          '# Password Modify operation (RFC 3062)',
          '# newPasswd: value withheld',
          '',
          '# dn: cn=ü',
          '# dn:: Y249w7w=',
          '# Password Modify operation (RFC 3062)',
          '# newPasswd: value withheld',
        ),
      )
    })

    it('in every encoding', () => {
      const text = toLdif(operations, { secretAttributes: ['pin'] })
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const bytes = Buffer.from(secret, encoding)
        for (const shown of [bytes.toString('latin1'), bytes.toString('base64').slice(0, 8)]) {
          assert.ok(!text.includes(shown))
        }
      }
    })
  })
})
