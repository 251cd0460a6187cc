import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { assertError, patchOf, sceneFor, type ShownUser, tally } from './scene.ts'

const stale = {
  status: 412,
  detail: 'The resource has changed since the version in If-Match.',
}

const versionOf = (user: JsonObject | undefined): string =>
  (user as { meta: { version: string } } | undefined)?.meta.version ?? ''

const titled = (title: string): JsonObject =>
  patchOf({ op: 'replace', path: 'title', value: title })

const named = (userName: string): JsonObject =>
  patchOf({ op: 'replace', path: 'userName', value: userName })

describe('If-Match on a write of a user (RFC 7644 §3.14)', () => {
  const scene = sceneFor()

  const send = async (
    method: string,
    { id }: ShownUser,
    ifMatch: string,
    body?: JsonValue,
  ): Promise<Exchange> =>
    await scene().bridge.scim.send(method, `/Users/${id}`, {
      headers: { 'if-match': ifMatch },
      ...(body === undefined ? {} : { body }),
    })

  it('lets the write pass with the version that the user has, in weak and strong form, and with *', async () => {
    let user: ShownUser = await scene().user()
    const forms: ((version: string) => string)[] = [
      (version) => version,
      (version) => version.replace('W/', ''),
      (version) => `"other", ${version}`,
      () => '*',
    ]
    for (const [index, form] of forms.entries()) {
      const patched = await send('PATCH', user, form(versionOf(user)), titled(String(index)))
      assert.equal(patched.status, 200, patched.text)
      assert.notEqual(versionOf(patched.answer), versionOf(user))
      user = patched.answer as ShownUser
      assert.equal(patched.headers.get('etag'), versionOf(user))
    }
    const put = await send('PUT', user, versionOf(user), { ...user, title: 'put' })
    assert.equal(put.status, 200, put.text)
    const deleted = await send('DELETE', user, versionOf(put.answer))
    assert.equal(deleted.status, 204, deleted.text)
  })

  it('stops PUT, PATCH and DELETE with another version, a rename too, and nothing is written', async () => {
    const before = await scene().user()
    await scene().patch(before.id, { op: 'add', path: 'title', value: 'since' })
    await scene().writesNothing(async () => {
      const old = versionOf(before)
      for (const tag of [old, '"x"', 'W/""', 'nonsense', old.slice(0, -2), '']) {
        assertError(await send('PUT', before, tag, before), stale)
        assertError(await send('PATCH', before, tag, titled('later')), stale)
        assertError(
          await send(
            'PATCH',
            before,
            tag,
            patchOf({ op: 'replace', path: 'userName', value: 'z' }),
          ),
          stale,
        )
        assertError(await send('DELETE', before, tag), stale)
      }
    })
  })

  it('stops a change that would change nothing as well', async () => {
    const user = await scene().user({ title: 'same' })
    assertError(await send('PATCH', user, 'W/"old"', titled('same')), stale)
  })

  it('lets a rename pass with the right version', async () => {
    const user = await scene().user()
    const renamed = await send('PATCH', user, versionOf(user), {
      ...patchOf({ op: 'replace', value: { userName: scene().unusedName(), title: 'x' } }),
    })
    assert.equal(renamed.status, 200, renamed.text)
    assertError(await send('PATCH', user, versionOf(user), titled('y')), stale)
  })

  it('lets the userName of an entry change that is named by cn, and stops it with another version', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`cn=${name}`, { cn: name, uid: name })
    const user = await scene().get(await scene().idOf(dn))
    assertError(await send('PATCH', user, 'W/"old"', named(`${name}-2`)), stale)
    const changed = await send('PATCH', user, versionOf(user), named(`${name}-2`))
    assert.equal(changed.status, 200, changed.text)
    assertError(await send('PATCH', user, versionOf(user), named(`${name}-3`)), stale)
  })

  it('with * does not make a user who is not there', async () => {
    const user = await scene().user()
    await scene().bridge.scim.delete(`/Users/${user.id}`)
    assert.equal((await send('PUT', user, '*', user)).status, 404)
  })

  it('lets one of twenty writers pass who all have the same version', async () => {
    const user = await scene().user()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        send('PATCH', user, versionOf(user), titled(`writer ${index}`)),
      ),
    )
    assert.deepEqual(tally(answers), { 200: 1, 412: 19 })
    const winner = answers.find(({ status }) => status === 200)
    assert.deepEqual(await scene().get(user.id), winner?.answer)
  })

  it('lets one of twenty renames pass that all have the same version', async () => {
    const user = await scene().user()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        send(
          'PATCH',
          user,
          versionOf(user),
          patchOf({ op: 'replace', path: 'userName', value: scene().unusedName() }),
        ),
      ),
    )
    assert.deepEqual(tally(answers), { 200: 1, 412: 19 })
    const winner = answers.find(({ status }) => status === 200)
    assert.deepEqual(await scene().get(user.id), winner?.answer)
  })

  it('lets all of twenty writers pass who name no version, and the values of all are there', async () => {
    const user = await scene().user()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        scene().patch(user.id, {
          op: 'add',
          path: 'emails',
          value: [{ value: `mail${index}@example.org`, type: 'work' }],
        }),
      ),
    )
    assert.deepEqual(tally(answers), { 200: 20 })
    const { emails } = (await scene().get(user.id)) as unknown as { emails: unknown[] }
    assert.equal(emails.length, 20)
  })
})

describe('If-None-Match on a write of a user (RFC 9110 §13.1.2)', () => {
  const scene = sceneFor()

  it('stops PUT, PATCH and DELETE for * and the version that he has, and lets them pass for others', async () => {
    const user = await scene().user()
    const { scim } = scene().bridge
    const path = `/Users/${user.id}`
    const send = async (method: string, tag: string, body?: JsonObject): Promise<Exchange> =>
      await scim.send(method, path, {
        headers: { 'if-none-match': tag },
        ...(body === undefined ? {} : { body }),
      })
    const refusal = {
      status: 412,
      detail: 'The resource has a version that If-None-Match excludes.',
    }
    await scene().writesNothing(async () => {
      for (const tag of ['*', versionOf(user), `"other", ${versionOf(user)}`]) {
        assertError(await send('PUT', tag, { ...user, title: 'put' }), refusal)
        assertError(await send('PATCH', tag, titled('patched')), refusal)
        assertError(await send('DELETE', tag), refusal)
      }
    })
    assert.equal((await send('PATCH', 'W/"other"', titled('patched'))).status, 200)
    assert.equal((await send('PUT', versionOf(user), { ...user, title: 'put' })).status, 200)
    assert.equal((await send('DELETE', '"other"')).status, 204)
  })
})

describe('If-None-Match on a GET of a user (RFC 7644 §3.14)', () => {
  const scene = sceneFor()

  it('answers 304 without a body while the user is unchanged', async () => {
    const user = await scene().user()
    const headers = { 'if-none-match': versionOf(user) }
    const same = await scene().bridge.scim.get(`/Users/${user.id}`, headers)
    assert.equal(same.status, 304)
    assert.equal(same.text, '')
    await scene().patch(user.id, { op: 'add', path: 'title', value: 'new' })
    assert.equal((await scene().bridge.scim.get(`/Users/${user.id}`, headers)).status, 200)
  })
})
