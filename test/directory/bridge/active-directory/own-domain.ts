import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type Overrides, type TestBridge } from '../../../support/bridge.ts'
import { exampleDomain, startSamba } from '../../../support/samba.ts'

/** A bridge in front of a domain of its own, and the domain as its administrator sees it. */
export interface OwnDomain {
  readonly bridge: TestBridge
  readonly admin: AdminClient
  close(): Promise<void>
}

/** How long a hook that opens one may take. */
export const startLimitMs = 5 * 60_000

/** Starts a Samba, and opens a bridge in front of it. */
export async function openOwnDomain(overrides: Overrides = {}): Promise<OwnDomain> {
  const server = await startSamba()
  // A domain controller takes no password in clear text.
  const endpoint = { ...server, url: server.ldapsUrl }
  const bridge = await openTestBridge(
    endpoint,
    { 'directory.tls.caFile': server.caFile, ...overrides },
    { ...exampleDomain, preset: 'active-directory.yaml' },
  )
  return {
    bridge,
    admin: new AdminClient(endpoint),
    async close() {
      await bridge.close()
      await server.close()
    },
  }
}
