import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { oneLine, usersMap } from '../users-map.ts'
import { assertError, sceneFor, tally } from '../users/scene.ts'

const urn = 'urn:example:scim:schemas:extension:login:1.0:User'
const path = `${urn}:login`

/** People whose userName is an address, and whose uid, which names the entry, is made from it or given. */
const overrides = {
  ...usersMap({ userName: 'mail', 'emails[type eq "work"]': undefined, [path]: 'uid' }),
  'users.derived': oneLine({ uid: { from: ['userName'], before: '@', maxLength: 32 } }),
  'users.extensions': oneLine([{ urn, name: 'Login', attributes: [{ name: 'login' }] }]),
  'users.manager.lookup': '[id, externalId, userName]',
}

describe('A name of entries that clients may give, and that is made where they do not, on an OpenLDAP', () => {
  const scene = sceneFor(overrides)
  const create = async (attributes: JsonObject = {}) =>
    await scene().user({ userName: `${scene().unusedName()}@example.org`, ...attributes })
  const isNamed = async (id: string, uid: string): Promise<void> => {
    assert.equal(await scene().dnOf(id), scene().dn(`uid=${uid}`))
    assert.deepEqual(await scene().admin.values(scene().dn(`uid=${uid}`), 'uid'), [uid])
    assert.deepEqual((await scene().get(id))[urn], { login: uid })
  }

  it('names the entry, which is renamed when it is given, changed, or taken away', async () => {
    const { id, userName } = await create()
    const [made = ''] = userName.split('@')
    const group = await scene().group([id])
    await isNamed(id, made)
    for (const value of [`a-${made}`, `b,+${made}`, `B,+${made}`]) {
      const changed = await scene().patch(id, { op: 'replace', path, value })
      assert.equal(changed.status, 200, changed.text)
      assert.deepEqual((await scene().get(id))[urn], { login: value })
    }
    const removed = await scene().patch(id, { op: 'remove', path })
    assert.equal(removed.status, 200, removed.text)
    await isNamed(id, made)
    assert.deepEqual(await scene().memberIds(group), [id])
  })

  it('stays when the userName changes where it was given, and follows it where it was made', async () => {
    const login = `given-${scene().unusedName()}`
    const [one, other] = [await create({ [urn]: { login } }), await create()]
    for (const { id } of [one, other]) {
      const name = scene().unusedName()
      const value = `${name}@example.org`
      const changed = await scene().patch(id, { op: 'replace', path: 'userName', value })
      assert.equal(changed.status, 200, changed.text)
      await isNamed(id, id === one.id ? login : name)
    }
  })

  it('is refused with 409 where somebody has it, within reach or not', async () => {
    const { [urn]: taken } = await create()
    const { id } = await create()
    const login = `hidden-${scene().unusedName()}`
    const hidden = `uid=${login},${exampleTree.people}`
    await scene().admin.add(hidden, { objectClass: 'account' })
    const refusal = { status: 409, scimType: 'uniqueness', detail: `${path} is in use already.` }
    for (const extension of [taken, { login }]) {
      await scene().writesNothing(async () => {
        const userName = `${scene().unusedName()}@example.org`
        const body = { userName, name: { familyName: 'L' }, [urn]: extension ?? {} }
        assertError(await scene().bridge.scim.post('/Users', body), refusal)
        const value = { [urn]: extension ?? {} }
        assertError(await scene().patch(id, { op: 'replace', value }), refusal)
      })
    }
    await scene().admin.remove(hidden)
  })

  it('goes to one of ten who are given it at the same time', async () => {
    const login = `race-${scene().unusedName()}`
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () =>
        scene().bridge.scim.post('/Users', {
          userName: `${scene().unusedName()}@example.org`,
          name: { familyName: 'L' },
          [urn]: { login },
        }),
      ),
    )
    assert.deepEqual(tally(answers), { 201: 1, 409: 9 })
  })
})
