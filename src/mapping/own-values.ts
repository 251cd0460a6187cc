import type { JsonObject } from '../scim/json.ts'
import { standIn } from './departure.ts'
import { type Derivation, isCandidate } from './derivation.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { isSibling, type Slot } from './slot.ts'
import { type Draft, dropValues, putValues } from './slot-values.ts'

/** Whether a resource says itself what a derived attribute holds, so that it is not made. */
export function isGiven(entries: EntryMapping, { own }: Derivation, resource: JsonObject): boolean {
  return own !== undefined && entries.valuesOf(resource, own).length > 0
}

/** A resource without the derived values that are as they were made: no client has given them, so that they follow what they are
 *  made from. */
export function withoutMade(entries: EntryMapping, resource: JsonObject): JsonObject {
  return ownSlots(entries).reduce((kept, { own, derivation }) => {
    const [value] = entries.valuesOf(resource, own)
    if (typeof value !== 'string' || !isMade(entries, derivation, resource, value)) return kept
    const siblings = entries.slots.filter((other) => isSibling(own, other))
    return dropValues(kept, own, siblings)
  }, resource)
}

function isMade(
  entries: EntryMapping,
  derivation: Derivation,
  resource: JsonObject,
  value: string,
): boolean {
  const { id } = resource
  // What was given up for a move that was never made.
  if (typeof id === 'string' && value === standIn(id)) return true
  const source = entries.sourceOf(derivation, resource)
  return source !== undefined && isCandidate(derivation, source, value)
}

/** A resource that is to take the place of another, with the derived values that were given to that one where it says nothing of
 *  them: an account does not get another name because a client leaves it out. RFC 7644 §3.5.1 */
export function withGiven(
  entries: EntryMapping,
  before: JsonObject,
  resource: JsonObject,
): JsonObject {
  const kept = structuredClone<Draft>(resource)
  for (const { own, derivation } of ownSlots(entries)) {
    if (isGiven(entries, derivation, resource)) continue
    putValues(kept, own, entries.valuesOf(before, own))
  }
  return kept
}

function ownSlots({
  derivations,
}: EntryMapping): readonly { readonly own: Slot; readonly derivation: Derivation }[] {
  return derivations.flatMap((derivation) => {
    const { own } = derivation
    return own === undefined ? [] : [{ own, derivation }]
  })
}
