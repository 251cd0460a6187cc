import assert from 'node:assert/strict'
import type { TenantBridge } from '../../../src/cli/bridge.ts'
import { Readiness } from '../../../src/cli/readiness.ts'

/** A bridge of which nothing is asked but whether its directory can be reached. */
function bridgeWith(isReachable: () => Promise<boolean>): TenantBridge {
  return { bridge: { directory: { isReachable } } } as unknown as TenantBridge
}

describe('Readiness', () => {
  it('is over when the bridge is told to stop, also for who has asked before and waits for the directory', async () => {
    const reached = Promise.withResolvers<boolean>()
    const readiness = new Readiness(
      bridgeWith(() => reached.promise),
      { state: 'ready', kind: 'openldap', doubts: [] },
    )
    const asked = readiness.isReady()
    readiness.stop()
    reached.resolve(true)
    assert.equal(await asked, false)
    assert.equal(await readiness.isReady(), false)
  })
})
