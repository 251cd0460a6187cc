import assert from 'node:assert/strict'
import { assertError, sceneFor, tally } from './scene.ts'

const taken = { status: 409, scimType: 'uniqueness', detail: 'userName is in use already.' }

describe('A userName is unique below the base (RFC 7643 §4.1.1)', () => {
  const scene = sceneFor()

  it('is refused with 409 to a second user, in whatever case', async () => {
    const created = await scene().user()
    const userName = created.userName
    for (const name of [userName, userName.toUpperCase()]) {
      await scene().writesNothing(async () => {
        assertError(await scene().bridge.scim.post('/Users', { userName: name }), taken)
      })
    }
  })

  it('is refused when an entry of another OU has it, or one that is named by another attribute', async () => {
    const { admin } = scene()
    const ou = scene().dn('ou=Paris')
    await admin.add(ou, { objectClass: 'organizationalUnit', ou: 'Paris' })
    const [one, other] = [scene().unusedName(), scene().unusedName()]
    await admin.add(`uid=${one},${ou}`, { objectClass: 'inetOrgPerson', cn: 'C', sn: 'S' })
    await scene().entry(`cn=Named ${other}`, { cn: `Named ${other}`, uid: other })
    for (const userName of [one, other]) {
      assertError(await scene().bridge.scim.post('/Users', { userName }), taken)
    }
  })

  it('is refused when an entry has it that is no user, and which the answer tells nothing of', async () => {
    const userName = scene().unusedName()
    await scene().admin.add(scene().dn(`uid=${userName}`), { objectClass: 'account' })
    const answer = await scene().bridge.scim.post('/Users', { userName })
    assert.equal(answer.status, 409)
    assert.equal(answer.answer?.['scimType'], 'uniqueness')
  })

  it('goes to one of twenty who are created with it at the same time', async () => {
    const userName = scene().unusedName()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => scene().bridge.scim.post('/Users', { userName })),
    )
    assert.deepEqual(tally(answers), { 201: 1, 409: 19 })
    for (const { status, answer } of answers) {
      if (status === 409) assert.equal(answer?.['scimType'], 'uniqueness')
    }
    assert.equal((await scene().find(`userName eq "${userName}"`)).length, 1)
  })

  it('is free again when its user is deleted or renamed', async () => {
    const created = await scene().user()
    const userName = created.userName
    await scene().patch(created.id, {
      op: 'replace',
      path: 'userName',
      value: scene().unusedName(),
    })
    const second = await scene().userId({ userName })
    assert.notEqual(second, created.id)
    assert.equal((await scene().bridge.scim.delete(`/Users/${second}`)).status, 204)
    assert.notEqual(await scene().userId({ userName }), second)
  })
})
