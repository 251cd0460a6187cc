import type { JsonObject, JsonValue } from '../scim/json.ts'
import { type Slot } from './slot.ts'
import { type Draft, dropValues, putValues, takeValues } from './slot-values.ts'

/** The slots of a map, as those of them see it that stand in for others. Pure. */
export class Fallbacks {
  readonly #byKey: ReadonlyMap<string, Slot>
  readonly #siblings: ReadonlyMap<Slot, readonly Slot[]>
  /** Those for which others stand in. */
  readonly #replaceable: readonly Slot[]

  /** @param siblings of each slot, those that hold values of the same attribute. */
  constructor(siblings: ReadonlyMap<Slot, readonly Slot[]>) {
    const slots = [...siblings.keys()]
    this.#siblings = siblings
    this.#byKey = new Map(slots.map((slot) => [slot.key, slot]))
    this.#replaceable = slots.filter(({ fallback }) => fallback.length > 0)
  }

  /** What stands in: the first that has a value; several that belong together are joined. Nothing, or one text. */
  textOf(resource: JsonObject, fallback: Slot['fallback']): string[] {
    for (const keys of fallback) {
      const values = keys.flatMap((key) => {
        const slot = this.#byKey.get(key)
        return slot === undefined ? [] : this.#valuesOf(resource, slot).slice(0, 1)
      })
      if (values.length > 0) return [values.map(toText).join(' ')]
    }
    return []
  }

  /** Shows what stands in for that of which the resource has nothing. */
  show(draft: Draft): void {
    // OneLogin takes no answer without name.givenName and name.familyName, so an entry without shows its fallback.
    for (const slot of this.#replaceable) {
      if (this.#valuesOf(draft, slot).length > 0) continue
      putValues(draft, slot, this.textOf(draft, slot.fallback))
    }
  }

  /** A resource without the values that would be shown if they were not there: a client that sends back what it was shown does
   *  not ask for them to be written.
   *  @param isHeld whether the entry has a value of its own for a slot, which is not left out. */
  withoutRepeated(resource: JsonObject, isHeld: (slot: Slot) => boolean): JsonObject {
    const slots = this.#replaceable.filter((slot) => !slot.isReadOnly && !isHeld(slot))
    return slots.reduce((kept, slot) => {
      const rest = dropValues(kept, slot, this.#siblings.get(slot) ?? [slot])
      return this.#shownBy(rest) === this.#shownBy(kept) ? rest : kept
    }, resource)
  }

  /** What is shown of that for which something may stand in, as a text to compare. */
  #shownBy(resource: JsonObject): string {
    const draft = structuredClone<Draft>(resource)
    this.show(draft)
    return JSON.stringify(this.#replaceable.map((slot) => this.#valuesOf(draft, slot)))
  }

  #valuesOf(resource: JsonObject, slot: Slot): JsonValue[] {
    return takeValues(resource, slot, this.#siblings.get(slot) ?? [slot])
  }
}

function toText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
