import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { sceneFor } from '../users/scene.ts'

const shownBy = (fallback: string) => ({ attribute: 'scimExternalId', fallback: [fallback] })

describe('A value that is shown in place of one (map lines with a fallback)', () => {
  const scene = sceneFor({
    'groups.attributes': JSON.stringify({ displayName: 'cn', externalId: shownBy('displayName') }),
  })

  /** What a PUT of what is shown, with a new name, and the same PUT once more send to the directory. */
  async function renamedTwice(path: string, name: JsonObject): Promise<readonly string[]> {
    const shown = (await scene().bridge.scim.get(path)).answer ?? {}
    const echo = await scene().bridge.scim.put(path, shown)
    const [put, again] = [
      await scene().bridge.scim.put(path, { ...shown, ...name }),
      await scene().bridge.scim.put(path, { ...shown, ...name }),
    ]
    for (const { status, text } of [echo, put, again]) assert.equal(status, 200, text)
    assert.deepEqual(again.answer, put.answer)
    return [await scene().sent(echo), await scene().sent(put), await scene().sent(again)]
  }

  it('is written when a PUT asks for it and it would no longer be shown, of a user', async () => {
    const dn = await scene().entry('uid=shown', { uid: 'shown', displayName: 'Anna Berg' })
    const path = `/Users/${await scene().idOf(dn)}`
    const [echo, put, again] = await renamedTwice(path, { displayName: 'Anna B.' })
    assert.deepEqual([echo, again], ['', ''])
    assert.match(put ?? '', /^add: givenName\ngivenName: Anna Berg$/mu)
  })

  it('is written when a PUT asks for it and it would no longer be shown, of a group', async () => {
    const name = scene().unusedName()
    const path = `/Groups/${await scene().group([], name)}`
    assert.equal((await scene().bridge.scim.get(path)).answer?.['externalId'], name)
    const [echo, put, again] = await renamedTwice(path, { displayName: scene().unusedName() })
    assert.deepEqual([echo, again], ['', ''])
    assert.match(put ?? '', new RegExp(`^add: scimExternalId\\nscimExternalId: ${name}$`, 'mu'))
  })

  it('goes with what it is made from when a PATCH does not name it', async () => {
    const group = await scene().group()
    const displayName = scene().unusedName()
    const patched = await scene().bridge.scim.patch(`/Groups/${group}?attributes=externalId`, {
      Operations: [{ op: 'replace', value: { displayName } }],
    })
    assert.equal(patched.answer?.['externalId'], displayName)
    assert.doesNotMatch(await scene().sent(patched), /scimExternalId/u)
  })

  it('is written when a PATCH names it beside what it was made from', async () => {
    const name = scene().unusedName()
    const group = await scene().group([], name)
    const renamed = { displayName: scene().unusedName(), externalId: name }
    const patched = await scene().bridge.scim.patch(`/Groups/${group}?attributes=externalId`, {
      Operations: [{ op: 'replace', value: renamed }],
    })
    assert.equal(patched.answer?.['externalId'], name)
  })
})
