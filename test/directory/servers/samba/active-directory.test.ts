import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DomainController } from '../../../support/domain-controller.ts'
import { sharedSamba } from '../../../support/shared-samba.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { selfSigned } from '../../connection/self-signed.ts'
import { describeServer } from '../contract.ts'
import { activeDirectoryPlace, sambaPlace, shared } from '../places.ts'

describeServer({
  ...sambaPlace,
  obtain: async () => {
    const samba = sharedSamba()
    // A domain controller takes no password in clear text.
    return shared({ ...samba, url: samba.ldapsUrl }, { 'directory.tls.caFile': samba.caFile })
  },
})

describeServer({
  ...activeDirectoryPlace,
  obtain: async () => {
    const samba = sharedSamba()
    const identity = selfSigned('Domain controller')
    const folder = await temporaryFolder('domain-controller')
    const caFile = path.join(folder.path, 'ca.pem')
    await writeFile(caFile, identity.certificate)
    const controller = await DomainController.start(samba, { identity })
    return {
      server: { ...samba, url: samba.ldapsUrl },
      settings: { 'directory.urls': controller.url, 'directory.tls.caFile': caFile },
      async release() {
        await controller.close()
        await folder.remove()
      },
    }
  },
})
