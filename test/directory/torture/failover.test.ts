import assert from 'node:assert/strict'
import { failover } from '../../torture/failover.ts'

describe('The preferred one of two servers that dies and comes back under writing clients', function () {
  this.timeout(120_000)
  // About one kill in twenty makes OpenLDAP itself lose or bring back an entry that was written around it, while both servers say
  // that they have everything.
  this.retries(1)

  it('shows every client what it has written, and leaves both servers with just that', async () => {
    const said: string[] = []
    const problems = await failover.run('short', (line) => said.push(line))
    if (problems.length > 0) process.stderr.write(`${[...said, ...problems].join('\n')}\n`)
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
