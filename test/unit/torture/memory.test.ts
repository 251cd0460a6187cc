import assert from 'node:assert/strict'
import { mibIn } from '../../torture/memory.ts'

describe('The memory of a process', () => {
  it('is that which is resident', () => {
    const status = 'Name:\tnode\nState:\tS (sleeping)\nVmHWM:\t  999999 kB\nVmRSS:\t  149504 kB\n'
    assert.equal(mibIn(status), 146)
  })

  it('is not taken for none when the process has ended, or is not to be read', () => {
    const message = 'a process has no memory (VmRSS): Name:\tnode, State:\tZ (zombie)'
    assert.throws(() => mibIn('Name:\tnode\nState:\tZ (zombie)\nThreads:\t1\n'), { message })
    assert.throws(() => mibIn('Name:\tnode\nVmRSS:\tmany kB\n'), /Name:\tnode$/u)
  })
})
