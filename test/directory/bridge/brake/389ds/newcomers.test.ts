import { shared389ds } from '../../../../support/shared-389ds.ts'
import { place389, shared } from '../../../servers/places.ts'
import { describeNewcomers } from '../newcomers.ts'

describeNewcomers({
  ...place389,
  obtain: async () => {
    const server = shared389ds()
    const { ldapsUrl, caFile } = server
    return shared(server, { 'directory.urls': ldapsUrl, 'directory.tls.caFile': caFile })
  },
})
