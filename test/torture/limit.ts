import { setTimeout as delay } from 'node:timers/promises'

/** What comes of some work; nothing when it takes longer. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  const over = new AbortController()
  try {
    return await Promise.race([work, delay(limitMs, undefined, { signal: over.signal })])
  } finally {
    over.abort()
  }
}
