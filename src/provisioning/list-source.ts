import { createHash } from 'node:crypto'
import type { Entry } from '../directory/entry.ts'
import type { Filter } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import type { JsonObject } from '../scim/json.ts'
import type { RequestContext } from './context.ts'
import type { ListQuery } from './resource-service.ts'
import type { SortOrder } from './sort-order.ts'

/** Entries as resources, as far as these are looked at. */
export interface View {
  /** The LDAP attributes to read. */
  readonly attributes: readonly string[]
  /** The resources of entries that were read with at least these, in their order. */
  readonly render: (entries: readonly Entry[]) => Promise<readonly JsonObject[]>
}

/** What is listed, and how it is read and shown. */
export interface ListSource {
  readonly mapping: EntryMapping
  /** What the directory is asked for. */
  readonly filter: Filter
  /** What is left to be decided on the resources it finds. */
  readonly residual: ScimFilter | undefined
  readonly order: SortOrder | undefined
  /** For what is shown. */
  readonly shown: View
  /** For what the residual filter and the order look at. */
  readonly decisive: View
  /** For both at once. */
  readonly whole: View
  /** How many entries are read at a time; few where one may be large. */
  readonly portion: number
  /** The same for every request that asks for the same in the name of the same client; short. */
  readonly question: string
  /** What the client gets to see of a resource. */
  readonly show: (resource: JsonObject) => JsonObject
}

/** What a request asks for and in whose name, as a short text that is the same for every page of it, and for nothing else.
 *  @param type the endpoint. */
export function questionOf(
  type: string,
  { filter, sortBy, sortOrder }: ListQuery,
  { reason }: RequestContext,
): string {
  const question = JSON.stringify([type, reason.actor, filter, sortBy, sortOrder])
  // A filter may be long, and snapshots are kept by their questions.
  return createHash('sha256').update(question).digest('base64url')
}
