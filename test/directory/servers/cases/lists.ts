import assert from 'node:assert/strict'
import type { Topic } from '../server-case.ts'
import type { ServerScene, ShownUser } from '../server-scene.ts'

const lanes = 4

interface Page {
  readonly totalResults: number
  readonly Resources: readonly ShownUser[]
  readonly nextCursor?: string
}

async function page(scene: ServerScene, query: string): Promise<Page> {
  return (await scene.read(`/Users?attributes=userName&${query}`)) as unknown as Page
}

function names(pages: readonly Page[]): readonly string[] {
  return pages.flatMap(({ Resources }) => Resources.map(({ userName }) => userName))
}

function assertEverybodyOnce(scene: ServerScene, pages: readonly Page[]): void {
  assert.deepEqual(names(pages).toSorted(), everybody(scene).toSorted())
  for (const { totalResults } of pages) assert.equal(totalResults, scene.place.many)
}

function userNameOf(scene: ServerScene, number: number): string {
  return `c${number}-${scene.bridge.section.people.slice(3, 12)}`
}

/** The userNames of the many. */
function everybody(scene: ServerScene): readonly string[] {
  return Array.from({ length: scene.place.many }, (_, number) => userNameOf(scene, number))
}

async function addPeople(scene: ServerScene, userNames: readonly string[]): Promise<void> {
  const { people } = scene.bridge.section
  const entries = userNames.map((userName) => scene.place.person(userName, people))
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      await scene.admin.addAll(entries.filter((__, index) => index % lanes === lane))
    }),
  )
}

async function removePerson(scene: ServerScene, userName: string): Promise<void> {
  await scene.admin.remove(scene.place.person(userName, scene.bridge.section.people).dn)
}

/** What holds of long lists and of large groups. */
export const listsTopic: Topic = {
  title: 'A long list of users',
  enter: async (scene) => {
    const crowded = await scene.beside()
    await addPeople(crowded, everybody(crowded))
    return crowded
  },
  cases: [
    {
      title: 'comes at once, and in pages that have everybody once and an exact total',
      run: async (scene) => {
        const total = scene.place.many
        const size = total / 4
        assertEverybodyOnce(scene, [await page(scene, '')])
        const pages: Page[] = []
        for (let startIndex = 1; startIndex <= total; startIndex += size) {
          pages.push(await page(scene, `startIndex=${startIndex}&count=${size}`))
        }
        assertEverybodyOnce(scene, pages)
        assert.deepEqual((await page(scene, 'count=0')).totalResults, total)
      },
    },
    {
      title: 'leads from cursor to cursor through everybody',
      run: async (scene) => {
        const size = scene.place.many * 0.4
        const pages = [await page(scene, `cursor&count=${size}`)]
        for (let cursor = pages[0]?.nextCursor; cursor !== undefined;) {
          const next = await page(scene, `cursor=${cursor}&count=${size}`)
          pages.push(next)
          cursor = next.nextCursor
        }
        assert.equal(pages.length, 3)
        assertEverybodyOnce(scene, pages)
      },
    },
    {
      title: 'skips nobody and repeats nobody while others are deleted and created',
      run: async (scene) => {
        const half = scene.place.many / 2
        const [gone, added] = [userNameOf(scene, 3), scene.unusedName()]
        const pages = [await page(scene, `startIndex=1&count=${half}`)]
        await removePerson(scene, gone)
        await addPeople(scene, [added])
        pages.push(await page(scene, `startIndex=${half + 1}&count=${half}`))
        const shown = names(pages)
        assert.equal(new Set(shown).size, shown.length)
        const expected = everybody(scene).filter((name) => name !== gone)
        assert.deepEqual(shown.filter((name) => name !== gone).toSorted(), expected.toSorted())
        for (const { totalResults } of pages) assert.equal(totalResults, scene.place.many)
        await removePerson(scene, added)
        await addPeople(scene, [gone])
      },
    },
    {
      title: 'is sorted over all pages',
      run: async (scene) => {
        const sorted = everybody(scene).toSorted()
        const first = await page(scene, 'sortBy=userName&startIndex=1&count=2')
        const last = await page(scene, `sortBy=userName&startIndex=${sorted.length - 1}&count=2`)
        assert.deepEqual([names([first]), names([last])], [sorted.slice(0, 2), sorted.slice(-2)])
      },
    },
    {
      title: 'becomes the members of a group, who come and go one by one and all together',
      run: async (scene) => {
        const { Resources } = await page(scene, '')
        const ids = Resources.map(({ id }) => id)
        const [first = '', ...others] = ids
        const displayName = scene.unusedName()
        const group = await scene.group(others, displayName)
        assert.deepEqual(await scene.memberIds(group), others.toSorted())
        await scene.changeMembers(group, 'add', [first])
        assert.deepEqual(await scene.memberIds(group), ids.toSorted())
        await scene.changeMembers(group, 'remove', [others[0] ?? ''])
        assert.equal((await scene.memberIds(group)).length, ids.length - 1)
        const found = await scene.read(`/Groups?filter=members eq "${first}"`)
        assert.equal(found['totalResults'], 1)
        await scene.changeMembers(group, 'replace', [first])
        assert.deepEqual(await scene.memberIds(group), [first])
        const removal = await scene.patch(`/Groups/${group}`, { op: 'remove', path: 'members' })
        assert.equal(removal.status, 204, removal.text)
        assert.deepEqual(await scene.memberIds(group), [])
      },
    },
  ],
}
