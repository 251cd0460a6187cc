import { startOpenldap } from '../../../support/openldap.ts'
import type { OpenldapOptions } from '../../../support/openldap-server.ts'
import { openldapPlace } from '../../servers/places.ts'
import { describeReferences } from './reference-cases.ts'

type Overlays = NonNullable<OpenldapOptions['overlays']>

const variants: readonly { name: string; overlays: Overlays; without?: readonly string[] }[] = [
  {
    name: 'an OpenLDAP without memberof and refint',
    overlays: ['unique', 'ppolicy'],
    without: ['users.memberOf'],
  },
  { name: 'an OpenLDAP with memberof alone', overlays: ['memberof', 'unique', 'ppolicy'] },
  {
    name: 'an OpenLDAP with memberof and refint',
    overlays: ['memberof', 'refint', 'unique', 'ppolicy'],
  },
]

for (const { name, overlays, without = [] } of variants) {
  describeReferences({
    ...openldapPlace,
    name,
    bridge: { ...openldapPlace.bridge, without },
    hasPlaceholder: true,
    obtain: async () => {
      const server = await startOpenldap({ overlays })
      return { server, settings: {}, release: async () => await server.close() }
    },
  })
}
