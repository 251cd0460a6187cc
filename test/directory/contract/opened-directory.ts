import type { LdapDirectory } from '../../../src/directory/ldap-directory.ts'
import type { OpenedDirectory } from '../../support/directory-contract.ts'
import type { DirectorySection } from '../../support/directory-section.ts'

/** A section of a server as the contract of the port works on it.
 *  @param placeholder what stands in a group without members.
 *  @param release gives back what stands between the adapter and the server. */
export function openedDirectory(
  directory: LdapDirectory,
  section: DirectorySection,
  placeholder: string,
  release: () => Promise<void> = async () => {},
): OpenedDirectory {
  return {
    directory,
    people: section.people,
    groups: section.groups,
    placeholder,
    async close() {
      await directory.close()
      await release()
      await section.remove()
    },
  }
}
