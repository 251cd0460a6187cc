import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { assertError, enterprise, managerOf, sceneFor } from './scene.ts'

const reportingTo = (manager: JsonValue): JsonObject => ({ [enterprise]: { manager } })

describe('The manager of a user who exists already', () => {
  const scene = sceneFor()

  it('is found by id, externalId, userName, employeeNumber or e-mail address, and stored as a DN', async () => {
    const userName = scene().unusedName()
    const boss = await scene().user({
      userName,
      externalId: `ext-${userName}`,
      emails: [{ value: `${userName}@example.org`, type: 'work' }],
      [enterprise]: { employeeNumber: `no-${userName}` },
      displayName: 'The Boss',
    })
    const keys = [boss.id, `ext-${userName}`, userName, `no-${userName}`, `${userName}@example.org`]
    for (const value of keys) {
      const report = await scene().user(reportingTo({ value }))
      assert.deepEqual(report[enterprise], {
        manager: {
          value: boss.id,
          $ref: `${scene().bridge.baseUrl}/Users/${boss.id}`,
          displayName: 'The Boss',
        },
      })
      assert.deepEqual(
        await scene().admin.values(scene().dn(`uid=${report.userName}`), 'manager'),
        [scene().dn(`uid=${userName}`)],
      )
    }
  })

  it('is understood as managerId, as text, and as a list of one', async () => {
    const boss = await scene().userId()
    const forms: JsonValue[] = [
      { managerId: boss },
      { managerId: boss, displayName: 'Somebody Else' },
      { Value: boss },
      boss,
      [{ value: boss }],
      [{ $ref: `../Users/${boss}`, value: boss }],
      { $ref: `../Users/${boss}` },
      { $ref: `${scene().bridge.baseUrl}/Users/${boss}`, value: null },
    ]
    for (const form of forms) {
      assert.equal(managerOf(await scene().user(reportingTo(form))), boss, JSON.stringify(form))
    }
  })

  it('is refused by a URL of anything but a user', async () => {
    const boss = await scene().userId()
    for (const $ref of [`../Groups/${boss}`, boss, 'https://x.example/', 5]) {
      const answer = await scene().bridge.scim.post('/Users', {
        userName: scene().unusedName(),
        name: { givenName: 'Ada', familyName: 'Lovelace' },
        ...reportingTo({ $ref }),
      })
      assert.equal(answer.status, 400, answer.text)
      assert.equal(answer.answer?.['scimType'], 'invalidValue')
      assert.match(answer.text, /manager\.\$ref/u)
    }
  })

  it('is not written again by a PUT that names him in another way', async () => {
    const boss = await scene().user({ externalId: 'the-boss-4711' })
    const report = await scene().user(reportingTo({ value: boss.id }))
    for (const value of [boss.id, boss.userName, 'the-boss-4711', boss.id.toUpperCase()]) {
      const put = await scene().bridge.scim.put(`/Users/${report.id}`, {
        ...report,
        ...reportingTo({ managerId: value }),
      })
      assert.equal(put.status, 200, put.text)
      assert.equal(managerOf(put.answer), boss.id)
      assert.equal(await scene().sent(put), '')
    }
  })

  it('is taken away by a PATCH that removes or blanks him, and by a PUT without him', async () => {
    const boss = await scene().userId()
    const ways: ((id: string, user: JsonObject) => Promise<{ status: number; text: string }>)[] = [
      (id) => scene().patch(id, { op: 'remove', path: `${enterprise}:manager` }),
      (id) => scene().patch(id, { op: 'remove', path: 'manager' }),
      (id) => scene().patch(id, { op: 'replace', path: `${enterprise}:manager`, value: '' }),
      (id) => scene().patch(id, { op: 'replace', path: 'manager', value: { value: '' } }),
      (id) => scene().patch(id, { op: 'replace', path: 'manager.value', value: null }),
      (id, user) => scene().bridge.scim.put(`/Users/${id}`, { ...user, [enterprise]: {} }),
      (id, user) =>
        scene().bridge.scim.put(`/Users/${id}`, {
          ...user,
          ...reportingTo({ managerId: '', displayName: ' ' }),
        }),
    ]
    for (const [index, way] of ways.entries()) {
      const report = await scene().user(reportingTo(boss))
      const { status, text } = await way(report.id, report)
      assert.equal(status, 200, `${index}: ${text}`)
      assert.equal(managerOf(await scene().get(report.id)), undefined, String(index))
      assert.deepEqual(
        await scene().admin.values(scene().dn(`uid=${report.userName}`), 'manager'),
        [],
      )
    }
  })

  it('may be the user himself', async () => {
    const user = await scene().user()
    const changed = await scene().patch(user.id, { op: 'add', path: 'manager', value: user.id })
    assert.equal(managerOf(changed.answer), user.id)
    const userName = scene().unusedName()
    const own = await scene().user({ userName, ...reportingTo({ value: userName }) })
    assert.equal(managerOf(own), own.id)
  })

  it('follows when he is renamed, and goes when he is deleted', async () => {
    const boss = await scene().userId()
    const report = await scene().user(reportingTo(boss))
    await scene().bridge.scim.delete(`/Users/${boss}`)
    assert.equal(managerOf(await scene().get(report.id)), undefined)
    const next = await scene().userId()
    const changed = await scene().patch(report.id, { op: 'replace', path: 'manager', value: next })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(managerOf(changed.answer), next)
    assert.deepEqual(
      (await scene().admin.values(scene().dn(`uid=${report.userName}`), 'manager')).length,
      1,
    )
  })

  it('who stands outside of the base is left as he is and not shown', async () => {
    const outsider = 'uid=outsider,ou=secret,dc=example,dc=org'
    const report = await scene().user()
    const dn = scene().dn(`uid=${report.userName}`)
    await scene().admin.modify(dn, { operation: 'add', type: 'manager', values: [outsider] })
    const shown = await scene().get(report.id)
    assert.equal(managerOf(shown), undefined)
    const put = await scene().bridge.scim.put(`/Users/${report.id}`, { ...shown, title: 'Spy' })
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(await scene().admin.values(dn, 'manager'), [outsider])
    const boss = await scene().userId()
    await scene().patch(report.id, { op: 'add', path: 'manager', value: boss })
    assert.equal((await scene().admin.values(dn, 'manager')).length, 1)
    assert.equal(managerOf(await scene().get(report.id)), boss)
  })

  it('is nobody when several have the number that is named', async () => {
    const number = scene().unusedName()
    const one = await scene().user({ [enterprise]: { employeeNumber: number } })
    await scene().user({ [enterprise]: { employeeNumber: number } })
    const report = await scene().user(reportingTo(number))
    assert.equal(managerOf(report), undefined)
    // A later write of one of them does not make the number any clearer.
    await scene().patch(one.id, { op: 'replace', path: 'title', value: 'One of two' })
    assert.equal(managerOf(await scene().get(report.id)), undefined)
  })
})

describe('A manager who cannot be found, by configuration', () => {
  const ignoring = sceneFor({ 'users.manager.unknown': 'ignore' })
  const rejecting = sceneFor({ 'users.manager.unknown': 'reject' })

  it('is left out where he is to be ignored', async () => {
    const report = await ignoring().user(reportingTo('nobody'))
    assert.equal(managerOf(report), undefined)
    const dn = ignoring().dn(`uid=${report.userName}`)
    assert.deepEqual(await ignoring().admin.values(dn, 'scimPendingManager'), [])
  })

  it('fails the request where he is to be rejected, and nothing is written', async () => {
    const report = await rejecting().user()
    const expected = {
      status: 400,
      scimType: 'invalidValue',
      detail: 'manager.value names no user.',
    }
    const group = await rejecting().group()
    await rejecting().writesNothing(async () => {
      for (const value of ['nobody', group, 'a)(uid=*', scenelessId]) {
        assertError(
          await rejecting().patch(report.id, {
            op: 'replace',
            value: { manager: value, title: 'x' },
          }),
          expected,
        )
        assertError(
          await rejecting().bridge.scim.post('/Users', {
            userName: rejecting().unusedName(),
            ...reportingTo(value),
          }),
          expected,
        )
      }
    })
  })
})

const scenelessId = '01234567-89ab-cdef-0123-456789abcdef'
