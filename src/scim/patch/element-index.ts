import { comparable } from '../filter/matches.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'

/** Finds the elements of a multi-valued attribute that a client means by another one, at a cost that does
 *  not grow with the list. The same are those with the same `value`, unless both have a type and these
 *  differ; where no value is given, those of which everything given holds. */
export class ElementIndex {
  readonly #attribute: AttributeDefinition
  readonly #elements: { readonly element: JsonValue; readonly place: number }[] = []
  readonly #byValue = new Map<JsonValue, number[]>()

  constructor(attribute: AttributeDefinition, elements: readonly JsonValue[]) {
    this.#attribute = attribute
    for (const [place, element] of elements.entries()) this.note(element, place)
  }

  /** Takes in one more element, which has the place in its list. */
  note(element: JsonValue, place: number): void {
    const value = this.#valueOf(element)
    const entry = this.#elements.push({ element, place }) - 1
    if (value === undefined) return
    const entries = this.#byValue.get(value)
    if (entries) entries.push(entry)
    else this.#byValue.set(value, [entry])
  }

  /** The places of the elements that are the same as the given one, in their order. */
  placesOf(given: JsonValue): readonly number[] {
    const value = this.#valueOf(given)
    const candidates =
      value === undefined
        ? this.#elements
        : (this.#byValue.get(value) ?? []).flatMap((entry) => this.#elements[entry] ?? [])
    const names = value === undefined && isJsonObject(given) ? Object.keys(given) : []
    return candidates
      .filter(
        ({ element }) => this.#hasSame(element, given, names) && this.#typesAgree(element, given),
      )
      .map(({ place }) => place)
  }

  /** What of the given element does not hold for the other one yet. */
  newsIn(given: JsonObject, element: JsonValue): JsonObject {
    const isNews = ([name]: readonly [string, JsonValue]): boolean =>
      this.#comparable(given, name) !== this.#comparable(element, name)
    return Object.fromEntries(Object.entries(given).filter(isNews))
  }

  #valueOf(element: JsonValue): JsonValue | undefined {
    if (!isJsonObject(element)) return comparable(this.#attribute, element)
    return this.#comparable(element, 'value')
  }

  #hasSame(element: JsonValue, given: JsonValue, names: readonly string[]): boolean {
    return names.every((name) => this.#comparable(element, name) === this.#comparable(given, name))
  }

  #typesAgree(element: JsonValue, given: JsonValue): boolean {
    const [one, other] = [this.#comparable(element, 'type'), this.#comparable(given, 'type')]
    return one === undefined || other === undefined || one === other
  }

  #comparable(element: JsonValue, name: string): JsonValue | undefined {
    const definition = subAttributeOf(this.#attribute, name)
    const value = isJsonObject(element) ? element[name] : undefined
    return definition && value !== undefined ? comparable(definition, value) : undefined
  }
}
