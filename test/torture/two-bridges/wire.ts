import type { JsonObject } from '../../../src/scim/json.ts'
import type { BridgeProcess } from '../../support/bridge-process.ts'
import { type Exchange, type RequestOptions, ScimClient } from '../../walkthrough/scim-client.ts'
import { patchOf } from '../faults/model.ts'

/** The way to one directory through several bridges, each of which gets every other request. */
export class Wire {
  /** What did not hold, one sentence each. */
  readonly problems: string[] = []
  requests = 0
  readonly #clients: readonly ScimClient[]

  constructor(bridges: readonly BridgeProcess[]) {
    this.#clients = bridges.map(({ baseUrl, token }) => new ScimClient(baseUrl, token))
  }

  async send(method: string, path: string, options: RequestOptions = {}): Promise<Exchange> {
    this.requests += 1
    const client = this.#clients[this.requests % this.#clients.length]
    if (client === undefined) throw new Error('there is no bridge')
    return await client.send(method, path, options)
  }

  /** A PATCH that nothing speaks against; it is a problem when it is refused. */
  async patch(path: string, operation: JsonObject): Promise<void> {
    const { status, text } = await this.send('PATCH', path, { body: patchOf(operation) })
    if (status >= 300) this.problems.push(`PATCH ${path} was answered ${status}: ${text}`)
  }

  /** @returns the id of what was created.
   *  @throws Error when it was not. */
  async created(endpoint: string, body: JsonObject): Promise<string> {
    const { answer, text } = await this.send('POST', endpoint, { body })
    if (answer?.['id'] === undefined) throw new Error(`${endpoint} was not created: ${text}`)
    return answer['id'] as string
  }
}
