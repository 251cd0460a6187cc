import assert from 'node:assert/strict'
import { eventually, sceneFor } from './scene.ts'

const names: Readonly<Record<string, string>> = {
  'a comma': 'a,b',
  'a plus sign': 'a+b',
  'a hash at the start': '#x',
  'blanks around it': ' x ',
  'a quotation mark': 'x"y',
  'a backslash': String.raw`x\y`,
  'a slash': 'x/y',
  'a percent sign': 'x%y',
  'an asterisk': 'x*y',
  parentheses: '(x)',
  'an umlaut': 'ü',
  'Japanese letters': '日本',
  'an emoji': '👩🏽‍🚀',
  'angle brackets and a semicolon': '<a;b>',
  'an equals sign': 'a=b',
  'an escape of LDAP filters': String.raw`\2a`,
  'an apostrophe and an ampersand': `O'Neil & Co`,
  'two hundred characters': 'long'.repeat(50),
}

for (const [what, name] of Object.entries(names)) {
  describe(`A userName with ${what}`, () => {
    const scene = sceneFor()
    let id = ''

    it('is created and answered as it is', async () => {
      const created = await scene().user({ userName: name, title: name })
      assert.equal(created.userName, name)
      assert.equal(created['title'], name)
      id = created.id
      assert.deepEqual(await scene().get(id), created)
      assert.deepEqual(await scene().admin.values(String(await scene().dnOf(id)), 'uid'), [name])
    })

    it('is found by filter, alone and beside a condition, and no other name with it', async () => {
      const text = JSON.stringify(name)
      const filters = [
        `userName eq ${text}`,
        `title eq ${text}`,
        `userName eq ${text} and active eq true`,
      ]
      for (const filter of filters) {
        assert.deepEqual(
          (await scene().find(filter)).map((user) => user.id),
          [id],
          filter,
        )
      }
      assert.deepEqual(await scene().find(`userName eq ${JSON.stringify(`${name}!`)}`), [])
    })

    it('becomes a member of a group and leaves it', async () => {
      const group = await scene().group([], `group ${name}`)
      const change = async (op: string): Promise<number> => {
        const body = {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op, path: 'members', value: [{ value: id }] }],
        }
        return (await scene().bridge.scim.patch(`/Groups/${group}`, body)).status
      }
      assert.equal(await change('add'), 204)
      assert.deepEqual(await scene().memberIds(group), [id])
      assert.equal(await change('remove'), 204)
      assert.deepEqual(await scene().memberIds(group), [])
      assert.equal(await change('add'), 204)
    })

    it('is changed in letter case alone, then to another name, and back', async () => {
      const [group] = (await scene().get(id))['groups'] as { value: string }[]
      for (const userName of [name.toUpperCase(), `${name}2`, name]) {
        const renamed = await scene().patch(id, {
          op: 'replace',
          path: 'userName',
          value: userName,
        })
        assert.equal(renamed.status, 200, renamed.text)
        assert.equal(renamed.answer?.['userName'], userName)
        await eventually(async () => {
          assert.deepEqual(await scene().memberIds(group?.value ?? ''), [id])
        })
      }
    })

    it('is deleted, and gone from its group', async () => {
      const [group] = (await scene().get(id))['groups'] as { value: string }[]
      assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
      assert.deepEqual(await scene().find(`userName eq ${JSON.stringify(name)}`), [])
      await eventually(async () => {
        assert.deepEqual(await scene().memberIds(group?.value ?? ''), [])
      })
    })
  })
}
