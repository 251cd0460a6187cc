import assert from 'node:assert/strict'
import { exampleTree } from '../../../support/openldap-server.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { LdapProxy, type RequestKind } from '../../adapter/ldap-proxy.ts'
import { openldapPlace, shared } from '../../servers/places.ts'
import { requestedAttributes } from '../groups/requested-attributes.ts'
import { adding, MemberScene, removing } from './member-scene.ts'

const kinds: readonly RequestKind[] = ['search', 'compare', 'modify', 'extended']

describe('What the brake costs a change of members', function () {
  this.timeout(60_000)

  let proxy: LdapProxy
  let scene: MemberScene
  let strangers: readonly string[]
  let crew: readonly string[]

  before(async () => {
    const server = sharedOpenldap()
    proxy = await LdapProxy.start(server.url)
    const obtain = async () => shared(server, { 'directory.urls': proxy.url })
    scene = await MemberScene.open({ ...openldapPlace, obtain })
    strangers = await scene.users(25)
    crew = await scene.users(60)
  })

  beforeEach(async () => scene.forget())

  after(async () => {
    await scene.close()
    await proxy.close()
  })

  /** What was asked of the directory to take members out: how often for their list, and how many requests in all. */
  async function costOf(
    group: string,
    leaving: readonly string[],
  ): Promise<{ readonly lists: number; readonly requests: number }> {
    const count = (): number => kinds.reduce((sum, kind) => sum + proxy.count(kind), 0)
    const before = count()
    proxy.messages.splice(0)
    const { status, text } = await scene.patchMembers(group, removing(leaving))
    assert.equal(status, 204, text)
    const lists = requestedAttributes(proxy.messages).filter((name) => name === 'member').length
    return { lists, requests: count() - before }
  }

  it('is nothing for five, and two searches for more where some people at random are members', async () => {
    const group = await scene.server.group([...strangers, ...crew])
    const few = await costOf(group, crew.slice(0, 5))
    assert.equal(few.lists, 0)
    for (const at of [5, 15]) {
      const leaving = crew.slice(at, at + 10)
      // Each who leaves is asked for at the group, brake or not.
      const expected = { lists: 0, requests: few.requests + 5 + 2 }
      assert.deepEqual(await costOf(group, leaving), expected)
    }
  })

  for (const [order, members] of [
    ['first', (): readonly string[] => crew],
    ['last', (): readonly string[] => crew.toReversed()],
  ] as const) {
    it(`is one look at the list of other members, also when those who are its ${order} leave first`, async () => {
      const group = await scene.server.group(crew)
      const lists: number[] = []
      for (let at = 0; at < 50; at += 10) {
        lists.push((await costOf(group, members().slice(at, at + 10))).lists)
      }
      assert.deepEqual(lists, [1, 0, 0, 0, 0])
      assert.deepEqual(await scene.recorded(), { emptied: 0, tripped: 0 })
      const [others, rest] = [strangers.slice(0, 1), members().slice(50)]
      const exchanged = await scene.patchMembers(group, adding(others), removing(rest))
      await scene.assertLeft(group, exchanged, others)
      assert.deepEqual(await scene.recorded(), { emptied: 1, tripped: 0 })
    })
  }

  it('is the whole list where hardly anybody can be reached, and finds the one who stays', async () => {
    const group = await scene.server.group(crew.slice(0, 6))
    const [dn, staying] = await Promise.all(
      [group, crew[6] ?? ''].map(async (id) => await scene.server.dnOf(id)),
    )
    // The server keeps them in this order, the shorter ones first.
    const values = [...hidden(1, 9), staying ?? '', ...hidden(99, 6)]
    await scene.server.admin.modify(dn ?? '', { operation: 'add', type: 'member', values })
    assert.equal((await costOf(group, crew.slice(0, 6))).lists, 1)
    assert.deepEqual(await scene.server.memberIds(group), [crew[6]])
    assert.deepEqual(await scene.recorded(), { emptied: 0, tripped: 0 })
  })

  it('is nothing where it is off', async () => {
    const off = await MemberScene.open(
      {
        ...openldapPlace,
        obtain: async () => shared(sharedOpenldap(), { 'directory.urls': proxy.url }),
      },
      { 'brake.enabled': 'false' },
    )
    try {
      const people = await off.users(20)
      const group = await off.server.group(people)
      proxy.messages.splice(0)
      const before = proxy.count('search')
      const { status, text } = await off.patchMembers(group, removing(people.slice(0, 10)))
      assert.equal(status, 204, text)
      assert.equal(requestedAttributes(proxy.messages).includes('member'), false)
      const searches = proxy.count('search') - before
      const single = proxy.count('search')
      await off.patchMembers(group, removing(people.slice(10, 11)))
      assert.equal(proxy.count('search') - single, searches)
    } finally {
      await off.close()
    }
  })
})

/** DNs that no client can reach, of names so much longer than a figure. */
function hidden(length: number, count: number): readonly string[] {
  const name = 'x'.repeat(length)
  return Array.from({ length: count }, (_, index) => `cn=${name}${index},${exampleTree.secret}`)
}
