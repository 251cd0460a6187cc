import { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { BulkJob, BulkOutcome } from './bulk-job.ts'
import { BulkRun } from './bulk-run.ts'
import type { Discovery } from './discovery.ts'
import type { ResourceService } from './resource-service.ts'

/** What bulk requests are carried out with. */
export interface BulkDependencies {
  /** By the paths of their endpoints: `/Users`. */
  readonly services: ReadonlyMap<string, ResourceService>
  readonly discovery: Pick<Discovery, 'resourceTypes'>
}

/** Carries out bulk requests, one operation after the other, each in the way of a single request. RFC 7644 §3.7
 *
 *  References to new resources are resolved in any order (`BulkSchedule` says which). Where new resources refer to each
 *  other, or one to itself, the first of them is created without the references that have to wait, and gets them by a
 *  PATCH of its own as soon as the others are there. When that cannot be done, its operation is answered with the error,
 *  and with the location of what was created: nothing is taken back, since others may refer to it by then. An operation that refers to
 *  a resource that could not be created fails with 409. RFC 7644 §3.7.1 */
export class Bulk {
  readonly #dependencies: BulkDependencies

  constructor(dependencies: BulkDependencies) {
    this.#dependencies = dependencies
  }

  /** The operations that were carried out with what came of them, in the order in which they were given.
   *  @throws {ScimError} unavailable when the directory is away before anything was begun. */
  async run(job: BulkJob): Promise<readonly BulkOutcome[]> {
    const types = await this.#dependencies.discovery.resourceTypes()
    const endpoints = types.flatMap((type) => {
      const service = this.#dependencies.services.get(type.endpoint)
      const schema = new ResourceSchema(type)
      return service === undefined
        ? []
        : [[type.endpoint.toLowerCase(), { service, schema }] as const]
    })
    return await new BulkRun(job, new Map(endpoints)).outcomes()
  }
}
