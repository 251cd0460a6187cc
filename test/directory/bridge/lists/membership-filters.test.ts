import assert from 'node:assert/strict'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { posixPlace } from '../../servers/openldap-places.ts'
import { openldapPlace, shared } from '../../servers/places.ts'
import type { ServerPlace } from '../../servers/server-place.ts'
import { ServerScene } from '../../servers/server-scene.ts'

/** More than one LDAP filter names. */
const many = 520

const obtain: ServerPlace['obtain'] = async () => shared(sharedOpenldap())

const places: readonly ServerPlace[] = [
  {
    ...openldapPlace,
    name: 'DNs in groupOfNames',
    bridge: { ...openldapPlace.bridge, without: ['users.memberOf'] },
    obtain,
  },
  { ...posixPlace(obtain), name: 'logins in posixGroup' },
]

for (const place of places) {
  describe(`A filter on the groups of users, who do not say them, by ${place.name}`, function () {
    this.timeout(60_000)

    let scene: ServerScene
    let one: string
    let other: string
    let group: string
    let large: string
    let all: readonly string[]

    before(async () => {
      scene = await ServerScene.open(place, await place.obtain())
      ;[one, other] = [await scene.userId(), await scene.userId()]
      group = await scene.group([one])
      const { people: base } = scene.bridge.section
      const names = Array.from({ length: many }, (_, index) => `many-${index}`)
      await scene.admin.addAll(names.map((name) => place.person(name, base)))
      const entries = await scene.admin.search({
        base,
        filter: '(uid=many-*)',
        attributes: ['entryUUID'],
      })
      all = entries.flatMap(({ attributes }) => attributes['entryUUID'] ?? [])
      large = await scene.group(all)
    })

    after(async () => {
      await scene.bridge.close()
    })

    it('finds the members, and nobody for a group that is not there, or is none', async () => {
      assert.deepEqual(await scene.find(`groups.value eq "${group}"`), [one])
      assert.deepEqual(await scene.find(`groups[value eq "${group}"] and active eq true`), [one])
      assert.deepEqual(await scene.find(`groups.value eq "${one}"`), [])
      assert.deepEqual(await scene.find('groups.value eq "nothing"'), [])
    })

    it('finds those who are no members', async () => {
      const others = await scene.find(`not (groups.value eq "${large}")`)
      assert.deepEqual(others.toSorted(), [one, other].toSorted())
    })

    it('finds very many members', async () => {
      const filter = encodeURIComponent(`groups.value eq "${large}"`)
      const { totalResults } = await scene.read(`/Users?count=0&filter=${filter}`)
      assert.equal(totalResults, all.length)
    })
  })
}
