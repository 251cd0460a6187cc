import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { usersMap } from '../users-map.ts'
import { type Scene, sceneFor } from '../users/scene.ts'

const emails = [
  { value: 'work@example.org', type: 'work' },
  { value: 'home@example.org', type: 'home', primary: true, display: 'Home' },
  { value: 'bare@example.org' },
]

/** The parts of e-mail addresses that are advertised. */
async function emailParts(scene: Scene): Promise<readonly JsonValue[]> {
  const urn = 'urn:ietf:params:scim:schemas:core:2.0:User'
  const { answer } = await scene.bridge.scim.get(`/Schemas/${urn}`)
  const attributes = (answer?.['attributes'] ?? []) as readonly JsonObject[]
  const found = attributes.find(({ name }) => name === 'emails')
  return ((found?.['subAttributes'] ?? []) as readonly JsonObject[]).map(({ name }) => name ?? '')
}

/** What is shown of e-mail addresses after they were given, and again after all that was shown was given back. */
async function shownOf(scene: Scene, given: readonly JsonObject[]): Promise<readonly JsonValue[]> {
  const user = await scene.user({ emails: given })
  const put = await scene.bridge.scim.put(`/Users/${user.id}`, user)
  assert.deepEqual(put.answer, user, put.text)
  return (put.answer['emails'] ?? []) as readonly JsonValue[]
}

describe('The type of a value, and which is the primary one (RFC 7643 §2.4)', () => {
  describe('with a line for each type, one of them isPrimary', () => {
    const scene = sceneFor(usersMap({ 'emails[type eq "home"]': 'roomNumber' }))

    it('survive as the map says: the type, not the mark, and no type that has no line', async () => {
      const other = { value: 'other@example.org', type: 'other' }
      assert.deepEqual(await shownOf(scene(), [...emails, other]), [
        // Without a type it belongs to the first line.
        { value: 'work@example.org', type: 'work', primary: true },
        { value: 'bare@example.org', type: 'work' },
        { value: 'home@example.org', type: 'home' },
      ])
      assert.deepEqual(await emailParts(scene()), ['value', 'type', 'primary'])
    })
  })

  describe('with one line without type', () => {
    const scene = sceneFor(usersMap({ 'emails[type eq "work"]': undefined, emails: 'mail' }))

    it('do not survive, while every value does', async () => {
      assert.deepEqual(await shownOf(scene(), emails), [
        { value: 'work@example.org' },
        { value: 'home@example.org' },
        { value: 'bare@example.org' },
      ])
      assert.deepEqual(await emailParts(scene()), ['value'])
    })
  })

  describe('with one line without type that isPrimary', () => {
    const line = { attribute: 'mail', isPrimary: true }
    const scene = sceneFor(usersMap({ 'emails[type eq "work"]': undefined, emails: line }))

    it('survive as far as the primary value goes, which is the first of the attribute', async () => {
      assert.deepEqual(await shownOf(scene(), emails), [
        { value: 'home@example.org', primary: true },
        { value: 'work@example.org' },
        { value: 'bare@example.org' },
      ])
      assert.deepEqual(await emailParts(scene()), ['value', 'primary'])
    })

    it('follow when another value becomes the primary one', async () => {
      const { id } = await scene().user({ emails })
      const changed = await scene().patch(id, {
        op: 'replace',
        path: 'emails[value eq "bare@example.org"].primary',
        value: true,
      })
      assert.equal(changed.status, 200, changed.text)
      const [first] = (changed.answer?.['emails'] ?? []) as JsonObject[]
      assert.deepEqual(first, { value: 'bare@example.org', primary: true })
    })
  })

  describe('with a line for a type and one for the others', () => {
    const scene = sceneFor(usersMap({ emails: 'roomNumber' }))

    it('are those of the line', async () => {
      assert.deepEqual(await shownOf(scene(), emails), [
        { value: 'work@example.org', type: 'work', primary: true },
        { value: 'home@example.org' },
        { value: 'bare@example.org' },
      ])
    })
  })
})
