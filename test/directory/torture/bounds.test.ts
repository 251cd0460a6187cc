import assert from 'node:assert/strict'
import { bounds } from '../../torture/bounds.ts'

describe('Slow, idle, oversized and many clients', function () {
  this.timeout(120_000)

  it('leave the memory of the bridge below a bound, and others served in time', async () => {
    const said: string[] = []
    const problems = await bounds.run('short', (line) => said.push(line))
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
