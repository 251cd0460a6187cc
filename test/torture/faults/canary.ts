import { setTimeout as delay } from 'node:timers/promises'
import type { Exchange, ScimClient } from '../../walkthrough/scim-client.ts'
import { patchOf } from './model.ts'

const readPauseMs = 20
const writePauseMs = 50
const nobody = `/Users?filter=${encodeURIComponent('userName eq "nobody-has-this-name"')}`

/** A user who is written by nobody but those who ask whether the bridge serves. */
export class Canary {
  static readonly userName = 'canary'
  readonly #path: string
  #count = 0

  private constructor(id: string) {
    this.#path = `/Users/${id}`
  }

  static async create(scim: ScimClient): Promise<Canary> {
    const { answer } = await scim.post('/Users', {
      userName: Canary.userName,
      name: { formatted: 'Canary', familyName: 'Canary', givenName: 'Yellow' },
    })
    return new Canary(answer?.['id'] as string)
  }

  /** When the bridge has first answered a question to the directory, and first made a change there, as `performance.now()`.
   *  @returns Infinity when it has not in time. */
  async firstService(scim: ScimClient, limitMs: number): Promise<number> {
    const write = async (): Promise<Exchange> => {
      const title = `title ${(this.#count += 1)}`
      return await scim.patch(this.#path, patchOf({ op: 'replace', value: { title } }))
    }
    const both = await Promise.all([
      firstSuccess(async () => scim.get(nobody), readPauseMs, limitMs),
      firstSuccess(write, writePauseMs, limitMs),
    ])
    return Math.max(...both)
  }
}

/** Asks again and again, whatever becomes of the questions before, until one is answered 2xx. */
async function firstSuccess(
  ask: () => Promise<Exchange>,
  pauseMs: number,
  limitMs: number,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const attempt = async (): Promise<void> => {
    const answer = await ask().catch(() => undefined)
    if ((answer?.status ?? 500) < 300) resolve(performance.now())
  }
  void attempt()
  const asking = setInterval(() => void attempt(), pauseMs)
  try {
    return await Promise.race([promise, delay(limitMs, Infinity)])
  } finally {
    clearInterval(asking)
  }
}
