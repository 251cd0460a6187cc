import { ScimError, scimErrors } from '../scim/error.ts'
import { excerpt } from '../scim/excerpt.ts'
import type { JsonObject } from '../scim/json.ts'
import { bulkIdIn, resolveBulkIds, splitByBulkIds } from '../scim/message/bulk-reference.ts'
import type { BulkOperation } from '../scim/message/bulk-request.ts'
import { metaOf } from '../scim/meta.ts'
import { messageUrns } from '../scim/urn.ts'
import type { BulkJob, BulkOperationResult, BulkOutcome } from './bulk-job.ts'
import { plannable } from './bulk-plan.ts'
import { BulkSchedule, type BulkTurn } from './bulk-schedule.ts'
import {
  type BulkEndpoint,
  type BulkStep,
  creatorsOf,
  type Creators,
  type HopelessStep,
  linksOf,
  pathOf,
  toStep,
} from './bulk-step.ts'
import type { WriteRequest, WriteResult } from './resource-service.ts'

/** A new resource that lacks references, and what is to be added to it. */
interface Unfinished {
  readonly place: number
  readonly step: BulkStep
  readonly id: string
  readonly location: string
  readonly later: JsonObject
  /** Of the resources that it is to refer to. */
  readonly bulkIds: ReadonlySet<string>
}

/** One bulk request on its way. */
export class BulkRun {
  readonly #job: BulkJob
  readonly #steps: readonly (BulkStep | HopelessStep)[]
  readonly #creators: Creators
  readonly #ids = new Map<string, string>()
  /** The bulkIds whose operations have had their turn. */
  readonly #settled = new Set<string>()
  readonly #outcomes = new Map<number, BulkOutcome>()
  #unfinished: readonly Unfinished[] = []
  #errors = 0

  /** @param endpoints by their paths in small letters. */
  constructor(job: BulkJob, endpoints: ReadonlyMap<string, BulkEndpoint>) {
    const { operations } = job.request
    this.#job = job
    this.#creators = creatorsOf(operations)
    this.#steps = operations.map((each) => toStep(each, endpoints, this.#creators))
  }

  /** Carries the operations out.
   *  @returns those that were carried out, in the order in which they were given. */
  async outcomes(): Promise<readonly BulkOutcome[]> {
    const schedule = new BulkSchedule(linksOf(this.#steps, this.#creators))
    for (;;) {
      const turn = this.#isOver() ? undefined : schedule.next()
      if (turn === undefined) break
      await this.#take(turn)
      schedule.settle(turn.place)
      await this.#finish(({ bulkIds }) => bulkIds.isSubsetOf(this.#settled))
    }
    await this.#finish(() => true)
    return this.#steps.flatMap((_, place) => this.#outcomes.get(place) ?? [])
  }

  #isOver(): boolean {
    const { request, isAbandoned } = this.#job
    return this.#errors >= (request.failOnErrors ?? Infinity) || isAbandoned()
  }

  async #take(turn: BulkTurn): Promise<void> {
    const step = this.#steps[turn.place]
    if (step === undefined) return
    const { method, bulkId } = step.operation
    try {
      if ('error' in step) throw step.error
      this.#refuseFailedNeeds(step, turn)
      if (this.#job.isDryRun) await this.#plan(turn.place, step)
      else await this.#write(turn, step)
    } catch (failure) {
      this.#fail(turn.place, failure, this.#locationOf(step))
    }
    if (method === 'POST' && bulkId !== undefined) this.#settled.add(bulkId)
  }

  async #plan(place: number, step: BulkStep): Promise<void> {
    const unresolved = [...step.bulkIds]
    const data = plannable(step)
    const planned =
      data === undefined
        ? undefined
        : await this.#call(step, step.operation.id ?? '', data, this.#request(place, step))
    const ldif = planned?.kind === 'planned' ? planned.ldif : ''
    this.#record(place, { kind: 'planned', ldif, unresolved })
  }

  async #write(turn: BulkTurn, step: BulkStep): Promise<void> {
    if (step.operation.method === 'POST') return await this.#create(turn, step)
    const data = this.#resolved(step.data)
    const id = this.#resolvedId(step.operation) ?? ''
    const result = await this.#call(step, id, data, this.#request(turn.place, step))
    this.#record(turn.place, writtenResult(step, resourceOf(result)), this.#locationOf(step))
  }

  async #create({ place, missing }: BulkTurn, step: BulkStep): Promise<void> {
    const { bulkId = '' } = step.operation
    const isLater = (other: string): boolean => missing.has(this.#creators.get(other) ?? -1)
    const { now, later } = splitByBulkIds(step.data, isLater)
    const data = this.#resolved(now)
    const resource = resourceOf(await this.#call(step, '', data, this.#request(place, step)))
    const { id } = resource
    if (typeof id !== 'string') throw new TypeError('a new resource has no id')
    this.#ids.set(bulkId, id)
    const location = metaOf(resource, 'location') ?? this.#urlOf(step.endpoint, id)
    if (missing.size === 0) this.#record(place, writtenResult(step, resource), location)
    else {
      const bulkIds = new Set([...step.bulkIds].filter(isLater))
      this.#unfinished = [...this.#unfinished, { place, step, id, location, later, bulkIds }]
    }
  }

  /** Adds the references that had to wait. */
  async #finish(isDue: (unfinished: Unfinished) => boolean): Promise<void> {
    const due = this.#unfinished.filter(isDue)
    this.#unfinished = this.#unfinished.filter((each) => !due.includes(each))
    for (const unfinished of due) {
      const { place, step, location } = unfinished
      try {
        const resource = await this.#addReferences(unfinished)
        this.#record(place, writtenResult(step, resource), location)
      } catch (failure) {
        this.#fail(place, failure, location)
      }
    }
  }

  async #addReferences({ place, step, id, later, bulkIds }: Unfinished): Promise<JsonObject> {
    const lost = [...bulkIds].find((bulkId) => !this.#ids.has(bulkId))
    if (lost !== undefined) {
      throw scimErrors.conflict(
        `The resource was created, but without its references to other new ones: there is none with the bulkId ${excerpt(lost)}.`,
      )
    }
    const value = this.#resolved(later)
    const patch = { schemas: [messageUrns.patchOp], Operations: [{ op: 'add', value }] }
    try {
      const request = this.#request(place, step, patch)
      return resourceOf(await step.endpoint.service.patch(id, patch, request))
    } catch (cause) {
      const about = 'The resource was created, but without its references to other new ones'
      if (!(cause instanceof ScimError)) throw scimErrors.internal(`${about}.`, { cause })
      throw new ScimError(cause.status, cause.scimType, `${about}: ${cause.message}`, { cause })
    }
  }

  /** @throws {ScimError} conflict when a resource that the operation refers to could not be created. RFC 7644 §3.7.1 */
  #refuseFailedNeeds({ bulkIds }: BulkStep, { missing }: BulkTurn): void {
    if (this.#job.isDryRun) return
    const lost = [...bulkIds].find(
      (bulkId) => !this.#ids.has(bulkId) && !missing.has(this.#creators.get(bulkId) ?? -1),
    )
    if (lost === undefined) return
    throw scimErrors.conflict(
      `The operation with the bulkId ${excerpt(lost)}, to which this one refers, has failed.`,
    )
  }

  async #call(
    { operation: { method }, endpoint: { service } }: BulkStep,
    id: string,
    data: JsonObject,
    request: WriteRequest,
  ): Promise<WriteResult> {
    switch (method) {
      case 'POST':
        return await service.create(data, request)
      case 'PUT':
        return await service.replace(id, data, request)
      case 'PATCH':
        return await service.patch(id, data, request)
      case 'DELETE':
        return await service.delete(id, request)
    }
  }

  /** @param data what the journal is told of the request; the operation's own where nothing else is given. */
  #request(place: number, { operation, endpoint }: BulkStep, data?: JsonObject): WriteRequest {
    const { context, isDryRun, redact } = this.#job
    const { method, version } = operation
    const id = this.#resolvedId(operation)
    const path = `${context.reason.path}${pathOf(endpoint)}${id === undefined ? '' : `/${id}`}`
    const about = { ...context.reason, requestId: this.#requestId(place), method, path }
    const body = redact(data ?? this.#resolved(operation.data))
    const reason = method === 'DELETE' ? about : { ...about, body }
    return {
      context: { ...context, reason },
      isDryRun,
      // All that the answer shows: members, above all, need not be read.
      attributes: ['meta'],
      ...(version === undefined || method === 'POST' ? {} : { ifMatch: version }),
    }
  }

  #fail(place: number, failure: unknown, location: string | undefined): void {
    this.#errors += 1
    this.#record(place, { kind: 'failed', failure }, location)
  }

  #record(place: number, result: BulkOperationResult, location?: string): void {
    const operation = this.#steps[place]?.operation
    if (operation === undefined) return
    const about = { operation, number: place + 1, requestId: this.#requestId(place), result }
    this.#outcomes.set(place, location === undefined ? about : { ...about, location })
  }

  #requestId(place: number): string {
    return `${this.#job.context.reason.requestId}.${place + 1}`
  }

  #resolved(data: JsonObject): JsonObject {
    return resolveBulkIds(data, (bulkId) => this.#ids.get(bulkId))
  }

  /** The id of the resource that an operation changes; a reference stays as it is where there is no id. */
  #resolvedId({ id }: BulkOperation): string | undefined {
    const bulkId = id === undefined ? undefined : bulkIdIn(id)
    return bulkId === undefined ? id : (this.#ids.get(bulkId) ?? id)
  }

  /** Where the resource is that an operation changes; a reference to one that does not exist leads nowhere. */
  #locationOf({ operation, endpoint }: BulkStep | HopelessStep): string | undefined {
    if (endpoint === undefined || 'error' in operation) return undefined
    const id = this.#resolvedId(operation)
    return id === undefined || bulkIdIn(id) !== undefined ? undefined : this.#urlOf(endpoint, id)
  }

  #urlOf(endpoint: BulkEndpoint, id: string): string {
    // JSON may hold halves of characters, which no URL can.
    const segment = encodeURIComponent(id.toWellFormed())
    return `${this.#job.context.baseUrl}${pathOf(endpoint)}/${segment}`
  }
}

function resourceOf(result: WriteResult): JsonObject {
  return result.kind === 'written' ? (result.resource ?? {}) : {}
}

/** RFC 7644 §3.7.3 */
function writtenResult(
  { operation: { method } }: BulkStep,
  resource: JsonObject,
): BulkOperationResult & { readonly kind: 'written' } {
  const version = metaOf(resource, 'version')
  const status = { POST: 201, PUT: 200, PATCH: 200, DELETE: 204 } as const
  return {
    kind: 'written',
    status: status[method],
    ...(version === undefined ? {} : { version }),
  }
}
