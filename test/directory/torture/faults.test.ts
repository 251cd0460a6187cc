import assert from 'node:assert/strict'
import { faults } from '../../torture/faults.ts'

describe('A directory that dies, stands still and is cut off under many clients', function () {
  this.timeout(120_000)

  it('holds what each answer promised, and is served again within a second of its return', async () => {
    const said: string[] = []
    const problems = await faults.run('short', (line) => said.push(line))
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
