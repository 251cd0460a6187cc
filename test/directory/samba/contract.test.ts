import { describeDirectory, type OpenedDirectory } from '../../support/directory-contract.ts'
import { DomainController } from '../../support/domain-controller.ts'
import { exampleDomain } from '../../support/samba.ts'
import { activeDirectoryProfile, sambaProfile } from '../../support/server-profile.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'
import { addDomainSection } from './domain-section.ts'
import { sharedSamba } from '../../support/shared-samba.ts'
import { openedDirectory } from '../contract/opened-directory.ts'

/** @param isStrict through the double that behaves as Active Directory. */
async function open(isStrict: boolean): Promise<OpenedDirectory> {
  const samba = sharedSamba()
  const section = await addDomainSection(samba)
  const controller = await DomainController.start(samba)
  const url = isStrict ? controller.url : samba.ldapsUrl
  const tls = isStrict ? {} : { caFile: samba.caFile }
  const directory = await openLdapDirectory({ url, bridge: samba.bridge }, { tls })
  const opened = openedDirectory(directory, section, exampleDomain.suffix, () => controller.close())
  return { ...opened, elsewhere: section.former }
}

describeDirectory('LdapDirectory on Samba', () => open(false), sambaProfile)
describeDirectory('LdapDirectory on Active Directory', () => open(true), activeDirectoryProfile)
