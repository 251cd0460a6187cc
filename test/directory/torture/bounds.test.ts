import assert from 'node:assert/strict'
import { bounds } from '../../torture/bounds.ts'

describe('Slow, idle, oversized and many clients', function () {
  this.timeout(240_000)

  it('leave the memory of the bridge below a bound, others served in time, and the bridge able to say that it lives', async () => {
    const said: string[] = []
    const problems = await bounds.run('short', (line) => said.push(line))
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
