import assert from 'node:assert/strict'
import { rolling } from '../../torture/rolling.ts'

describe('Two bridges behind a load balancer', function () {
  this.timeout(60_000)

  it('are restarted one after the other under load, and no request fails, nor one that is under way then', async () => {
    const said: string[] = []
    const problems = await rolling.run('short', (line) => said.push(line))
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
