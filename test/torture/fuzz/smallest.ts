import { setTimeout as delay } from 'node:timers/promises'
import * as fc from 'fast-check'
import { anyRequest } from './requests.ts'
import { Tally } from './tally.ts'
import { described, type Victim } from './victim.ts'

const limitMs = 60_000
/** A line is written some time after the answer that it is about. */
const recordPauseMs = 20

/** Sends requests again, one at a time, until one shows a problem, and makes that one as small as it gets.
 *  @param records what was written down wrongly since it was last looked at.
 *  @param drawn how they were drawn.
 *  @returns the request, and how to come by it again. */
export async function smallestOf(
  victim: Victim,
  records: () => Promise<readonly string[]>,
  drawn: { readonly seed: number; readonly numRuns: number },
): Promise<string> {
  await victim.scene.reset()
  await records()
  const isRight = fc.asyncProperty(anyRequest, async (request) => {
    const found = await victim.endure([request], new Tally())
    await delay(recordPauseMs)
    const written = (await records()).map((problem) => `${problem}\n      ${described(request)}`)
    const [problem] = [...found, ...written]
    if (problem !== undefined) throw new Error(problem)
  })
  const { failed, counterexamplePath, numShrinks, errorInstance } = await fc.check(isRight, {
    ...drawn,
    interruptAfterTimeLimit: limitMs,
  })
  const again = `SCIM_TEST_SEED=${drawn.seed} SCIM_TEST_CASES=${drawn.numRuns} npm run torture -- fuzz --short`
  return failed && errorInstance instanceof Error
    ? `the smallest request, path ${counterexamplePath}, after ${numShrinks} steps: ${errorInstance.message}\n      again: ${again}`
    : `none of its requests shows a problem when they are sent one at a time; again: ${again}`
}
