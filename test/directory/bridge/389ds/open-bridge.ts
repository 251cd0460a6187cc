import { openTestBridge, type Overrides, type TestBridge } from '../../../support/bridge.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { shared389ds } from '../../../support/shared-389ds.ts'

/** Opens a bridge in front of the 389 DS that all tests of a run share. */
export async function openBridge389(overrides: Overrides = {}): Promise<TestBridge> {
  const server = shared389ds()
  return await openTestBridge(
    server,
    { 'directory.urls': server.ldapsUrl, 'directory.tls.caFile': server.caFile, ...overrides },
    { ...exampleTree, preset: '389ds.yaml' },
  )
}
