import assert from 'node:assert/strict'
import { problemsOfJournal } from '../../torture/fuzz/record-rules.ts'
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
      const watch = new SlapdWatch(account, [base])
      const lines = [bind, `conn=1 op=1 ${operation}`].map(
        (line) => `6560a1b2.00000001 0x7f ${line}`,
      )
      assert.equal(watch.problemsOf(lines).length, isAllowed ? 0 : 1)
    })
  }

  const records: readonly (readonly [what: string, ldif: string, isAllowed: boolean])[] = [
    ['somebody below the base', `dn: uid=a,${base}\nchangetype: delete\n`, true],
    ['somebody who comes to it', `dn: uid=a,ou=x,${base}\nnewsuperior: ${base}\n`, true],
    ['the base', `dn: ${base}\nchangetype: delete\n`, false],
    ['somebody who leaves it', `dn: uid=a,${base}\nnewsuperior: dc=example\n`, false],
  ]
  for (const [what, ldif, isAllowed] of records) {
    it(`is ${isAllowed ? '' : 'not '}to record a write to ${what}`, () => {
      const hidden = { token: 'sdb_x', section: 'dc=example' }
      const problems = problemsOfJournal([JSON.stringify({ ldif })], [base], hidden)
      assert.equal(problems.length, isAllowed ? 0 : 1)
    })
  }
})
