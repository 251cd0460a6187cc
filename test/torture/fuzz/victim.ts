import type { DirectorySection } from '../../support/directory-section.ts'
import { addSection } from '../../support/directory-section.ts'
import { startBridge, type BridgeProcess } from '../../support/bridge-process.ts'
import type { DirectoryServer } from '../../support/directory-server.ts'
import { type Hidden, problemsOfAnswer } from './answer-rules.ts'
import { probing } from './probe.ts'
import { exchange, NoAnswer, type RawRequest } from './raw-http.ts'
import { Ledger, readJournal } from './journal-rules.ts'
import { problemsOfLog } from './record-rules.ts'
import { tokenMark } from './request-parts.ts'
import { Scene } from './scene.ts'
import type { SlapdWatch } from './slapd-rules.ts'
import { Tail } from './tail.ts'
import { longestWaitMs, type Tally } from './tally.ts'

/** A bridge under fire, on a section of its own. */
export class Victim {
  readonly bridge: BridgeProcess
  readonly section: DirectorySection
  readonly scene: Scene
  readonly #format: 'json' | 'text'
  readonly #hidden: Hidden
  readonly #log: Tail
  readonly #journal: Tail
  readonly #ledger = new Ledger()
  readonly #clients: number

  private constructor(
    bridge: BridgeProcess,
    parts: { section: DirectorySection; scene: Scene; format: 'json' | 'text'; clients: number },
  ) {
    this.bridge = bridge
    this.section = parts.section
    this.scene = parts.scene
    this.#format = parts.format
    this.#hidden = {
      token: bridge.token,
      section: /^ou=(\w+),/u.exec(parts.section.people)?.[1] ?? '',
    }
    this.#log = new Tail(bridge.logFile)
    this.#journal = new Tail(bridge.journalFile)
    this.#clients = parts.clients
  }

  static async start(
    server: DirectoryServer,
    format: 'json' | 'text',
    clients: number,
  ): Promise<Victim> {
    const section = await addSection(server)
    const bridge = await startBridge(server, {
      SCIM_USERS_BASE: section.people,
      SCIM_GROUPS_BASE: section.groups,
      SCIM_USERS_PASSWORD_METHOD: 'userPassword',
      SCIM_LOGGING_FORMAT: format,
      SCIM_JOURNAL_SYNC: 'false',
      // Most requests that delete would meet it.
      SCIM_BRAKE_ENABLED: 'false',
      // Whoever has sent too many bad tokens would be told nothing else.
      SCIM_HTTP_BAD_TOKENS_LIMIT: '1000000',
      // What stands in X-Forwarded-For is believed, and so logged.
      SCIM_HTTP_TRUSTED_PROXIES: format === 'text' ? '1' : '0',
    })
    return new Victim(bridge, {
      section,
      format,
      clients,
      scene: new Scene(server, bridge, section, `standing-${format}`),
    })
  }

  get #port(): number {
    return Number(new URL(this.bridge.baseUrl).port)
  }

  /** Sends the requests, some at a time, and asks meanwhile whether the bridge is alive.
   *  @returns what was wrong, each with the request that it was wrong for. */
  async endure(requests: readonly RawRequest[], tally: Tally): Promise<string[]> {
    const problems: string[] = []
    const waiting = requests.values()
    const client = async (): Promise<void> => {
      for (const request of waiting) problems.push(...(await this.#try(request, tally)))
    }
    const clients = Array.from({ length: this.#clients })
    problems.push(
      ...(await probing(this.#port, tally, async () => {
        await Promise.all(clients.map(client))
      })),
    )
    return problems
  }

  async #try(marked: RawRequest, tally: Tally): Promise<string[]> {
    const request = this.#filledIn(marked)
    try {
      const answer = await exchange(this.#port, request)
      tally.count(marked, answer)
      const problems = [
        ...problemsOfAnswer(request, answer, this.#hidden),
        ...(answer.durationMs > longestWaitMs
          ? [`it took ${Math.round(answer.durationMs)} ms`]
          : []),
        ...(marked.isRight?.(answer) === false ? ['it shows or does what nobody asked for'] : []),
      ]
      return problems.map(
        (problem) =>
          `${problem}: ${described(marked)}\n      ${answer.body.toString('utf8').slice(0, 300)}`,
      )
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      tally.count(marked, undefined)
      return [`${error.message}: ${described(marked)}`]
    }
  }

  #filledIn(marked: RawRequest): RawRequest {
    const { body } = marked
    return {
      ...marked,
      target: this.scene.filledIn(marked.target),
      headers: marked.headers.map(
        ([name, value]) =>
          [name, this.scene.filledIn(value).replace(tokenMark, this.bridge.token)] as const,
      ),
      ...(body === undefined
        ? {}
        : { body: Buffer.from(this.scene.filledIn(body.toString('latin1')), 'latin1') }),
    }
  }

  /** What was written down wrongly since it was last looked at: in the log, in the journal and in slapd's log, in which nothing
   *  is to be found but what this bridge may do, and no write that the journal lacks. */
  async records(watch: SlapdWatch, slapdLog: Tail): Promise<string[]> {
    const bases = [this.section.people, this.section.groups]
    const sent = watch.look(await slapdLog.lines(), bases)
    const recorded = readJournal(await this.#journal.lines(), bases, this.#hidden)
    return [
      ...problemsOfLog(await this.#log.lines(), this.#format, this.#hidden),
      ...recorded.problems,
      ...sent.problems,
      ...this.#ledger.missing(sent.writes, recorded.writes),
    ]
  }

  async stop(): Promise<void> {
    await this.bridge.stop()
    await this.section.remove()
  }
}

/** A request as it is told of. */
export function described({ method, target, headers, body }: RawRequest): string {
  const told = headers.map(([name, value]) => `${name}: ${value.slice(0, 80)}`).slice(0, 8)
  const content = body === undefined ? '' : `\n      ${body.toString('latin1').slice(0, 700)}`
  return (
    JSON.stringify(`${method} ${target.slice(0, 400)}`) +
    `\n      ${JSON.stringify(told)}${content}`
  )
}
