import assert from 'node:assert/strict'
import { eventually } from '../../../support/eventually.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import type { Outcome, Topic } from '../server-case.ts'
import { enterprise, type ServerScene } from '../server-scene.ts'

/** The attributes that a request gives values in the directory, with the values. */
async function written(scene: ServerScene, exchange: Exchange): Promise<readonly string[]> {
  const lines = (await scene.sent(exchange)).split('\n')
  return lines.filter(
    (line, index) => /^(?:add|replace): /u.test(lines[index - 1] ?? '') && line !== '-',
  )
}

/** Who takes care of the entries that name the entry of a request: whether the bridge writes them, too. */
async function keeper(
  scene: ServerScene,
  exchange: Exchange,
  naming: readonly string[],
): Promise<Outcome> {
  const ldif = await scene.sent(exchange)
  const dns = await Promise.all(naming.map(async (id) => await scene.dnOf(id)))
  return dns.some((dn) => ldif.includes(`dn: ${dn}\n`)) ? 'the bridge' : 'the server'
}

/** How things are done, as far as servers differ. */
export const doingTopic: Topic = {
  title: 'How it is done',
  cases: [
    {
      title: 'The `id` is the value of',
      run: async (scene) => {
        const { identity } = scene.place
        const user = await scene.userId()
        const [value = '', ...others] = await scene.stored(user, identity)
        assert.deepEqual(others, [])
        const isBinary = identity === 'objectGUID'
        if (!isBinary) assert.equal(value, user)
        return `\`${identity}\``
      },
    },
    {
      title: 'What an answer to a write shows is read',
      run: async (scene) => {
        const created = await scene.user({ title: 'Clerk' })
        assert.deepEqual(await scene.read(`/Users/${created.id}`), created)
        const { hasReadEntry } = await scene.capabilities()
        return hasReadEntry ? 'by the write (Post-Read)' : 'behind the write'
      },
    },
    {
      title:
        'That the version is still the one of If-Match is checked, where a write takes effect,',
      run: async (scene) =>
        (await scene.capabilities()).hasAssertion
          ? 'by the server (Assertion)'
          : 'by the bridge: changes of a user, and those of a group with If-Match, wait for each other within it',
    },
    {
      title: 'A user is disabled by',
      run: async (scene) => {
        const user = await scene.userId()
        await scene.change(user, { active: true })
        const values = await written(scene, await scene.change(user, { active: false }))
        return values.map((value) => `\`${value}\``).join(', ')
      },
    },
    {
      title: 'A new userName becomes',
      run: async (scene) => {
        const user = await scene.userId()
        const ldif = await scene.sent(await scene.change(user, { userName: scene.unusedName() }))
        const isRenamed = ldif.includes('changetype: modrdn')
        const isModified = ldif.includes('changetype: modify')
        if (isRenamed && isModified) return 'a rename and a change'
        return isRenamed ? 'a rename' : 'a change'
      },
    },
    {
      title: 'A group without members holds',
      run: async (scene) => {
        const stored = await scene.stored(await scene.group(), scene.place.view.names.member)
        return stored.length === 0 ? 'nothing' : `\`${stored.join(' ')}\`, never shown`
      },
    },
    {
      title: 'Groups and reports follow the new DN of a user by',
      run: async (scene) => {
        const user = await scene.user()
        const naming = [await scene.group([user.id]), await scene.userId(reportTo(user.id))]
        const before = await scene.dnOf(user.id)
        const name = scene.unusedName()
        const renamed = await scene.change(user.id, { userName: name, displayName: name })
        if ((await scene.dnOf(user.id)) === before) return 'no need: the DN stays'
        return await keeper(scene, renamed, naming)
      },
    },
    {
      title: 'The groups of a user come from',
      run: async (scene) => {
        const user = await scene.userId()
        const group = await scene.group([user])
        await eventually(async () => {
          const groups = (await scene.read(`/Users/${user}`))['groups']
          assert.deepEqual(
            (groups as readonly { value: string }[]).map(({ value }) => value),
            [group],
          )
        })
        const isKept = (await scene.stored(user, 'memberOf')).length > 0
        return isKept ? '`memberOf`' : 'a search for them'
      },
    },
  ],
}

function reportTo(manager: string): JsonObject {
  return { [enterprise]: { manager } }
}
