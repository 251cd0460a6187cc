import type { OpenldapEndpoint } from './openldap-server.ts'
import { givenOpenldap, startOpenldap } from './openldap.ts'

// An image is built, or packages are downloaded, the first time.
const preparationLimitMs = 5 * 60_000

let shared: OpenldapEndpoint | undefined
let close = async (): Promise<void> => {}

// Whoever imports this file makes these hooks of the whole run: mocha reads test files before it runs the first test.
before('obtain an OpenLDAP', async function () {
  this.timeout(preparationLimitMs)
  shared = await givenOpenldap()
  if (shared === undefined) {
    const server = await startOpenldap()
    shared = server
    close = () => server.close()
  }
  for (const reason of shared.passedOver) console.log(`  OpenLDAP not by way of ${reason}`)
  console.log(`  OpenLDAP ${shared.version}: ${shared.obtained}\n`)
})

after('give the OpenLDAP back', async () => close())

// A run that is broken off ends before its hooks. Not once(): testcontainers brings signal-exit, which ends the process at
// once when it finds nobody else listening.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    void close().finally(() => process.exit(1))
  })
}

/** The one OpenLDAP that all tests of a run share, from the first hook or test on. It is not to be stopped; a test that
 *  needs to do so starts its own, and each works in a section of its own. */
export function sharedOpenldap(): OpenldapEndpoint {
  if (shared === undefined) throw new Error('sharedOpenldap() is for hooks and tests')
  return shared
}
