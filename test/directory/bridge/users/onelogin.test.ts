import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { enterprise, sceneFor, type ShownUser } from './scene.ts'

const emptyList = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  startIndex: 1,
  itemsPerPage: 0,
  Resources: [],
}

/** The Enterprise template with its macros filled in for somebody without manager. */
const template = (userName: string, more: JsonObject = {}): JsonObject => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  [enterprise]: { department: 'Sales', manager: { managerId: '', displayName: ' ' } },
  active: 'true',
  emails: [{ value: 'kelly@example.com', type: 'work', primary: true }],
  meta: { resourceType: 'User' },
  name: { familyName: 'Slater', givenName: 'Kelly', formatted: 'Kelly Slater' },
  userName,
  id: null,
  ...more,
})

describe('What OneLogin sends about users', () => {
  const scene = sceneFor()

  const create = async (body: JsonObject): Promise<ShownUser> => {
    const created = await scene().bridge.scim.post('/Users', body)
    assert.equal(created.status, 201, created.text)
    return created.answer as ShownUser
  }

  it('OL-1: "Enable" looks for a name that does not exist, and gets an empty list as application/json', async () => {
    const test = await scene().bridge.scim.get(
      '/Users?filter=userName%20eq%20%22a-name-that-surely-does-not-exist%22',
    )
    assert.equal(test.status, 200)
    assert.match(test.headers.get('content-type') ?? '', /^application\/json/u)
    assert.deepEqual(test.answer, emptyList)
  })

  it('OL-2: looks a user up before it creates or updates him, in any spelling of the operator', async () => {
    const userName = `${scene().unusedName()}+tag@example.com`
    const { id } = await create(template(userName))
    for (const filter of [
      `userName eq "${userName}"`,
      `userName Eq "${userName}"`,
      `username EQ "${userName}"`,
      `urn:ietf:params:scim:schemas:core:2.0:User:userName eq "${userName}"`,
    ]) {
      const [found, ...more] = await scene().find(filter)
      assert.equal(found?.id, id, filter)
      assert.deepEqual(more, [])
    }
  })

  it('OL-3: creates a user from the Enterprise template, blanks and all', async () => {
    const userName = scene().unusedName()
    const created = await scene().bridge.scim.post('/Users', template(userName))
    assert.equal(created.status, 201, created.text)
    const { id, meta, ...rest } = created.answer as ShownUser
    assert.match(id, /^[0-9a-f-]{36}$/u)
    assert.equal(created.headers.get('location'), `${scene().bridge.baseUrl}/Users/${id}`)
    assert.equal((meta as JsonObject)['resourceType'], 'User')
    assert.deepEqual(rest, {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
      userName,
      name: { formatted: 'Kelly Slater', familyName: 'Slater', givenName: 'Kelly' },
      active: true,
      emails: [{ value: 'kelly@example.com', type: 'work', primary: true }],
      [enterprise]: { department: 'Sales' },
    })
  })

  it('OL-3: creates a user from the sample of its own documentation, which is SCIM 1.1', async () => {
    const userName = scene().unusedName()
    const created = await create({
      schemas: ['urn:scim:schemas:core:1.0'],
      externalId: null,
      userName,
      nickName: 'Bibi2',
      name: { formatted: 'Ms. Jeni Bibinka', familyName: 'Bibinka', givenName: 'Jeni' },
      displayName: 'jbibinka',
      profileUrl: 'https://example.com/jbibinka',
      title: 'Vice President',
      timezone: 'Pacific Standard Time',
      active: true,
      emails: [{ value: 'jbibinka2@example.com', primary: true }],
      photos: [{ value: 'https://example.com/photo.jpg', type: 'photo' }],
      groups: [],
      user_name: 'unknown to everybody',
    })
    assert.equal(created['displayName'], 'jbibinka')
    assert.equal(created['title'], 'Vice President')
    assert.deepEqual(created['emails'], [
      { value: 'jbibinka2@example.com', type: 'work', primary: true },
    ])
    assert.equal(created['nickName'], undefined)
  })

  it('OL-3: sends one e-mail address as an object, and the enterprise attributes under the URN of SCIM 1.1', async () => {
    const boss = await scene().userId()
    const created = await create({
      schemas: ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:extension:enterprise:1.0'],
      userName: scene().unusedName(),
      name: { givenName: 'Kelly', familyName: 'Slater', formatted: 'Kelly Slater' },
      emails: { value: 'kelly@example.com', type: 'work', primary: true },
      title: 'Surfer',
      'urn:scim:schemas:extension:enterprise:1.0': {
        department: 'Sales',
        manager: { managerId: boss, displayName: 'The Boss' },
      },
    })
    assert.deepEqual(created['emails'], [
      { value: 'kelly@example.com', type: 'work', primary: true },
    ])
    const extension = created[enterprise] as { department: string; manager: { value: string } }
    assert.equal(extension.department, 'Sales')
    assert.equal(extension.manager.value, boss)
  })

  it('OL-3: sends the Core template without e-mail and active: the user is active and has both parts of a name', async () => {
    const userName = scene().unusedName()
    const created = await create({
      schemas: ['urn:scim:schemas:core:1.0'],
      userName,
      name: { givenName: '', familyName: '', formatted: ' ' },
    })
    assert.equal(created['active'], true)
    assert.deepEqual(created['name'], {
      formatted: userName,
      familyName: userName,
      givenName: userName,
    })
  })

  it('OL-3: creates somebody a second time, and is told so with 409', async () => {
    const body = template(scene().unusedName())
    await create(body)
    const again = await scene().bridge.scim.post('/Users', body)
    assert.equal(again.status, 409)
    assert.equal(again.answer?.['scimType'], 'uniqueness')
  })

  it('OL-4: reads a user by id, and gets 404 with an Error when he is gone', async () => {
    const user = await create(template(scene().unusedName()))
    assert.deepEqual(await scene().get(user.id), user)
    await scene().bridge.scim.delete(`/Users/${user.id}`)
    const gone = await scene().bridge.scim.get(`/Users/${user.id}`)
    assert.equal(gone.status, 404)
    assert.deepEqual(gone.answer?.['schemas'], ['urn:ietf:params:scim:api:messages:2.0:Error'])
  })

  it('OL-5: updates a user by PUT of the template, with id null, absent, blank or that of another', async () => {
    const { id, userName } = await create(template(scene().unusedName()))
    const ids: JsonValue[] = [null, '', id, 'another']
    for (const [index, each] of ids.entries()) {
      const put = await scene().bridge.scim.put(
        `/Users/${id}`,
        template(userName, { id: each, title: `Number ${index}` }),
      )
      assert.equal(put.status, 200, put.text)
      assert.equal(put.answer?.['id'], id)
      assert.equal(put.answer['title'], `Number ${index}`)
    }
  })

  it('OL-5: renames a user by PUT, and finds him by the new name under the same id', async () => {
    const { id } = await create(template(scene().unusedName()))
    const userName = scene().unusedName()
    const put = await scene().bridge.scim.put(`/Users/${id}`, template(userName))
    assert.equal(put.status, 200, put.text)
    const [found] = await scene().find(`userName eq "${userName}"`)
    assert.equal(found?.id, id)
  })

  it('OL-6: suspends and enables a user by PUT, with active in every form', async () => {
    const { id, userName } = await create(template(scene().unusedName()))
    for (const [off, on] of [
      [false, true],
      ['false', 'true'],
      ['False', 'True'],
      ['0', '1'],
      [0, 1],
    ] as [JsonValue, JsonValue][]) {
      const suspended = await scene().bridge.scim.put(
        `/Users/${id}`,
        template(userName, { active: off }),
      )
      assert.equal(suspended.answer?.['active'], false, suspended.text)
      const [found] = await scene().find(`userName eq "${userName}"`)
      assert.equal(found?.['active'], false)
      const enabled = await scene().bridge.scim.put(
        `/Users/${id}`,
        template(userName, { active: on }),
      )
      assert.equal(enabled.answer?.['active'], true, enabled.text)
    }
  })

  it('OL-6: may suspend by PATCH, with a capital operation', async () => {
    const { id } = await create(template(scene().unusedName()))
    const patched = await scene().patch(id, { op: 'Replace', path: 'active', value: false })
    assert.equal(patched.answer?.['active'], false, patched.text)
  })

  it('OL-7: deletes a user, who is found no more', async () => {
    const { id, userName } = await create(template(scene().unusedName()))
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
    assert.deepEqual(await scene().find(`userName eq "${userName}"`), [])
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 404)
  })

  it('OL-8: lists all users without naming a count, and gets as many as there are', async () => {
    const { answer } = await scene().bridge.scim.get('/Users')
    const resources = answer?.['Resources'] as ShownUser[]
    assert.equal(answer?.['totalResults'], resources.length)
    assert.equal(answer['itemsPerPage'], resources.length)
    const ids = await scene().pagedIds(3)
    assert.equal(ids.length, resources.length)
    assert.deepEqual(new Set(ids), new Set(resources.map(({ id }) => id)))
  })

  it('has a base URL with a slash at its end: //Users is understood, and so is a slash behind', async () => {
    const user = await create(template(scene().unusedName()))
    for (const path of [`//Users/${user.id}`, `/Users/${user.id}/`, `//Users//${user.id}`]) {
      const answer = await scene().bridge.scim.get(path)
      assert.deepEqual(answer.answer, user, path)
    }
  })
})
