import { shared389ds } from '../../../support/shared-389ds.ts'
import { describeServer } from '../contract.ts'
import { place389, shared } from '../places.ts'

describeServer({
  ...place389,
  obtain: async () => {
    const server = shared389ds()
    return shared(server, {
      'directory.urls': server.ldapsUrl,
      'directory.tls.caFile': server.caFile,
    })
  },
})
