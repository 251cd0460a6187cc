import assert from 'node:assert/strict'
import { problemsOfDyingLog } from '../../torture/faults/log-rules.ts'

const hidden = { token: 'sdb_x', section: 'ou=a1b2' }
const failure = '{"level":"error","message":"request failed","status":503}'

describe('The log of a bridge whose directory dies', () => {
  it('tells of failures, and of no secret', () => {
    assert.deepEqual(problemsOfDyingLog(`${failure}\n`, hidden), [])
    assert.deepEqual(problemsOfDyingLog('', hidden), ['the log has no failure'])
  })

  const encoded = Buffer.from('Secret-word-17').toString('base64')
  const lines: readonly (readonly [what: string, line: string])[] = [
    ['a password', 'Secret-word-17'],
    ['a password', encoded],
    ['the token', 'Bearer sdb_x'],
    ['a DN', 'uid=ada,ou=a1b2,ou=people'],
  ]
  for (const [what, text] of lines) {
    it(`is found to show ${what}: ${text}`, () => {
      const line = failure.replace('503', `"${text}"`)
      const problems = problemsOfDyingLog(line, hidden)
      assert.deepEqual(problems, [`the log shows ${what}: ${line}`])
    })
  }
})
