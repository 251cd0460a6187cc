import assert from 'node:assert/strict'
import { twoBridges } from '../../torture/two-bridges.ts'

describe('Two bridges in front of one directory', function () {
  this.timeout(60_000)

  it('lose nothing of what is written through both, and let one win of those who change one version', async () => {
    const said: string[] = []
    const problems = await twoBridges.run('short', (line) => said.push(line))
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
