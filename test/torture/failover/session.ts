import { setTimeout as delay } from 'node:timers/promises'
import type { Exchange, ScimClient } from '../../walkthrough/scim-client.ts'
import { type Tracked, TrackedGroup } from '../faults/model.ts'
import { tellsOfPart } from '../faults/observer.ts'
import { within } from '../limit.ts'
import type { Random } from '../random.ts'
import { Department, pathOf } from './department.ts'
import type { Outage } from './outage.ts'
import { type Write, Writes } from './writes.ts'

/** What all sessions have met. */
export class Findings {
  readonly problems: string[] = []
  /** By method and status. */
  readonly answers = new Map<string, number>()
  /** Reads behind a write. */
  reads = 0
  /** Resources that were as before their last write, because the server that knew of it was away. */
  missing = 0
  /** Writes that nobody knows the outcome of. */
  open = 0
  /** Writes that were made while only the other server was there. */
  madeAtOther = 0
  /** When a request was sent that was last answered with 2xx. */
  servedAt = -Infinity
  /** How long the slowest answer took. */
  worstMs = 0
}

/** What a session works with. */
export interface SessionParts {
  readonly scim: ScimClient
  readonly random: Random
  readonly outage: Outage
  readonly findings: Findings
}

/** A department that has had so many is left as it is. */
const mostUsersEver = 30
/** A request that takes longer is none that was answered. */
const requestLimitMs = 8000
const readPauseMs = 20
/** How long a resource may not be readable at all. */
const readLimitMs = 5000

/** A client who looks after each write whether the resource is as it was answered, and names the version that it has seen when
 *  it writes again. When a server has died, it looks at everything before it goes on, as it has to: what that server had no
 *  time to pass on comes back with it. */
export class Session {
  readonly departments: Department[] = []
  readonly #parts: SessionParts
  readonly #writes: Writes

  constructor(name: string, parts: SessionParts) {
    this.#parts = parts
    this.#writes = new Writes(name, parts.random)
  }

  /** Writes and reads until it is stopped. */
  async work(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) await this.#act()
  }

  async #act(): Promise<void> {
    const department = this.#openDepartment()
    if (this.#parts.outage.hasComeSince(department.checkedAt)) return await this.#check(department)
    const write = this.#next(department)
    const sentAt = performance.now()
    const answer = await this.#write(department, write)
    if (answer === undefined || answer.status >= 500) this.#leave(department, write, answer, sentAt)
    else if (answer.status >= 300) await this.#refused(department, write, answer)
    else {
      const [{ tracked }] = write.changes
      tracked.id ??= answer.answer?.['id'] as string
      for (const { make } of write.changes) make()
      // All is read when the server has died.
      if (this.#isDue(write)) return void department.see(tracked, answer)
      // What was written, and what has changed with it.
      for (const { tracked: each } of write.changes)
        await this.#see(department, each, { write, sentAt })
    }
  }

  /** A write of several operations where the server is about to die, so that it is cut off. */
  #next(department: Department): Write {
    const { isNear } = this.#parts.outage
    const renaming = isNear ? this.#writes.renaming(department) : undefined
    return renaming ?? this.#writes.next(department)
  }

  /** Whether a write was one of those that are to be cut off. */
  #isDue({ isInSteps = false }: Write): boolean {
    return isInSteps && this.#parts.outage.isNear
  }

  /** Nobody knows what became of it. */
  #leave(department: Department, write: Write, answer: Exchange | undefined, sentAt: number): void {
    const { outage, findings } = this.#parts
    const isInPart = tellsOfPart(answer?.text ?? '')
    const isExcused = outage.excuses(sentAt) && (answer?.status === 503 || isInPart)
    if (!isExcused) this.#problem(write, answer, 'though a server was there')
    findings.open += 1
    for (const { leave } of write.changes) leave()
    department.isClosed = true
  }

  /** It may be refused for what is missing. */
  async #refused(department: Department, write: Write, answer: Exchange): Promise<void> {
    if (this.#parts.outage.hides(department.checkedAt)) await this.#check(department)
    if (!department.isClosed) this.#problem(write, answer, 'though it was right')
    forget(department, write)
  }

  #openDepartment(): Department {
    const last = this.departments.at(-1)
    if (last?.isClosed === false && last.users.length < mostUsersEver) return last
    const department = new Department()
    this.departments.push(department)
    return department
  }

  /** Looks whether everything is there. */
  async #check(department: Department): Promise<void> {
    const sentAt = department.checkedAt
    const startedAt = performance.now()
    for (const tracked of [...department.users, ...department.groups]) {
      if (tracked.id !== undefined) await this.#see(department, tracked, { sentAt })
    }
    department.checkedAt = startedAt
  }

  async #see(
    department: Department,
    tracked: Tracked<unknown>,
    { write, sentAt }: { readonly write?: Write; readonly sentAt: number },
  ): Promise<void> {
    const { outage, findings } = this.#parts
    // Meanwhile the server may be back.
    const mayBeMissing = outage.hides(sentAt)
    const answer = await this.#read(pathOf(tracked))
    if (answer === undefined) return
    const difference = department.see(tracked, answer)
    if (difference === undefined) return
    if (!mayBeMissing && !outage.hides(sentAt)) {
      const before = write === undefined ? 'earlier writes' : described(write)
      findings.problems.push(
        `${before} was answered 2xx, but ${pathOf(tracked)} ${difference}\n      ${tracked.story.slice(-4).join('\n      ')}`,
      )
    }
    findings.missing += 1
    department.isClosed = true
    // What a write changes besides is changed whatever its version: by a server that lacked the last of it.
    const isBeside = write?.changes.slice(1).some((change) => change.tracked === tracked)
    if (isBeside === true && tracked instanceof TrackedGroup) department.allowShown(tracked, answer)
  }

  async #read(path: string): Promise<Exchange | undefined> {
    const { scim, outage, findings } = this.#parts
    const until = performance.now() + readLimitMs
    for (;;) {
      const sentAt = performance.now()
      const answer = await this.#watched('GET', sentAt, async () => scim.get(path))
      findings.reads += 1
      const { status, text } = answer ?? { status: 0, text: 'nothing' }
      if (status === 200 || status === 404) return answer
      if (status !== 503 || !outage.excuses(sentAt) || performance.now() > until) {
        findings.problems.push(`GET ${path} was answered ${status}: ${text}`)
        return undefined
      }
      await delay(readPauseMs)
    }
  }

  async #write(department: Department, write: Write): Promise<Exchange | undefined> {
    const { method, path, body, changes } = write
    const [{ tracked }] = changes
    department.noteWrite(changes)
    const headers = method === 'POST' ? {} : { 'if-match': department.versionOf(tracked) }
    const options = { headers, ...(body === undefined ? {} : { body }) }
    const { scim } = this.#parts
    const answer = await this.#watched(method, performance.now(), async () =>
      scim.send(method, path, options),
    )
    tracked.story.push(`${described(write)} -> ${answer?.status}`)
    return answer
  }

  async #watched(
    method: string,
    sentAt: number,
    send: () => Promise<Exchange>,
  ): Promise<Exchange | undefined> {
    const { findings, outage } = this.#parts
    const isAtOther = outage.isAtOther(sentAt)
    const answer = await within(requestLimitMs, send()).catch(() => undefined)
    const key = `${method} ${answer?.status ?? 'not answered'}`
    findings.answers.set(key, (findings.answers.get(key) ?? 0) + 1)
    findings.worstMs = Math.max(findings.worstMs, performance.now() - sentAt)
    if (method !== 'GET' && answer !== undefined && answer.status < 300) {
      findings.servedAt = Math.max(findings.servedAt, sentAt)
      if (isAtOther) findings.madeAtOther += 1
    }
    return answer
  }

  #problem(write: Write, answer: Exchange | undefined, why: string): void {
    this.#parts.findings.problems.push(
      `${described(write)} was answered ${answer?.status} ${why}: ${answer?.text}`,
    )
  }
}

/** Nobody has to look for what was refused. */
function forget(department: Department, { method, changes }: Write): void {
  if (method !== 'POST') return
  const [{ tracked }] = changes
  for (const list of [department.users, department.groups] as Tracked<unknown>[][]) {
    if (list.includes(tracked)) list.splice(list.indexOf(tracked), 1)
  }
}

function described({ method, path, body }: Write): string {
  return `${method} ${path} ${JSON.stringify(body ?? {})}`
}
