import assert from 'node:assert/strict'
import { Ledger, readJournal } from '../../torture/fuzz/journal-rules.ts'
import { SlapdWatch } from '../../torture/fuzz/slapd-rules.ts'

const base = 'ou=people,dc=example'
const account = 'cn=bridge,dc=example'
const bind = `conn=1 op=0 BIND dn="${account}" method=128`

describe('What the random requests may do to the directory', () => {
  const operations: readonly (readonly [what: string, operation: string, isAllowed: boolean])[] = [
    ['search the base', `SRCH base="${base}" scope=2`, true],
    ['change who is below it', `MOD dn="uid=a,${base}"`, true],
    [
      'move somebody to it',
      `MODRDN dn="uid=a,ou=x,${base}" newrdn="uid=a" newSuperior="${base}"`,
      true,
    ],
    ['delete the base', `DEL dn="OU=people,dc=example"`, false],
    ['change the base', `MOD dn="${base}"`, false],
    ['rename the base', `MODRDN dn="${base}" newrdn="ou=x"`, false],
    ['set a password of the base', `PASSMOD id="${base}" new`, false],
    ['write beside it', 'ADD dn="uid=a,dc=example"', false],
    ['search beside it', 'SRCH base="dc=example" scope=2', false],
    ['write to who is named like one below it', String.raw`DEL dn="uid=a\,${base}"`, false],
    [
      'move somebody away',
      `MODRDN dn="uid=a,${base}" newrdn="uid=a" newSuperior="dc=example"`,
      false,
    ],
  ]
  for (const [what, operation, isAllowed] of operations) {
    it(`is ${isAllowed ? '' : 'not '}to ${what}`, () => {
      const watch = new SlapdWatch(account)
      const lines = [bind, `conn=1 op=1 ${operation}`].map(
        (line) => `6560a1b2.00000001 0x7f ${line}`,
      )
      assert.equal(watch.look(lines, [base]).problems.length, isAllowed ? 0 : 1)
    })
  }

  const records: readonly (readonly [what: string, ldif: string, isAllowed: boolean])[] = [
    ['somebody below the base', `dn: uid=a,${base}\nchangetype: delete\n`, true],
    [
      'somebody who comes to it',
      `dn: uid=a,ou=x,${base}\nchangetype: modrdn\nnewsuperior: ${base}\n`,
      true,
    ],
    ['the base', `dn: ${base}\nchangetype: delete\n`, false],
    [
      'somebody who leaves it',
      `dn: uid=a,${base}\nchangetype: modrdn\nnewsuperior: dc=example\n`,
      false,
    ],
  ]
  for (const [what, ldif, isAllowed] of records) {
    it(`is ${isAllowed ? '' : 'not '}to record a write to ${what}`, () => {
      const hidden = { token: 'sdb_x', section: 'dc=example' }
      const { problems } = readJournal([JSON.stringify({ ldif })], [base], hidden)
      assert.equal(problems.length, isAllowed ? 0 : 1)
    })
  }

  it('is not to be anything before it has said who it is', () => {
    const watch = new SlapdWatch(account)
    const line = `6560a1b2.00000001 0x7f conn=1 op=0 SRCH base="dc=example" scope=2`
    assert.equal(watch.look([line], [base]).problems.length, 1)
  })

  it('is not to do what the log does not name, unless the line was too long for it', () => {
    const watch = new SlapdWatch(account)
    const line = `6560a1b2.00000001 0x7f conn=1 op=1 MOD dn="uid=aaaa`
    assert.equal(watch.look([line], [base]).problems.length, 1)
    assert.equal(watch.look([line.padEnd(4096, 'a')], [base]).problems.length, 0)
  })

  it('is to be recorded as often as it is done', () => {
    const write = { changeType: 'modify', dn: `uid=a,${base}` }
    const sameWrite = { changeType: 'modify', dn: `UID=A,${base}` }
    const other = { changeType: 'delete', dn: `uid=a,${base}` }
    const ledger = new Ledger()
    assert.deepEqual(ledger.missing([write], [other, sameWrite]), [])
    assert.equal(ledger.missing([write, write], [sameWrite]).length, 1)
    assert.deepEqual(ledger.missing([other], []), [])
    assert.equal(ledger.missing([other], []).length, 1)
  })
})
