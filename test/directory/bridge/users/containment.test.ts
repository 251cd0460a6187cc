import assert from 'node:assert/strict'
import { exampleTree } from '../../../support/openldap-server.ts'
import { assertError, enterprise, managerOf, patchOf, sceneFor } from './scene.ts'

describe('Nothing but the users below the base can be reached', () => {
  const scene = sceneFor()
  const unreachable = new Map<string, string>()

  before(async () => {
    const { admin, bridge } = scene()
    const { people } = bridge.section
    await admin.add(scene().dn('uid=daemon'), { objectClass: 'account', uid: 'daemon' })
    await admin.add(scene().dn('ou=unit'), { objectClass: 'organizationalUnit', ou: 'unit' })
    const [secret] = await admin.search({
      base: exampleTree.secret,
      filter: '(objectClass=inetOrgPerson)',
      attributes: ['entryUUID'],
    })
    assert.ok(secret, 'the example tree has nobody in ou=secret')
    const others: Readonly<Record<string, string>> = {
      'a person outside of the base': secret.dn,
      'the base itself': people,
      'a unit below the base': scene().dn('ou=unit'),
      'an account that is no person': scene().dn('uid=daemon'),
      'the account of the bridge': exampleTree.bridge,
      'the suffix': exampleTree.suffix,
      'the people above the base': exampleTree.people,
    }
    for (const [what, dn] of Object.entries(others)) unreachable.set(what, await scene().idOf(dn))
    unreachable.set('a group', await scene().group())
  })

  it('by id: every operation answers 404 and writes nothing', async () => {
    for (const [what, id] of unreachable) {
      await scene()
        .writesNothing(async () => {
          const { scim } = scene().bridge
          for (const each of [id, id.toUpperCase()]) {
            const answers = [
              await scim.get(`/Users/${each}`),
              await scim.put(`/Users/${each}`, { userName: scene().unusedName() }),
              await scene().patch(each, { op: 'replace', path: 'title', value: 'x' }),
              await scim.delete(`/Users/${each}`),
            ]
            for (const answer of answers) {
              assertError(answer, {
                status: 404,
                detail: `User ${JSON.stringify(each)} not found.`,
              })
            }
          }
        })
        .catch((error: unknown) => {
          throw new Error(what, { cause: error })
        })
    }
  })

  it('by filter, whatever it asks for', async () => {
    for (const [what, id] of unreachable) {
      assert.deepEqual(await scene().find(`id eq "${id}"`), [], what)
    }
    const filters = [
      'userName eq "daemon"',
      'userName eq "bridge"',
      'id pr and userName eq "daemon"',
    ]
    for (const filter of filters) assert.deepEqual(await scene().find(filter), [], filter)
    const everybody = await scene().find('id pr')
    const ids = new Set(everybody.map((user) => user.id))
    for (const [what, id] of unreachable) assert.ok(!ids.has(id), what)
  })

  it('as a manager: the reference is taken for that of somebody who is not there yet', async () => {
    for (const [what, id] of unreachable) {
      const report = await scene().user({ [enterprise]: { manager: { value: id } } })
      assert.equal(managerOf(report), undefined, what)
      const dn = scene().dn(`uid=${report.userName}`)
      assert.deepEqual(await scene().admin.values(dn, 'manager'), [], what)
    }
  })

  it('as a member of a group: 400, and nothing is written', async () => {
    const group = await scene().group()
    for (const [what, id] of unreachable) {
      if (what === 'a group') continue
      await scene().writesNothing(async () => {
        const answer = await scene().bridge.scim.patch(
          `/Groups/${group}`,
          patchOf({ op: 'add', path: 'members', value: [{ value: id }] }),
        )
        assert.equal(answer.status, 400, `${what}: ${answer.text}`)
        assert.equal(answer.answer?.['scimType'], 'invalidValue')
      })
    }
  })

  it('by DN, login or anything else in the place of an id', async () => {
    const user = await scene().user()
    const texts = [
      scene().dn(`uid=${user.userName}`),
      user.userName,
      '*',
      `${user.id}*`,
      `${user.id})(uid=*`,
      `(entryUUID=${user.id})`,
      '../Groups',
      `${user.id}/..`,
      `${user.id}\u0000`,
      'ü',
      'x'.repeat(5000),
      'Me',
      'null',
      'undefined',
    ]
    for (const text of texts) {
      const answer = await scene().bridge.scim.get(`/Users/${encodeURIComponent(text)}`)
      assert.equal(answer.status, 404, `${text.slice(0, 60)}: ${answer.text}`)
      assert.equal(answer.answer?.['status'], '404')
      const gone = await scene().bridge.scim.delete(`/Users/${encodeURIComponent(text)}`)
      assert.equal(gone.status, 404, text)
    }
    assert.equal((await scene().get(user.id)).id, user.id)
  })
})

describe('The scope "one" of users', () => {
  const scene = sceneFor({ 'users.scope': 'one' })

  it('serves the children of the base, and none of those who lie deeper', async () => {
    const ou = scene().dn('ou=deep')
    await scene().admin.add(ou, { objectClass: 'organizationalUnit', ou: 'deep' })
    const name = scene().unusedName()
    const dn = `uid=${name},${ou}`
    await scene().admin.add(dn, { objectClass: 'inetOrgPerson', cn: 'C', sn: 'S' })
    const id = await scene().idOf(dn)
    assert.deepEqual(await scene().find(`userName eq "${name}"`), [])
    for (const method of ['GET', 'DELETE']) {
      assert.equal((await scene().bridge.scim.send(method, `/Users/${id}`)).status, 404)
    }
    const report = await scene().user({ [enterprise]: { manager: { value: id } } })
    assert.equal(managerOf(report), undefined)
    assert.equal((await scene().get(await scene().userId()))['active'], true)
  })
})
