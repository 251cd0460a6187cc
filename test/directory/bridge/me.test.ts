import assert from 'node:assert/strict'
import { hashToken } from '../../../src/http/tokens.ts'
import { ScimClient } from '../../walkthrough/scim-client.ts'
import { sceneFor } from './users/scene.ts'

const token = 'sdb_barbara'
const userName = 'Barbara "Babs" Jensen, (guide)'

describe('/Me on OpenLDAP, for a token that stands for a user (RFC 7644 §3.11)', () => {
  const user = JSON.stringify(userName)
  const scene = sceneFor({
    'http.tokens': `[{ name: barbara, sha256: ${hashToken(token)}, user: ${user} }]`,
  })

  it('is the user as soon as there is one of this name, found and changed in his place', async () => {
    const me = new ScimClient(scene().bridge.baseUrl, token)
    assert.equal((await me.get('/Me')).status, 404)
    const name = { givenName: 'Barbara', familyName: 'Jensen' }
    const { answer, headers } = await me.post('/Users', { userName, name })
    const found = await me.get('/Me')
    assert.deepEqual(found.answer, answer)
    assert.equal(found.headers.get('location'), headers.get('location'))
    const Operations = [{ op: 'add', path: 'title', value: 'Guide' }]
    const changed = await me.patch('/Me', { Operations })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(changed.headers.get('location'), headers.get('location'))
    assert.equal((await me.get('/Me')).answer?.['title'], 'Guide')
    // Otherwise the token would stand for nobody, or for the next one of this name.
    for (const refused of [
      await me.patch('/Me', { Operations: [{ op: 'replace', value: { userName: 'babs' } }] }),
      await me.put('/Me', { userName: 'babs', name }),
      await me.put(
        new URL(found.headers.get('location') ?? '').pathname.replace(/^.*(?=\/Users)/u, ''),
        {
          userName: 'babs',
          name,
        },
      ),
    ]) {
      assert.equal(refused.status, 400, refused.text)
      assert.equal(refused.answer?.['scimType'], 'mutability')
      assert.match(refused.text, /stands for this user by the userName/u)
    }
    const replaced = await me.put('/Me', { userName, name })
    assert.equal(replaced.answer?.['title'], undefined)
    assert.equal((await me.delete('/Me')).status, 403)
  })
})
