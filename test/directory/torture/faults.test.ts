import assert from 'node:assert/strict'
import { faults } from '../../torture/faults.ts'

describe('A directory that dies, stands still and is cut off under many clients', function () {
  this.timeout(120_000)
  // About one run in fifteen on a busy machine ends with one manager not set who was awaited; why is not known yet. The first
  // attempt is told, so that it can be looked into.
  this.retries(1)

  it('holds what each answer promised, and is served again within a second of its return', async () => {
    const said: string[] = []
    const problems = await faults.run('short', (line) => said.push(line))
    if (problems.length > 0) process.stderr.write(`${[...said, ...problems].join('\n')}\n`)
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
