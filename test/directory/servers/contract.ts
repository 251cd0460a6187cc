import assert from 'node:assert/strict'
import { groupsTopic } from './cases/groups.ts'
import { doingTopic } from './cases/doing.ts'
import { listsTopic } from './cases/lists.ts'
import { managersTopic } from './cases/managers.ts'
import { groupNamesTopic, namesTopic } from './cases/names.ts'
import { statusTopic } from './cases/status.ts'
import { versionsTopic } from './cases/versions.ts'
import { walkthroughTopic } from './cases/walkthrough.ts'
import { isRecording, noteTrial, readFindings, recordFindings } from './findings.ts'
import { holds, type Outcome, type Topic } from './server-case.ts'
import type { ObtainedServer, ServerPlace } from './server-place.ts'
import { ServerScene } from './server-scene.ts'
import { shortVersion, unnamedTrial } from './trials.ts'

const preparationLimitMs = 5 * 60_000
const caseLimitMs = 120_000

const topics: readonly Topic[] = [
  doingTopic,
  walkthroughTopic,
  groupsTopic,
  managersTopic,
  statusTopic,
  namesTopic,
  groupNamesTopic,
  versionsTopic,
  listsTopic,
]

/** The contract that the bridge keeps in front of every server: each case holds, and what servers do differently is what
 *  docs/directories.md says. */
export function describeServer(place: ServerPlace): void {
  describe(`The bridge in front of ${place.name}`, function () {
    this.timeout(caseLimitMs)
    let obtained: ObtainedServer | undefined
    let scene: ServerScene | undefined
    const known = readFindings()[place.name]
    const expected = known?.outcomes
    const found: Record<string, Record<string, Outcome>> = {}

    before(async function () {
      this.timeout(preparationLimitMs)
      obtained = await place.obtain()
      scene = await ServerScene.open(place, obtained)
    })

    after(async () => {
      await scene?.bridge.close()
      await obtained?.release()
    })

    for (const { title: topic, cases, enter } of topics) {
      describe(topic, () => {
        let own: ServerScene | undefined
        before(async () => {
          if (scene !== undefined) own = await enter?.(scene)
        })
        after(async () => own?.bridge.close())
        for (const { title, run } of cases) {
          it(title, async () => {
            const outcome = (await run(own ?? scene ?? assert.fail('there is no server'))) ?? holds
            found[topic] = { ...found[topic], [title]: outcome }
            if (isRecording) return
            assert.equal(outcome, expected?.[topic]?.[title], stale)
          })
        }
      })
    }

    // In a block of its own, for these come behind the tests of the block around them.
    describe('On the whole', () => {
      it('differs from others as docs/directories.md says, and in nothing else', () => {
        assert.ok(obtained)
        const open = topics.flatMap(({ title: topic, cases }) =>
          cases.flatMap(({ title }) => (found[topic]?.[title] === undefined ? [title] : [])),
        )
        assert.deepEqual(open, [], 'these cases did not come to their end')
        const version = shortVersion(obtained.server.version)
        if (isRecording) recordFindings(place, version, found)
        else {
          const { about, server } = place
          const { versions: _, ...described } = known ?? {}
          assert.deepEqual(described, { about, server, outcomes: found }, stale)
        }
        noteTrial({ place: place.name, version })
      })

      it('is tried on a version that docs/directories.md names', () => {
        assert.ok(obtained)
        const version = shortVersion(obtained.server.version)
        const problem = unnamedTrial(readFindings(), { place: place.name, version })
        assert.ok(problem === undefined, problem)
      })
    })
  })
}

const stale = 'docs/directories.md says something else; `npm run docs:directories` writes it anew'
