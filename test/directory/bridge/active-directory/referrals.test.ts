import assert from 'node:assert/strict'
import { Client } from 'ldapts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { sharedSamba } from '../../../support/shared-samba.ts'
import { textIn } from '../groups/group-scene.ts'
import { describeDomain } from './domain-scene.ts'

// Everybody of the domain is served; new users still go where no other test works.
const root = { 'users.base': exampleDomain.suffix, 'users.createBase': exampleDomain.people }

function idsOf(answer: JsonObject): readonly string[] {
  return (answer['Resources'] as readonly JsonObject[]).map((each) => textIn(each, 'id'))
}

describeDomain('The root of a domain as the base of users', root, (scene) => {
  it('refers to other partitions, which are not asked, and nobody is lost by that', async () => {
    const { ldapsUrl: url, ca, bridge } = sharedSamba()
    const client = new Client({ url, tlsOptions: { ca } })
    await client.bind(bridge.dn, bridge.password)
    const { searchReferences } = await client.search(exampleDomain.suffix, {
      scope: 'sub',
      filter: '(objectClass=user)',
      attributes: ['1.1'],
    })
    await client.unbind()
    assert.ok(searchReferences.length > 0)

    const created = [await scene().user(), await scene().user(), await scene().user()]
    for (const user of created) {
      const filter = `userName eq "${textIn(user, 'userName')}"`
      const found = await scene().read(`/Users?filter=${filter}`)
      assert.deepEqual(idsOf(found), [user['id']])
    }
    const all = await scene().read('/Users')
    const ids = idsOf(all)
    assert.equal(all['totalResults'], ids.length)
    assert.equal(new Set(ids).size, ids.length)
    for (const user of created) assert.ok(ids.includes(textIn(user, 'id')))
    const half = Math.ceil(ids.length / 2)
    const pages = [1, 1 + half].map((start) =>
      scene().read(`/Users?startIndex=${start}&count=${half}`),
    )
    assert.deepEqual((await Promise.all(pages)).flatMap(idsOf).toSorted(), ids.toSorted())
    for (const user of created) {
      assert.equal((await scene().bridge.scim.delete(`/Users/${textIn(user, 'id')}`)).status, 204)
    }
  })
})
