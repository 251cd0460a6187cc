import assert from 'node:assert/strict'
import { enterprise, sceneFor } from './scene.ts'

describe('What a PUT or PATCH of a user writes', () => {
  const scene = sceneFor()

  const person = {
    name: { formatted: 'Grace Hopper', givenName: 'Grace', familyName: 'Hopper' },
    displayName: 'Grace',
    title: 'Rear Admiral',
    emails: [{ value: 'grace@example.org', type: 'work', primary: true }],
    phoneNumbers: [{ value: '+1 202 555 0100', type: 'work' }],
    [enterprise]: { department: 'Navy', employeeNumber: '1906' },
  }

  it('is one modify with the values that differ, and nothing of the others', async () => {
    const created = await scene().user(person)
    const { id, userName } = created

    const changed = await scene().patch(id, {
      op: 'replace',
      value: { title: 'Commodore', 'name.familyName': 'Hopper-Murray' },
    })

    assert.equal(changed.status, 200, changed.text)
    assert.equal(
      await scene().sent(changed),
      [
        `dn: ${scene().dn(`uid=${userName}`)}`,
        'changetype: modify',
        'delete: sn',
        'sn: Hopper',
        '-',
        'add: sn',
        'sn: Hopper-Murray',
        '-',
        'delete: title',
        'title: Rear Admiral',
        '-',
        'add: title',
        'title: Commodore',
        '-',
      ].join('\n'),
    )
  })

  it('is the same modify, whether it is asked for by PUT or by PATCH', async () => {
    const [one, other] = [await scene().user(person), await scene().user(person)]
    const put = await scene().bridge.scim.put(`/Users/${one.id}`, {
      ...person,
      userName: one.userName,
      title: 'Commodore',
    })
    const patched = await scene().patch(other.id, {
      op: 'replace',
      path: 'title',
      value: 'Commodore',
    })
    assert.equal(put.status, 200, put.text)
    const ldif = await scene().sent(put)
    assert.equal(
      ldif.replace(one.userName, ''),
      (await scene().sent(patched)).replace(other.userName, ''),
    )
    assert.equal(ldif.match(/^changetype: modify$/gmu)?.length, 1)
  })

  it('is nothing at all when nothing would change, and the version stays', async () => {
    const created = await scene().user(person)
    const id = created.id
    const requests = [
      await scene().bridge.scim.put(`/Users/${id}`, {
        ...person,
        userName: created.userName,
      }),
      await scene().bridge.scim.put(`/Users/${id}`, created),
      await scene().patch(id, { op: 'replace', path: 'title', value: 'Rear Admiral' }),
      await scene().patch(id, { op: 'add', path: 'emails', value: person.emails }),
      await scene().patch(id, { op: 'remove', path: 'userType' }),
      await scene().patch(id, { op: 'remove', path: 'emails[type eq "home"]' }),
    ]
    for (const request of requests) {
      assert.equal(request.status, 200, request.text)
      assert.equal(await scene().sent(request), '')
      assert.deepEqual(request.answer, created)
    }
  })

  it('is the removal of what a PUT leaves out or blanks, and of nothing that the map does not name', async () => {
    const created = await scene().user(person)
    const { id, userName } = created
    const dn = scene().dn(`uid=${userName}`)
    await scene().admin.modify(
      dn,
      { operation: 'add', type: 'description', values: ['kept', 'as well'] },
      { operation: 'add', type: 'carLicense', values: ['NAVY-1'] },
      { operation: 'add', type: 'objectClass', values: ['posixAccount'] },
      { operation: 'add', type: 'uidNumber', values: ['1000'] },
      { operation: 'add', type: 'gidNumber', values: ['100'] },
      { operation: 'add', type: 'homeDirectory', values: ['/home/grace'] },
      { operation: 'add', type: 'userPassword', values: ['Correct-Horse-7'] },
    )
    const put = await scene().bridge.scim.put(`/Users/${id}`, {
      userName,
      name: { ...person.name },
      displayName: 'Grace',
      title: ' ',
      emails: [],
      [enterprise]: { department: '', employeeNumber: null },
    })
    assert.equal(put.status, 200, put.text)
    assert.equal(
      await scene().sent(put),
      [
        `dn: ${dn}`,
        'changetype: modify',
        ['delete: title', 'title: Rear Admiral', '-'],
        ['delete: mail', 'mail: grace@example.org', '-'],
        ['delete: telephoneNumber', 'telephoneNumber: +1 202 555 0100', '-'],
        ['delete: employeeNumber', 'employeeNumber: 1906', '-'],
        ['delete: departmentNumber', 'departmentNumber: Navy', '-'],
      ]
        .flat()
        .join('\n'),
    )
    const entry = await scene().admin.read(dn, ['*'])
    const { userPassword, ...others } = entry?.attributes ?? {}
    assert.equal(userPassword?.length, 1)
    assert.deepEqual(others, {
      objectClass: ['inetOrgPerson', 'posixAccount'],
      uid: [userName],
      cn: ['Grace Hopper'],
      sn: ['Hopper'],
      givenName: ['Grace'],
      displayName: ['Grace'],
      description: ['kept', 'as well'],
      carLicense: ['NAVY-1'],
      uidNumber: ['1000'],
      gidNumber: ['100'],
      homeDirectory: ['/home/grace'],
    })
  })

  it('adds and removes single values of a list, and never writes those that stay', async () => {
    const created = await scene().user({
      emails: ['one', 'two', 'three'].map((name) => ({
        value: `${name}@example.org`,
        type: 'work',
      })),
    })
    const id = created.id
    const changed = await scene().patch(
      id,
      { op: 'remove', path: 'emails[value eq "two@example.org"]' },
      { op: 'add', path: 'emails', value: [{ value: 'four@example.org', type: 'work' }] },
    )
    assert.equal(changed.status, 200, changed.text)
    const lines = (await scene().sent(changed)).split('\n').slice(2)
    assert.deepEqual(
      lines,
      [
        ['delete: mail', 'mail: two@example.org', '-'],
        ['add: mail', 'mail: four@example.org', '-'],
      ].flat(),
    )
  })

  it('leaves the other values of an attribute alone that SCIM shows one of, as long as that one stays', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`uid=${name}`, {
      uid: [name, `${name}-alias`],
      cn: ['Grace Hopper', 'Amazing Grace'],
      title: ['Rear Admiral', 'Professor'],
      givenName: ['Grace', 'Brewster'],
      sn: ['Hopper', 'Murray'],
      departmentNumber: ['1', '2'],
    })
    const id = await scene().idOf(dn)
    const shown = await scene().get(id)
    const put = await scene().bridge.scim.put(`/Users/${id}`, { ...shown, displayName: 'Grace' })
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(
      (await scene().sent(put)).split('\n').slice(2),
      [['add: displayName', 'displayName: Grace', '-']].flat(),
    )
  })

  it('puts a new value in the place of the one that is shown, and it is shown from then on', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`uid=${name}`, { title: ['Rear Admiral', 'Professor'] })
    const id = await scene().idOf(dn)
    const changed = await scene().patch(id, { op: 'replace', path: 'title', value: 'Commodore' })
    assert.equal(changed.answer?.['title'], 'Commodore')
    assert.equal((await scene().get(id))['title'], 'Commodore')
    assert.deepEqual(await scene().admin.values(dn, 'title'), ['Commodore', 'Professor'])
    const same = await scene().bridge.scim.put(`/Users/${id}`, await scene().get(id))
    assert.equal(await scene().sent(same), '')
    const gone = await scene().patch(id, { op: 'remove', path: 'title' })
    assert.equal(gone.answer?.['title'], undefined)
    assert.deepEqual(await scene().admin.values(dn, 'title'), [])
  })
})
