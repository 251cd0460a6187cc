import { describeDirectory, type OpenedDirectory } from '../../support/directory-contract.ts'
import { addSection } from '../../support/directory-section.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { profile389 } from '../../support/server-profile.ts'
import { shared389ds } from '../../support/shared-389ds.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'
import { openedDirectory } from '../contract/opened-directory.ts'

async function open(): Promise<OpenedDirectory> {
  const server = shared389ds()
  const section = await addSection(server)
  const directory = await openLdapDirectory(
    { url: server.ldapsUrl, bridge: server.bridge },
    { tls: { caFile: server.caFile } },
  )
  return openedDirectory(directory, section, exampleTree.placeholder)
}

describeDirectory('LdapDirectory on 389 DS', open, profile389)
