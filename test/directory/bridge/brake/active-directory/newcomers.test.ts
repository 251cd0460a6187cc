import { exampleDomain } from '../../../../support/samba.ts'
import { sharedSamba } from '../../../../support/shared-samba.ts'
import { sambaPlace, shared } from '../../../servers/places.ts'
import { describeNewcomers } from '../newcomers.ts'

describeNewcomers({
  ...sambaPlace,
  settings: { ...sambaPlace.settings, 'brake.entry': exampleDomain.brake },
  obtain: async () => {
    const samba = sharedSamba()
    // A domain controller takes no password in clear text.
    return shared({ ...samba, url: samba.ldapsUrl }, { 'directory.tls.caFile': samba.caFile })
  },
})
