import { setTimeout as delay } from 'node:timers/promises'
import { exchange, NoAnswer } from './raw-http.ts'
import { longestWaitMs, type Tally } from './tally.ts'

const pauseMs = 100
const request = {
  method: 'GET',
  target: '/health/live',
  headers: [['Host', '127.0.0.1']],
} as const

/** Asks whether a bridge is alive, time and again, while something else is done.
 *  @returns what was wrong with its answers. */
export async function probing(
  port: number,
  tally: Tally,
  work: () => Promise<void>,
): Promise<string[]> {
  const done = new AbortController()
  const problems: string[] = []
  const ask = async (): Promise<void> => {
    while (!done.signal.aborted) {
      problems.push(...(await probe(port, tally)))
      await delay(pauseMs)
    }
  }
  const endings = await Promise.allSettled([work().finally(() => done.abort()), ask()])
  for (const ending of endings) if (ending.status === 'rejected') throw ending.reason
  return problems
}

async function probe(port: number, tally: Tally): Promise<string[]> {
  try {
    const { status, durationMs } = await exchange(port, request)
    tally.worstProbeMs = Math.max(tally.worstProbeMs, durationMs)
    return [
      ...(status === 200 ? [] : [`/health/live answers ${status}`]),
      ...(durationMs > longestWaitMs ? [`/health/live took ${Math.round(durationMs)} ms`] : []),
    ]
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    return [`/health/live: ${error.message}`]
  }
}
