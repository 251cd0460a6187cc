import { within } from '../limit.ts'
import type { Exchange } from '../../walkthrough/scim-client.ts'

/** How many times as long as a request may take. */
const givenUpAfter = 3

/** Sees how every request is answered. */
export class Observer {
  readonly statuses = new Map<string, number>()
  readonly problems: string[] = []
  /** How long the slowest answer took. */
  worstMs = 0
  /** What the slowest answer was one to. */
  worst = ''

  /** @param limitMs how long a request may take. */
  readonly #limitMs: number

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  problem(text: string): void {
    this.problems.push(text)
  }

  /** @returns nothing when there was no answer, which is a problem. */
  async watch(name: string, send: () => Promise<Exchange>): Promise<Exchange | undefined> {
    const startedAt = performance.now()
    const answer = await within(givenUpAfter * this.#limitMs, send()).catch((error: unknown) => {
      this.problem(`${name} was not answered: ${String(error)} ${String((error as Error).cause)}`)
      return undefined
    })
    const tookMs = performance.now() - startedAt
    this.count(name, answer)
    if (tookMs > this.worstMs) {
      this.worstMs = tookMs
      this.worst = `${name} ${answer?.path} ${answer?.status}`
    }
    if (tookMs > this.#limitMs) {
      this.problem(`${name} ${answer?.path} took ${Math.round(tookMs)} ms`)
    }
    return answer
  }

  /** How many requests of a method were answered with a status.
   *  @param key `POST 503`. */
  countOf(key: string): number {
    const counts = [...this.statuses].map(([each, count]) =>
      each === key || each.startsWith(`${key} `) ? count : 0,
    )
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Takes notice of an answer, which is a problem when it is none that a directory may be the reason of. */
  count(name: string, answer: Exchange | undefined): void {
    const key = `${name} ${this.#wordFor(answer)}`
    this.statuses.set(key, (this.statuses.get(key) ?? 0) + 1)
  }

  #wordFor(answer: Exchange | undefined): string {
    if (answer === undefined) return 'nothing'
    const { status, text } = answer
    if (status < 500) return String(status)
    if (status !== 503 && !tellsOfPart(text)) {
      this.problem(`${status}: ${text}`)
    }
    const [, why = ''] =
      /"detail":"(The change was made|The directory did not answer|The directory cannot be reached|[^"]{1,60})/u.exec(
        text,
      ) ?? []
    const part = tellsOfPart(text) ? ' in part' : ''
    return `${status} ${why}${part}`
  }
}

/** Whether a 503 says that the change stands, all of it. */
export function tellsOfMade(text: string): boolean {
  return text.includes('The change was made')
}

/** Whether an error says that a part of the change stands. */
export function tellsOfPart(text: string): boolean {
  return text.includes('could not be taken back')
}
