import assert from 'node:assert/strict'
import { eventually } from '../../../support/eventually.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { assertRefused, textIn } from '../../bridge/groups/group-scene.ts'
import type { Outcome, Topic } from '../server-case.ts'
import { type ServerScene, toMembers } from '../server-scene.ts'

const names: Readonly<Record<string, string>> = {
  'a comma: `a,b`': 'a,b',
  'a plus sign: `a+b`': 'a+b',
  'a hash at its start: `#x`': '#x',
  'blanks around it: ` x `': ' x ',
  'a quotation mark: `x"y`': 'x"y',
  'a backslash: `x\\y`': String.raw`x\y`,
  'a slash: `x/y`': 'x/y',
  'a percent sign: `x%y`': 'x%y',
  'an asterisk: `x*y`': 'x*y',
  'parentheses: `(x)`': '(x)',
  'an umlaut: `ü`': 'ü',
  'Japanese letters: `日本`': '日本',
  'an emoji: `👩🏽‍🚀`': '👩🏽‍🚀',
  'angle brackets and a semicolon: `<a;b>`': '<a;b>',
  'an equals sign: `a=b`': 'a=b',
  'an escape of LDAP filters: `\\2a`': String.raw`\2a`,
  "an apostrophe and an ampersand: `O'Neil & Co`": `O'Neil & Co`,
  'two hundred characters': 'long'.repeat(50),
}

/** A refusal of a value, which is the client's to mend: nothing was written, and it is said what was wrong. */
function refused(exchange: Exchange, attribute: string): Outcome {
  const detail = new RegExp(attribute, 'u')
  assertRefused(exchange, { status: 400, scimType: 'invalidValue', detail })
  return `400, which names ${attribute}`
}

async function assertFound(scene: ServerScene, name: string, id: string): Promise<void> {
  const text = JSON.stringify(name)
  for (const filter of [`userName eq ${text}`, `userName eq ${text} and active eq true`]) {
    assert.deepEqual(await scene.find(filter), [id], filter)
  }
  assert.deepEqual(await scene.find(`userName eq ${JSON.stringify(`${name}!`)}`), [])
}

/** Renames a user in letter case alone, to another name, and back; his group keeps him.
 *  @returns the first refusal. */
async function rename(
  scene: ServerScene,
  { id, name, group }: { readonly id: string; readonly name: string; readonly group: string },
): Promise<Outcome | undefined> {
  for (const value of [name.toUpperCase(), `${name}2`, name]) {
    const renamed = await scene.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value })
    if (renamed.status !== 200) return `not renamed: ${refused(renamed, 'userName')}`
    assert.equal(renamed.answer?.['userName'], value)
    await assertFound(scene, value, id)
    await eventually(async () => {
      assert.deepEqual(await scene.memberIds(group), [id])
    })
  }
  return undefined
}

async function tryName(scene: ServerScene, name: string): Promise<Outcome | undefined> {
  const created = await scene.bridge.scim.post('/Users', {
    userName: name,
    name: { givenName: 'Odd', familyName: 'Name' },
  })
  if (created.status !== 201) {
    assert.deepEqual(await scene.find(`userName eq ${JSON.stringify(name)}`), [])
    return `not created: ${refused(created, 'userName')}`
  }
  assert.equal(created.answer?.['userName'], name)
  const id = textIn(created.answer, 'id')
  assert.deepEqual(await scene.read(`/Users/${id}`), created.answer)
  assert.deepEqual(await scene.stored(id, scene.place.view.names.userName), [name])
  await assertFound(scene, name, id)
  const group = await scene.group()
  const added = await scene.patch(`/Groups/${group}`, {
    op: 'add',
    path: 'members',
    value: toMembers([id]),
  })
  const isAdded = added.status === 204
  assert.deepEqual(await scene.memberIds(group), isAdded ? [id] : [])
  const refusal = isAdded
    ? await rename(scene, { id, name, group })
    : `not put into a group: ${refused(added, 'members')}`
  assert.equal((await scene.bridge.scim.delete(`/Users/${id}`)).status, 204)
  assert.deepEqual(await scene.find(`userName eq ${JSON.stringify(name)}`), [])
  await eventually(async () => {
    assert.deepEqual(await scene.memberIds(group), [])
  })
  return refusal
}

/** What holds of names with characters that mean something to LDAP. */
export const namesTopic: Topic = {
  title:
    'A user is created, found, renamed, also in letter case alone, put into a group and deleted by a name with',
  cases: Object.entries(names).map(([what, name]) => ({
    title: what,
    run: async (scene) => await tryName(scene, name),
  })),
}

/** What holds of groups with such names. */
export const groupNamesTopic: Topic = {
  title: 'A group is created, found, and given another name and this one again, by a name with',
  cases: Object.entries(names).map(([what, name]) => ({
    title: what,
    run: async (scene) => {
      const displayName = name
      const created = await scene.bridge.scim.post('/Groups', { displayName })
      if (created.status !== 201) return `not created: ${refused(created, 'displayName')}`
      const id = textIn(created.answer, 'id')
      const path = `/Groups/${id}`
      for (const value of [name, scene.unusedName(), name]) {
        const renamed = await scene.patch(path, { op: 'replace', path: 'displayName', value })
        if (renamed.status !== 204) return `not renamed: ${refused(renamed, 'displayName')}`
        assert.equal((await scene.read(path))['displayName'], value)
        const filter = encodeURIComponent(`displayName eq ${JSON.stringify(value)}`)
        assert.equal((await scene.read(`/Groups?filter=${filter}`))['totalResults'], 1)
      }
      assert.equal((await scene.bridge.scim.delete(path)).status, 204)
      return undefined
    },
  })),
}
