import { setTimeout as delay } from 'node:timers/promises'
import type { JsonObject } from '../../../src/scim/json.ts'
import type { Exchange, ScimClient } from '../../walkthrough/scim-client.ts'
import { figure, type Say } from '../part.ts'

const lookPauseMs = 5

/** Clients who write and read without a pause. */
export class Load {
  readonly problems: string[] = []
  /** The titles of those who are to be there, by login. */
  readonly titles = new Map<string, string>()
  readonly #scim: ScimClient
  #requests = 0
  #worstMs = 0

  constructor(scim: ScimClient) {
    this.#scim = scim
  }

  /** A client of users. */
  async client(name: string, stop: AbortSignal): Promise<void> {
    for (let number = 0; !stop.aborted && this.problems.length === 0; number += 1) {
      const userName = `${name}-${number}`
      const body = { userName, name: { familyName: 'R' } }
      const created = await this.#send('POST', '/Users', body)
      const path = `/Users/${created?.answer?.['id'] as string}`
      const operation = { op: 'replace', value: { title: 'Rolled', userName: `${userName}r` } }
      await this.#send('PATCH', path, { Operations: [operation] })
      await this.#send('GET', path)
      if (number % 4 === 3) await this.#send('DELETE', path)
      else this.titles.set(`${userName}r`, 'Rolled')
    }
  }

  /** One who asks what no directory is needed for, and so finds every bridge that the balancer takes for ready, but that is not
   *  there any more. */
  async onlooker(stop: AbortSignal): Promise<void> {
    while (!stop.aborted && this.problems.length === 0) {
      await this.#send('GET', '/ServiceProviderConfig')
      await delay(lookPauseMs)
    }
  }

  tell(say: Say): void {
    say(figure('requests', this.#requests))
    say(figure('requests that failed', this.problems.length))
    say(figure('worst latency, ms', Math.round(this.#worstMs)))
  }

  async #send(method: string, path: string, body?: JsonObject): Promise<Exchange | undefined> {
    const startedAt = performance.now()
    this.#requests += 1
    try {
      const answer = await this.#scim.send(method, path, body === undefined ? {} : { body })
      if (answer.status >= 300) {
        this.problems.push(`${method} ${path} was answered ${answer.status}: ${answer.text}`)
      }
      return answer
    } catch (error) {
      this.problems.push(`${method} ${path} was not answered: ${String(error)}`)
      return undefined
    } finally {
      this.#worstMs = Math.max(this.#worstMs, performance.now() - startedAt)
    }
  }
}
