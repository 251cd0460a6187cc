import { openTestBridge, type Overrides, type TestBridge } from '../../../support/bridge.ts'
import type { DirectoryEndpoint } from '../../../support/directory-server.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { shared389ds } from '../../../support/shared-389ds.ts'

/** Opens a bridge in front of a 389 DS.
 *  @param server default: the one that all tests of a run share. */
export async function openBridge389(
  overrides: Overrides = {},
  server: DirectoryEndpoint = shared389ds(),
): Promise<TestBridge> {
  return await openTestBridge(
    server,
    { 'directory.urls': server.ldapsUrl, 'directory.tls.caFile': server.caFile, ...overrides },
    { ...exampleTree, preset: '389ds.yaml' },
  )
}
