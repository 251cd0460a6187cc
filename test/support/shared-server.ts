import type { DirectoryEndpoint, DirectoryServer } from './directory-server.ts'

// An image is built, or packages are downloaded, the first time.
const preparationLimitMs = 5 * 60_000

/** Makes hooks of the whole run that obtain a server before the first test and give it back after the last one: to be
 *  called while mocha reads the test files.
 *  @param start one of our own is closed at the end, one of somebody else's is not.
 *  @returns the server, from the first hook or test on. It is not to be stopped; a test that needs to do so starts its own, and
 *  each works in a section of its own. */
export function shareServer(
  name: string,
  start: () => Promise<DirectoryEndpoint | DirectoryServer>,
): () => DirectoryEndpoint {
  let shared: DirectoryEndpoint | undefined
  let close: (() => Promise<void>) | undefined

  before(`obtain ${name}`, async function () {
    this.timeout(preparationLimitMs)
    const server = await start()
    shared = server
    if ('close' in server) close = () => server.close()
    for (const reason of server.passedOver) console.log(`  ${name} not by way of ${reason}`)
    console.log(`  ${name} ${server.version}: ${server.obtained}\n`)
  })

  after(`give ${name} back`, async () => close?.())

  // A run that is broken off ends before its hooks. Not once(): testcontainers brings signal-exit, which ends the process
  // at once when it finds nobody else listening.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      void (close?.() ?? Promise.resolve()).finally(() => process.exit(1))
    })
  }

  return () => {
    if (shared === undefined) throw new Error(`${name} is there for hooks and tests alone`)
    return shared
  }
}
