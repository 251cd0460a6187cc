import { type Options389, start389ds } from '../../../../support/389ds.ts'
import { place389 } from '../../../servers/places.ts'
import { describeReferences } from '../reference-cases.ts'

type Plugins = NonNullable<Options389['plugins']>

const variants: readonly { name: string; plugins: Plugins; without?: readonly string[] }[] = [
  { name: 'a 389 DS without plug-ins', plugins: [], without: ['users.memberOf'] },
  { name: 'a 389 DS with memberOf alone', plugins: ['memberof'] },
  { name: 'a 389 DS with memberOf and referential integrity', plugins: ['memberof', 'refint'] },
]

for (const { name, plugins, without = [] } of variants) {
  describeReferences({
    ...place389,
    name,
    bridge: { ...place389.bridge, without },
    hasPlaceholder: false,
    refusesPreparation: plugins.includes('refint'),
    obtain: async () => {
      const server = await start389ds({ plugins })
      const settings = {
        'directory.urls': server.ldapsUrl,
        'directory.tls.caFile': server.caFile,
        'users.manager.references': 'bridge',
        'groups.members.references': 'bridge',
      }
      return { server, settings, release: async () => await server.close() }
    },
  })
}
