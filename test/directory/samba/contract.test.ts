import { describeDirectory, type OpenedDirectory } from '../../support/directory-contract.ts'
import { exampleDomain, startSamba } from '../../support/samba.ts'
import { sambaProfile } from '../../support/server-profile.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'
import { addDomainSection } from './domain-section.ts'

async function open(): Promise<OpenedDirectory> {
  const server = await startSamba()
  const { people, groups } = await addDomainSection(server)
  const directory = await openLdapDirectory(
    { url: server.ldapsUrl, bridge: server.bridge },
    { tls: { caFile: server.caFile } },
  )
  return {
    directory,
    people,
    groups,
    elsewhere: exampleDomain.former,
    placeholder: people,
    async close() {
      await directory.close()
      await server.close()
    },
  }
}

describeDirectory('LdapDirectory on Samba', open, sambaProfile)
