import type { RawAnswer, RawRequest } from './raw-http.ts'

/** How long an answer may take, in milliseconds; that of a probe beside it, too. */
export const longestWaitMs = 5000

type Kind = readonly [
  what: string,
  /** The least share of all answers that are such. */
  floor: number,
  isOne: (request: RawRequest, status: number) => boolean,
]

const kinds: readonly Kind[] = [
  [
    'show resources',
    0.08,
    ({ method, target }, status) => status === 200 && (method === 'GET' || isSearch(target)),
  ],
  ['have created something', 0.03, (_, status) => status === 201],
  [
    'have changed something',
    0.03,
    ({ method }, status) => /^(?:PUT|PATCH)$/u.test(method) && status < 300,
  ],
  ['have deleted something', 0.001, ({ method }, status) => method === 'DELETE' && status === 204],
  [
    'tell of bulk operations',
    0.01,
    ({ target }, status) => /\/Bulk(?:\?|$)/u.test(target) && status === 200,
  ],
  ['are 400', 0.1, (_, status) => status === 400],
  ['are 401', 0.003, (_, status) => status === 401],
  ['are 404', 0.05, (_, status) => status === 404],
  ['are 409', 0.002, (_, status) => status === 409],
  ['are 412', 0.003, (_, status) => status === 412],
]

function isSearch(target: string): boolean {
  return /\/\.search(?:\?|$)/u.test(target)
}

/** The kinds and times of many answers. */
export class Tally {
  readonly statuses = new Map<string, number>()
  worstMs = 0
  worst = ''
  /** The longest that a probe was kept waiting. */
  worstProbeMs = 0
  readonly #counts = kinds.map(() => 0)

  count(request: RawRequest, answer: RawAnswer | undefined): void {
    const status = answer === undefined ? 'closed' : String(answer.status)
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    if (answer === undefined) return
    for (const [index, [, , isOne]] of kinds.entries()) {
      if (isOne(request, answer.status)) this.#counts[index] = (this.#counts[index] ?? 0) + 1
    }
    if (answer.durationMs <= this.worstMs) return
    this.worstMs = answer.durationMs
    this.worst = `${request.method} ${request.target.slice(0, 60)} ${answer.status}`
  }

  /** How many answers tell that something was created. */
  get created(): number {
    return this.statuses.get('201') ?? 0
  }

  get total(): number {
    return [...this.statuses.values()].reduce((sum, each) => sum + each, 0)
  }

  /** How many there were of each kind. */
  get counts(): readonly (readonly [what: string, count: number])[] {
    return kinds.map(([what], index) => [what, this.#counts[index] ?? 0])
  }

  /** Of which kind there were so few that next to nothing can have been tried of what leads to it. */
  shortcomings(): string[] {
    return kinds.flatMap(([what, floor], index) => {
      const count = this.#counts[index] ?? 0
      const least = Math.floor(floor * this.total)
      return count >= Math.max(1, least)
        ? []
        : [
            `of ${this.total} answers ${count} ${what}, and not at least ${least}: the requests reach nothing`,
          ]
    })
  }
}
