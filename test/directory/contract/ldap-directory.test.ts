import { describeDirectory, type OpenedDirectory } from '../../support/directory-contract.ts'
import { addSection } from '../../support/directory-section.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { openldapProfile } from '../../support/server-profile.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import { LdapProxy } from '../adapter/ldap-proxy.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'
import { openedDirectory } from './opened-directory.ts'

/** @param hidden the OIDs of what the server is made to seem unable to do. */
async function open(hidden: readonly string[] = []): Promise<OpenedDirectory> {
  const server = sharedOpenldap()
  const section = await addSection(server)
  const proxy = await LdapProxy.start(server.url, hidden)
  const { url } = hidden.length === 0 ? server : proxy
  const directory = await openLdapDirectory({ url, bridge: server.bridge })
  return openedDirectory(directory, section, exampleTree.placeholder, () => proxy.close())
}

const postRead = '1.3.6.1.1.13.2'
const withoutPostRead = {
  ...openldapProfile,
  capabilities: { ...openldapProfile.capabilities, hasReadEntry: false },
}

describeDirectory('LdapDirectory on OpenLDAP', open)
describeDirectory(
  'LdapDirectory on a server without Post-Read',
  () => open([postRead]),
  withoutPostRead,
)
