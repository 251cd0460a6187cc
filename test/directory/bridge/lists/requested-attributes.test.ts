import assert from 'node:assert/strict'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { requestedAttributes } from '../groups/requested-attributes.ts'
import { enterprise, patchOf, Scene, type ShownUser } from '../users/scene.ts'
import { kelly } from './example-user.ts'

describe('What is read for what is shown of users (RFC 7644 §3.9)', () => {
  let proxy: LdapProxy
  let scene: Scene
  let user: ShownUser

  before(async () => {
    const server = sharedOpenldap()
    proxy = await LdapProxy.start(server.url)
    const bridge = await openTestBridge(server, { 'directory.urls': proxy.url })
    scene = new Scene(bridge, new AdminClient(server))
    const boss = await scene.user()
    user = await scene.user({
      ...kelly,
      userName: scene.unusedName(),
      [enterprise]: { manager: { value: boss.id }, employeeNumber: scene.unusedName() },
    })
    await scene.group([user.id])
  })

  after(async () => {
    await scene.bridge.close()
    await proxy.close()
  })

  /** The attributes that were asked for in the searches of some work, and how many searches there were. */
  async function readFor(
    work: () => Promise<Exchange>,
  ): Promise<{ readonly names: readonly string[]; readonly searches: number }> {
    proxy.messages.splice(0)
    const before = proxy.count('search')
    const { status, text } = await work()
    assert.ok(status < 300, text)
    const names = new Set(requestedAttributes(proxy.messages))
    return { names: [...names].toSorted(), searches: proxy.count('search') - before }
  }

  const ofOne: readonly (readonly [query: string, names: readonly string[], searches: number])[] = [
    ['attributes=userName', ['uid'], 1],
    ['attributes=externalId,active', ['pwdaccountlockedtime', 'scimexternalid'], 1],
    ['attributes=emails.value', ['mail'], 1],
    ['attributes=emails.primary', ['mail'], 1],
    [
      'attributes=addresses.type',
      ['homepostaladdress', 'l', 'postaladdress', 'postalcode', 'st', 'street'],
      1,
    ],
    ['attributes=addresses.region', ['st'], 1],
    // It may be absent, and then shows what stands in for it. The common name never is.
    ['attributes=name.givenName', ['cn', 'displayname', 'givenname', 'uid'], 1],
    ['attributes=name.formatted', ['cn'], 1],
    ['attributes=meta.lastModified', ['modifytimestamp'], 1],
    [`attributes=${enterprise}:department`, ['departmentnumber'], 1],
    // One search for the user, and one for what he refers to, with its name.
    ['attributes=manager', ['cn', 'displayname', 'manager'], 2],
    ['attributes=groups.display', ['cn', 'memberof'], 2],
    ['attributes=groups.value', ['memberof'], 2],
    ['attributes=groups.$ref,groups.type', ['memberof'], 2],
    ['attributes=manager.displayName', ['cn', 'displayname', 'manager'], 2],
    ['attributes=manager.value', ['manager'], 2],
    ['attributes=colour', [], 1],
  ]
  for (const [query, names, searches] of ofOne) {
    it(`is ${names.length === 0 ? 'id and version alone' : names.join(', ')} for ${query}`, async () => {
      const read = await readFor(async () => scene.bridge.scim.get(`/Users/${user.id}?${query}`))
      assert.equal(read.searches, searches)
      // The ETag of the answer is made from the version.
      assert.deepEqual(read.names, [...names, 'entrycsn', 'entryuuid'].toSorted())
    })
  }

  it('is neither manager nor group where they are excluded, and nothing is looked up', async () => {
    const query = `excludedAttributes=groups,photos,${enterprise}`
    const { names, searches } = await readFor(async () =>
      scene.bridge.scim.get(`/Users/${user.id}?${query}`),
    )
    assert.equal(searches, 1)
    for (const name of ['memberof', 'manager', 'jpegphoto', 'o']) {
      assert.ok(!names.includes(name), name)
    }
    for (const name of ['uid', 'usercertificate', 'entrycsn', 'mail']) {
      assert.ok(names.includes(name), name)
    }
  })

  const ofLists: readonly (readonly [query: string, names: readonly string[], searches: number])[] =
    [
      ['attributes=userName', ['uid'], 1],
      ['attributes=userName&filter=active eq true', ['uid'], 1],
      ['attributes=userName&filter=title eq "Surfer"', ['title', 'uid'], 1],
      [
        `attributes=userName&filter=${enterprise} pr`,
        ['cn', 'departmentnumber', 'displayname', 'employeenumber', 'manager', 'o', 'uid'],
        2,
      ],
      // A walk for the order, and a page of what is shown.
      ['attributes=userName&sortBy=title', ['title', 'uid'], 2],
      ['attributes=userName&count=1', ['uid'], 3],
    ]
  for (const [query, names, searches] of ofLists) {
    it(`is ${names.join(', ')} for a list with ${query}`, async () => {
      const read = await readFor(async () => scene.bridge.scim.get(`/Users?${query}`))
      assert.deepEqual(read.names, [...names, 'entryuuid'].toSorted())
      assert.equal(read.searches, searches)
    })
  }

  it('is nothing where the filter already says that there is none', async () => {
    const counts: readonly (readonly [path: string, searches: number])[] = [
      [`/?filter=userName eq "${user.userName}"`, 1],
      ['/?filter=displayName eq "nobody"', 2],
    ]
    for (const [path, searches] of counts) {
      const read = await readFor(async () => scene.bridge.scim.get(`${path}&attributes=id`))
      assert.equal(read.searches, searches, path)
    }
  })

  const writes: readonly (readonly [what: string, send: () => Promise<Exchange>])[] = [
    [
      'PATCH',
      async () =>
        scene.bridge.scim.patch(
          `/Users/${user.id}?attributes=title`,
          patchOf({ op: 'replace', path: 'title', value: scene.unusedName() }),
        ),
    ],
    [
      'PUT',
      async () =>
        scene.bridge.scim.put(`/Users/${user.id}?attributes=title`, {
          ...user,
          title: scene.unusedName(),
        }),
    ],
    [
      'POST',
      async () =>
        scene.bridge.scim.post('/Users?attributes=title', {
          userName: scene.unusedName(),
          title: 'x',
        }),
    ],
  ]
  for (const [what, send] of writes) {
    it(`is what is shown, and what the managers need to know, after a ${what}`, async () => {
      proxy.messages.splice(0)
      const { status, text } = await send()
      assert.ok(status < 300, text)
      // The attributes of the Post-Read control stand in the request of the write. RFC 4527 §3.2
      const written = proxy.messages.filter((message) => message.includes('1.3.6.1.1.13.2'))
      assert.equal(written.length, 1)
      const read =
        written[0]?.subarray(written[0].indexOf('1.3.6.1.1.13.2')).toString('latin1') ?? ''
      for (const name of ['entryUUID', 'entryCSN', 'title', 'uid', 'mail', 'scimPendingManager']) {
        assert.ok(read.includes(name), name)
      }
      for (const name of ['jpegPhoto', 'memberOf', 'postalAddress', 'displayName']) {
        assert.ok(!read.includes(name), name)
      }
    })
  }
})
