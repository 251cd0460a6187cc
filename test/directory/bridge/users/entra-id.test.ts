import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { enterprise, managerOf, sceneFor } from './scene.ts'

describe('What Microsoft Entra ID sends about users', () => {
  const scene = sceneFor()

  it('E-1: tests the connection with a name that nobody has', async () => {
    const filter = encodeURIComponent('userName eq "0f4c2f0e-8e5d-4b3a-9a30-8a3c6a0f3b1d"')
    const answer = await scene().bridge.scim.get(`/Users?filter=${filter}`, {
      accept: 'application/scim+json',
    })
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/scim\+json/u)
    assert.equal(answer.answer?.['totalResults'], 0)
  })

  it('E-2: looks users up by externalId, also unquoted, and by e-mail address', async () => {
    const userName = scene().unusedName()
    const { id } = await scene().user({
      userName,
      externalId: userName,
      emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
    })
    for (const filter of [
      `externalId eq "${userName}"`,
      `externalId eq ${userName}`,
      `emails[type eq "work"].value eq "${userName}@example.com"`,
      `emails[type eq "work" and value eq "${userName}@example.com"]`,
      `userName eq "${userName}" and externalId eq "${userName}"`,
    ]) {
      const found = await scene().find(filter)
      assert.deepEqual(
        found.map((user) => user.id),
        [id],
        filter,
      )
    }
    assert.deepEqual(await scene().find(`externalId eq "${userName.toUpperCase()}"`), [])
  })

  it('E-3: creates a user with roles, nulls and active as text', async () => {
    const created = await scene().user({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      active: 'True',
      addresses: null,
      title: null,
      emails: [{ Primary: true, type: 'work', value: 'bobbie@example.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'Bob Bie', familyName: 'Bie', givenName: 'Bob' },
      roles: [],
      [enterprise]: { Department: 'bob' },
    })
    assert.equal(created['active'], true)
    assert.deepEqual(created['emails'], [
      { value: 'bobbie@example.com', type: 'work', primary: true },
    ])
    assert.deepEqual(created[enterprise], { department: 'bob' })
    assert.equal(created['roles'], undefined)
  })

  it('E-4: reads a user who is inactive', async () => {
    const user = await scene().user({ active: false })
    assert.deepEqual(await scene().get(user.id), user)
  })

  it('E-5: patches by value path, sub-attribute and URN, also an e-mail address that was not there', async () => {
    const user = await scene().user()
    const operations: JsonObject[] = [
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@example.com' },
      { op: 'Replace', path: 'name.familyName', value: 'Newname' },
      { op: 'Add', path: `${enterprise}:employeeNumber`, value: '1234' },
      { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Oslo' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+47 1' },
    ]
    const patched = await scene().patch(user.id, ...operations)
    assert.equal(patched.status, 200, patched.text)
    const { answer } = patched
    assert.deepEqual(answer?.['emails'], [
      { value: 'new@example.com', type: 'work', primary: true },
    ])
    assert.equal((answer['name'] as JsonObject)['familyName'], 'Newname')
    assert.deepEqual(answer[enterprise], { employeeNumber: '1234' })
    assert.deepEqual(answer['addresses'], [{ type: 'work', locality: 'Oslo' }])
    assert.deepEqual(answer['phoneNumbers'], [{ value: '+47 1', type: 'mobile' }])
    const again = await scene().patch(user.id, ...operations)
    assert.equal(await scene().sent(again), '')
    const removed = await scene().patch(
      user.id,
      { op: 'Remove', path: 'phoneNumbers[type eq "mobile"].value' },
      { op: 'Remove', path: 'addresses[type eq "work"].locality' },
      { op: 'Remove', path: 'emails[type eq "work"]' },
    )
    assert.equal(removed.status, 200, removed.text)
    for (const name of ['phoneNumbers', 'addresses', 'emails']) {
      assert.equal(removed.answer?.[name], undefined, name)
    }
  })

  it('E-6: disables and enables a user with active as text', async () => {
    const { id } = await scene().user()
    for (const [value, expected] of [
      ['False', false],
      ['True', true],
      [false, false],
      [true, true],
    ] as const) {
      const patched = await scene().patch(id, { op: 'Replace', path: 'active', value })
      assert.equal(patched.answer?.['active'], expected, patched.text)
    }
  })

  it('E-6: disables a user beside the mark and the type of values that the user does not have', async () => {
    const { id } = await scene().user()
    const patched = await scene().patch(
      id,
      { op: 'Replace', path: 'emails[type eq "work"].primary', value: true },
      { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].type', value: 'mobile' },
      { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '+47 1' },
      { op: 'Replace', path: 'active', value: 'False' },
    )
    assert.equal(patched.answer?.['active'], false, patched.text)
    assert.equal(patched.answer['emails'], undefined)
    assert.deepEqual(patched.answer['phoneNumbers'], [{ value: '+47 1', type: 'mobile' }])
  })

  it('E-6: disables a user beside an attribute of its mapping that the directory does not keep', async () => {
    const { id } = await scene().user()
    const country = 'addresses[type eq "work"].country'
    const patched = await scene().patch(
      id,
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: country, value: 'US' },
    )
    assert.equal(patched.answer?.['active'], false, patched.text)
    assert.equal(patched.answer['addresses'], undefined)
    const { fields } =
      scene().bridge.events.find(({ message }) => message === 'attribute not stored') ??
      assert.fail()
    assert.equal(fields['attributes'], country)
    assert.equal(fields['requestId'], patched.headers.get('x-request-id'))
  })

  it('E-7: patches without a path, with dotted and qualified keys', async () => {
    const { id } = await scene().user()
    const patched = await scene().patch(id, {
      op: 'replace',
      value: {
        displayName: 'Bjfe',
        'name.givenName': 'Kkom',
        'name.familyName': 'Unua',
        [`${enterprise}:employeeNumber`]: 'Aklq',
      },
    })
    assert.equal(patched.status, 200, patched.text)
    assert.equal(patched.answer?.['displayName'], 'Bjfe')
    const name = patched.answer['name'] as JsonObject
    assert.deepEqual([name['givenName'], name['familyName']], ['Kkom', 'Unua'])
    assert.deepEqual(patched.answer[enterprise], { employeeNumber: 'Aklq' })
  })

  it('E-8: sets the manager as a list, as an object, as text, and under a path with a dot', async () => {
    const boss = await scene().userId()
    const $ref = `${scene().bridge.baseUrl}/Users/${boss}`
    const operations: JsonObject[] = [
      { op: 'Add', path: 'manager', value: [{ $ref, value: boss }] },
      { op: 'Replace', path: `${enterprise}:manager`, value: boss },
      { op: 'Add', path: `${enterprise}:manager`, value: { value: boss } },
      { op: 'Add', path: `${enterprise}.manager`, value: boss },
      { op: 'add', path: `${enterprise}:manager.value`, value: boss },
      { op: 'replace', value: { [enterprise]: { manager: { value: boss } } } },
    ]
    for (const operation of operations) {
      const { id } = await scene().user()
      const patched = await scene().patch(id, operation)
      assert.equal(patched.status, 200, `${JSON.stringify(operation)}: ${patched.text}`)
      assert.equal(managerOf(patched.answer), boss, JSON.stringify(operation))
    }
  })

  it('E-8: asks whether somebody has a certain manager', async () => {
    const [boss, other] = [await scene().userId(), await scene().userId()]
    const { id } = await scene().user({ [enterprise]: { manager: boss } })
    const ask = async (manager: string): Promise<number> =>
      (await scene().find(`id eq "${id}" and manager eq "${manager}"`)).length
    assert.equal(await ask(boss), 1)
    assert.equal(await ask(other), 0)
    assert.equal(await ask('01234567-89ab-cdef-0123-456789abcdef'), 0)
    const found = await scene().find(`${enterprise}:manager.value eq "${boss}"`)
    assert.deepEqual(
      found.map((user) => user.id),
      [id],
    )
  })

  it('E-9: deletes a user', async () => {
    const { id } = await scene().user()
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
    assert.equal((await scene().bridge.scim.get(`/Users/${id}`)).status, 404)
  })
})
