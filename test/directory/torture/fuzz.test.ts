import assert from 'node:assert/strict'
import { fuzz } from '../../torture/fuzz.ts'

describe('Whatever a client sends', function () {
  this.timeout(120_000)

  it('is answered within five seconds, without a 5xx, an error in the log, a secret told, a write that the journal lacks, or an LDAP operation outside of the bases', async () => {
    const said: string[] = []
    const problems = await fuzz.run('short', (line) => said.push(line))
    assert.deepEqual(problems, [], said.join('\n'))
  })
})
