import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { ScimClient } from '../../walkthrough/scim-client.ts'

/** What an ordinary client met. */
export interface Experience {
  readonly requests: number
  readonly medianMs: number
  readonly worstMs: number
  /** The answers that were none, one sentence each. */
  readonly failures: readonly string[]
}

const pauseMs = 20

/** Finds a user and changes him, again and again, while something else goes on. */
export async function beside<T>(
  bridge: { readonly baseUrl: string; readonly token: string },
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly experience: Experience }> {
  const scim = new ScimClient(bridge.baseUrl, bridge.token)
  const times: number[] = []
  const failures: string[] = []
  const over = new AbortController()
  const timed = async (method: string, path: string, options = {}): Promise<unknown> => {
    const before = performance.now()
    try {
      const { status, answer, text } = await scim.send(method, path, options)
      if (status !== 200) failures.push(`${method} was answered ${status} ${text.slice(0, 200)}`)
      return answer
    } catch (error) {
      failures.push(`${method} was not answered: ${String(error)}`)
      return {}
    } finally {
      times.push(performance.now() - before)
    }
  }
  const client = async (): Promise<void> => {
    const filter = encodeURIComponent('userName eq "u1"')
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const list = await timed('GET', `/Users?filter=${filter}`)
      const { Resources = [] } = list as { readonly Resources?: readonly { readonly id: string }[] }
      const [user] = Resources
      const Operations = [{ op: 'replace', path: 'title', value: `T${turn}` }]
      if (user === undefined) failures.push('the user was not found')
      else await timed('PATCH', `/Users/${user.id}`, { body: { Operations } })
      await delay(pauseMs)
    }
  }
  const going = client()
  const result = await work().finally(() => over.abort())
  await going
  const sorted = times.toSorted((one, other) => one - other)
  const medianMs = sorted[Math.floor(sorted.length / 2)] ?? 0
  const worstMs = sorted.at(-1) ?? 0
  return { result, experience: { requests: times.length, medianMs, worstMs, failures } }
}
