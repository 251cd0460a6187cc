import assert from 'node:assert/strict'
import { failover } from '../../torture/failover.ts'

describe('The preferred one of two servers that dies and comes back under writing clients', function () {
  this.timeout(120_000)

  it('shows every client what it has written, and leaves both servers with just that', async () => {
    const said: string[] = []
    const problems = await failover.run('short', (line) => said.push(line))
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
