import { setTimeout as delay } from 'node:timers/promises'
import type { ScimClient } from '../../walkthrough/scim-client.ts'

const pauseMs = 20
const nobody = `/Users?filter=${encodeURIComponent('userName eq "nobody-has-this-name"')}`

/** When the bridge has first answered a question to the directory, as `performance.now()`: it is asked every 20 ms, whatever
 *  becomes of the questions before.
 *  @returns Infinity when it has not in time. */
export async function firstService(scim: ScimClient, limitMs: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const ask = async (): Promise<void> => {
    const answer = await scim.get(nobody).catch(() => undefined)
    if (answer?.status === 200) resolve(performance.now())
  }
  void ask()
  const asking = setInterval(() => void ask(), pauseMs)
  try {
    return await Promise.race([promise, delay(limitMs, Infinity)])
  } finally {
    clearInterval(asking)
  }
}
