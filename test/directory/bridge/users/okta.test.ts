import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { patchOf, sceneFor, withoutMeta } from './scene.ts'

const scimJson = {
  'content-type': 'application/scim+json; charset=utf-8',
  accept: 'application/scim+json',
}

describe('What Okta sends about users', () => {
  const scene = sceneFor()

  it('O-1: tests its credentials, and looks users up, with startIndex and count', async () => {
    const { userName } = await scene().user()
    for (const [name, count, total] of [
      ['nobody-at-all', 2, 0],
      [userName, 100, 1],
    ] as const) {
      const filter = encodeURIComponent(`userName eq "${name}"`)
      const found = await scene().bridge.scim.get(
        `/Users?filter=${filter}&startIndex=1&count=${count}`,
        scimJson,
      )
      assert.equal(found.status, 200, found.text)
      assert.match(found.headers.get('content-type') ?? '', /^application\/scim\+json/u)
      const { totalResults, startIndex, itemsPerPage } = found.answer ?? {}
      assert.deepEqual([totalResults, startIndex, itemsPerPage], [total, 1, total])
    }
  })

  it('O-2: creates a user with a placeholder for a password, groups and locale', async () => {
    const created = await scene().bridge.scim.send('POST', '/Users', {
      headers: scimJson,
      body: {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: scene().unusedName(),
        name: { givenName: 'Test', familyName: 'User' },
        emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
        displayName: 'Test User',
        locale: 'en-US',
        externalId: '00ujl29u0le5T6Aj10h7',
        groups: [],
        password: '1mz050nq',
        active: true,
      },
    })
    assert.equal(created.status, 201, created.text)
    assert.equal(created.answer?.['displayName'], 'Test User')
    assert.equal(created.answer['externalId'], '00ujl29u0le5T6Aj10h7')
    assert.ok(!created.text.includes('password') && !created.text.includes('1mz050nq'))
  })

  it('O-3: imports users page by page, in an order that stays', async () => {
    for (let count = 0; count < 7; count += 1) await scene().user()
    const ids = await scene().pagedIds(3)
    assert.equal(new Set(ids).size, ids.length)
    assert.deepEqual(await scene().pagedIds(3), ids)
  })

  it('O-4: reads a user and puts back what it read with its changes, read-only attributes and groups included', async () => {
    const boss = await scene().userId()
    const user = await scene().user({
      emails: [{ value: 'one@example.com', type: 'work', primary: true }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: boss },
    })
    await scene().group([user.id])
    const read = await scene().get(user.id)
    assert.ok(read['groups'] !== undefined)
    const same = await scene().bridge.scim.send('PUT', `/Users/${user.id}`, {
      headers: scimJson,
      body: read,
    })
    assert.equal(same.status, 200, same.text)
    assert.equal(await scene().sent(same), '')
    const put = await scene().bridge.scim.send('PUT', `/Users/${user.id}`, {
      headers: scimJson,
      body: { ...read, displayName: 'Changed', groups: [] } as JsonObject,
    })
    assert.deepEqual(withoutMeta(put.answer ?? {}), {
      ...withoutMeta(read),
      displayName: 'Changed',
    })
  })

  it('O-5: deactivates a user without a path, and synchronises his password', async () => {
    const user = await scene().user()
    const patched = await scene().bridge.scim.send('PATCH', `/Users/${user.id}`, {
      headers: scimJson,
      body: patchOf({ op: 'replace', value: { active: false } }),
    })
    assert.equal(patched.status, 200, patched.text)
    assert.equal(patched.answer?.['active'], false)
    const again = await scene().patch(user.id, { op: 'replace', value: { active: true } })
    assert.equal(again.answer?.['active'], true)
    const synced = await scene().patch(user.id, {
      op: 'replace',
      value: { password: 'Correct-Horse-7' },
    })
    assert.equal(synced.status, 200, synced.text)
    assert.equal(
      await scene().admin.canBind(scene().dn(`uid=${user.userName}`), 'Correct-Horse-7'),
      true,
    )
  })
})

describe('What Okta sends in its Authorization header', () => {
  const scene = sceneFor({ 'http.acceptRawToken': 'true' })

  it('may be the token alone, without "Bearer"', async () => {
    const { baseUrl, token } = scene().bridge
    for (const authorization of [token, `Bearer ${token}`, `bearer ${token}`]) {
      const answer = await fetch(`${baseUrl}/Users`, { headers: { authorization } })
      assert.equal(answer.status, 200)
    }
  })
})
