import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { Client, Control } from 'ldapts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { directoryVariables, preset, runCli } from '../command-line/run-cli.ts'
import { patchOf, sceneFor, type ShownUser } from '../users/scene.ts'

/** ManageDsaIT: the referral itself is meant, not what it leads to. RFC 3296 §3 */
const itself = '2.16.840.1.113730.3.4.2'

/** Works on the directory as its administrator, who alone sees referrals as entries. */
async function asAdmin(work: (client: Client) => Promise<void>): Promise<void> {
  const { url, admin } = sharedOpenldap()
  const client = new Client({ url })
  try {
    await client.bind(admin.dn, admin.password)
    await work(client)
  } finally {
    await client.unbind()
  }
}

function ids(answer: JsonObject): readonly string[] {
  return (answer['Resources'] as readonly ShownUser[]).map(({ id }) => id)
}

describe('Searches of an OpenLDAP that refers to other servers (RFC 4511 §4.5.3)', () => {
  let elsewhere: Server
  let calls = 0
  let users: readonly string[]
  let group: string
  const referrals: string[] = []

  // Before the section is removed, in which an administrator would see referrals alone.
  after(async () => {
    await asAdmin(async (client) => {
      for (const dn of referrals) await client.del(dn, new Control(itself, { critical: true }))
    })
    elsewhere.close()
    await once(elsewhere, 'close')
  })

  const scene = sceneFor()

  before(async () => {
    elsewhere = createServer((socket) => {
      calls += 1
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    const { port } = elsewhere.address() as AddressInfo
    users = [await scene().userId(), await scene().userId(), await scene().userId()]
    group = await scene().group(users)
    const { people, groups } = scene().bridge.section
    referrals.push(...[people, groups].map((base) => `ou=elsewhere,${base}`))
    await asAdmin(async (client) => {
      for (const dn of referrals) {
        await client.add(dn, {
          objectClass: ['referral', 'extensibleObject'],
          ou: 'elsewhere',
          ref: `ldap://127.0.0.1:${port}/${dn}`,
        })
      }
      const { searchReferences } = await client.search(people, { scope: 'sub' })
      assert.equal(searchReferences.length, 1)
    })
  })

  const list = async (path: string): Promise<JsonObject> => {
    const { status, answer, text } = await scene().bridge.scim.get(path)
    assert.equal(status, 200, text)
    return answer ?? {}
  }

  it('show everybody once, with an exact total, at once, in pages and in order', async () => {
    const all = await list('/Users')
    assert.deepEqual(ids(all).toSorted(), users.toSorted())
    assert.equal(all['totalResults'], users.length)
    const pages = [1, 2, 3].map((start) => list(`/Users?startIndex=${start}&count=1`))
    assert.deepEqual((await Promise.all(pages)).flatMap(ids).toSorted(), users.toSorted())
    assert.deepEqual(
      ids(await list('/Users?sortBy=userName&sortOrder=descending')),
      users.toReversed(),
    )
    assert.deepEqual(ids(await list('/Groups')), [group])
    assert.equal(((await list('/'))['totalResults'] as number) - users.length, 1)
  })

  it('find whom they are asked for, and let him be changed, made a member and deleted', async () => {
    const { id, userName } = await scene().user({ title: 'Countess' })
    assert.deepEqual(ids(await list(`/Users?filter=userName eq "${userName}"`)), [id])
    const changed = await scene().patch(id, {
      op: 'replace',
      value: { title: 'Duchess' },
    })
    assert.equal(changed.answer?.['title'], 'Duchess', changed.text)
    const joins = patchOf({ op: 'add', path: 'members', value: [{ value: id }] })
    const joined = await scene().bridge.scim.patch(`/Groups/${group}`, joins)
    assert.equal(joined.status, 204, joined.text)
    assert.equal((await scene().memberIds(group)).length, users.length + 1)
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
    assert.deepEqual(new Set(await scene().memberIds(group)), new Set(users))
  })

  it('have no base that is one: a check says what to do', async () => {
    const { section } = scene().bridge
    const [base = ''] = referrals
    const { code, complaints } = await runCli(['check', '--config', preset], {
      ...directoryVariables(sharedOpenldap(), section),
      SCIM_USERS_BASE: base,
    })
    assert.equal(code, 78)
    assert.match(
      complaints,
      /users\.base is kept by another server, to which the directory refers; .*directory\.urls/u,
    )
  })

  it('are not asked of the other server', () => {
    assert.equal(calls, 0)
  })
})
