import type { Exchange } from '../../walkthrough/scim-client.ts'

/** Sees how every request is answered. */
export class Observer {
  readonly statuses = new Map<string, number>()
  readonly problems: string[] = []
  /** How long the slowest answer took. */
  worstMs = 0
  /** What the slowest answer was one to. */
  worst = ''
  #onService: (() => void)[] = []

  /** @param limitMs how long a request may take. */
  readonly #limitMs: number

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  problem(text: string): void {
    this.problems.push(text)
  }

  /** The next answer with 2xx to a request that is sent from now on. */
  async nextService(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onService.push(resolve)
    })
  }

  /** @returns nothing when there was no answer, which is a problem. */
  async watch(name: string, send: () => Promise<Exchange>): Promise<Exchange | undefined> {
    const startedAt = performance.now()
    const answer = await send().catch((error: unknown) => {
      this.problem(`${name} was not answered: ${String(error)} ${String((error as Error).cause)}`)
      return undefined
    })
    const tookMs = performance.now() - startedAt
    const key = `${name} ${this.#wordFor(answer)}`
    this.statuses.set(key, (this.statuses.get(key) ?? 0) + 1)
    if (tookMs > this.worstMs) {
      this.worstMs = tookMs
      this.worst = `${name} ${answer?.path} ${answer?.status}`
    }
    if (tookMs > this.#limitMs) {
      this.problem(`${name} ${answer?.path} took ${Math.round(tookMs)} ms`)
    }
    if (answer !== undefined && answer.status < 300) {
      for (const tell of this.#onService.splice(0)) tell()
    }
    return answer
  }

  #wordFor(answer: Exchange | undefined): string {
    if (answer === undefined) return 'nothing'
    const { status, text } = answer
    if (status < 500) return String(status)
    if (status !== 503 && !text.includes('A part of the change was made')) {
      this.problem(`${status}: ${text}`)
    }
    const [, why = ''] =
      /"detail":"(The change was made|The directory did not answer|The directory cannot be reached|[^"]{1,60})/u.exec(
        text,
      ) ?? []
    const part = text.includes('A part of the change was made') ? ' in part' : ''
    return `${status} ${why}${part}`
  }
}
