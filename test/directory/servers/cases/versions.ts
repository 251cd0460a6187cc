import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { patchOpUrn, textIn } from '../../bridge/groups/group-scene.ts'
import type { Topic } from '../server-case.ts'
import type { ServerScene } from '../server-scene.ts'

const writers = 20

async function versionOf(scene: ServerScene, path: string): Promise<string> {
  return textIn((await scene.read(path))['meta'] as JsonObject, 'version')
}

/** The status of a change that is to be made only of the given version. */
async function changeOf(
  scene: ServerScene,
  path: string,
  version: string,
  operation: JsonObject,
): Promise<number> {
  const { status } = await scene.bridge.scim.send('PATCH', path, {
    body: { schemas: [patchOpUrn], Operations: [operation] },
    headers: { 'If-Match': version },
  })
  return status
}

/** What holds of versions and of requests at the same time. */
export const versionsTopic: Topic = {
  title: 'A version',
  cases: [
    {
      title:
        'in If-Match lets a change of that version through, and one of an older version not: 412',
      run: async (scene) => {
        const path = `/Users/${await scene.userId()}`
        const version = await versionOf(scene, path)
        const title = { op: 'replace', path: 'title', value: 'Clerk' }
        assert.equal(await changeOf(scene, path, version, title), 200)
        assert.notEqual(await versionOf(scene, path), version)
        assert.equal(await changeOf(scene, path, version, { ...title, value: 'Chief' }), 412)
      },
    },
    {
      title: `in the If-Match of ${writers} at the same time lets one of them through, for a user and for a group`,
      run: async (scene) => {
        for (const [path, attribute, done] of [
          [`/Users/${await scene.userId()}`, 'title', 200],
          [`/Groups/${await scene.group()}`, 'displayName', 204],
        ] as const) {
          const version = await versionOf(scene, path)
          const answers = await Promise.all(
            Array.from({ length: writers }, async (_, index) => {
              const value = `${attribute} ${index}`
              return await changeOf(scene, path, version, { op: 'replace', path: attribute, value })
            }),
          )
          const counts = [done, 412].map(
            (status) => answers.filter((each) => each === status).length,
          )
          assert.deepEqual(counts, [1, writers - 1], answers.join(' '))
        }
      },
    },
    {
      title: 'in If-Match still counts when the user has become a member of a group meanwhile',
      run: async (scene) => {
        const user = await scene.userId()
        const path = `/Users/${user}`
        const version = await versionOf(scene, path)
        await scene.group([user])
        const title = { op: 'replace', path: 'title', value: 'Clerk' }
        assert.equal(await changeOf(scene, path, version, title), 200)
      },
    },
    {
      title: `is not needed for ${writers} members that come at the same time, of whom none is lost`,
      run: async (scene) => {
        const group = await scene.group()
        const users = await Promise.all(
          Array.from({ length: writers }, async () => await scene.userId()),
        )
        await Promise.all(
          users.map(async (user) => await scene.changeMembers(group, 'add', [user])),
        )
        assert.deepEqual(await scene.memberIds(group), users.toSorted())
      },
    },
    {
      title: `is not needed for ${writers} who give a user a title at the same time, of which one stays`,
      run: async (scene) => {
        const user = await scene.userId()
        await Promise.all(
          Array.from({ length: writers }, async (_, index) => {
            await scene.change(user, { title: `Title ${index}` })
          }),
        )
        assert.equal((await scene.stored(user, 'title')).length, 1)
      },
    },
  ],
}
