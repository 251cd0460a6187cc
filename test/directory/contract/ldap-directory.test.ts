import { describeDirectory } from '../../support/directory-contract.ts'
import { addSection } from '../../support/directory-section.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'

describeDirectory('LdapDirectory on OpenLDAP', async () => {
  const server = sharedOpenldap()
  const section = await addSection(server)
  const directory = await openLdapDirectory(server)
  return {
    directory,
    people: section.people,
    groups: section.groups,
    placeholder: exampleTree.placeholder,
    async close() {
      await directory.close()
      await section.remove()
    },
  }
})
