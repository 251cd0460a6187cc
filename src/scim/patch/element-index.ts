import { comparable } from '../filter/matches.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import type { Allowance } from './allowance.ts'

/** The places of elements by what some of their sub-attributes compare as, in the order of the list. */
type Places = Map<string, number[]>

/** What an element must have in some of its sub-attributes. */
interface Likeness {
  readonly names: readonly string[]
  /** As `#keyOf` has it. */
  readonly key: string
}

/** Finds the elements of a multi-valued attribute that a client means by another one, at a cost that does
 *  not grow with the list. The same are those with the same `value`, unless both have a type and these
 *  differ; where no value is given, those of which everything given holds. */
export class ElementIndex {
  readonly #attribute: AttributeDefinition
  readonly #allowance: Allowance
  readonly #elements: { readonly element: JsonValue; readonly place: number }[]
  /** By the names of the sub-attributes; made when the first element is asked for that has just these. */
  readonly #placesByNames = new Map<string, { readonly names: readonly string[]; places: Places }>()

  /** @param allowance for going over the list again: once for each further choice of sub-attributes. */
  constructor(
    attribute: AttributeDefinition,
    elements: readonly JsonValue[],
    allowance: Allowance,
  ) {
    this.#attribute = attribute
    this.#allowance = allowance
    this.#elements = elements.map((element, place) => ({ element, place }))
  }

  /** Takes in one more element, which has the place in its list: one behind all others. */
  note(element: JsonValue, place: number): void {
    this.#elements.push({ element, place })
    const indexes = [...this.#placesByNames.values()]
    this.#allowance.take(Math.max(0, indexes.length - 1))
    for (const { names, places } of indexes) this.#enter(places, names, { element, place })
  }

  /** The place of the first element that is the same as the given one; undefined when there is none. */
  firstPlaceOf(given: JsonValue): number | undefined {
    const firsts = this.#likenessesOf(given).flatMap((each) => this.#placesOf(each)[0] ?? [])
    return firsts.length === 0 ? undefined : Math.min(...firsts)
  }

  /** The places of the elements that are the same as the given one, unless they have been taken in the same way before. */
  takePlacesOf(given: JsonValue): readonly number[] {
    return this.#likenessesOf(given).flatMap((each) => this.#placesOf(each).splice(0))
  }

  /** What of the given element does not hold for the other one yet. */
  newsIn(given: JsonObject, element: JsonValue): JsonObject {
    const isNews = ([name]: readonly [string, JsonValue]): boolean =>
      this.#comparable(given, name) !== this.#comparable(element, name)
    return Object.fromEntries(Object.entries(given).filter(isNews))
  }

  #likenessesOf(given: JsonValue): readonly Likeness[] {
    const value = this.#comparable(given, 'value')
    if (value === undefined && isJsonObject(given)) {
      const names = Object.keys(given).toSorted()
      return [{ names, key: this.#keyOf(given, names) }]
    }
    const type = this.#comparable(given, 'type')
    if (type === undefined) return [{ names: ['value'], key: keyOf([value]) }]
    const names = ['type', 'value']
    return [type, undefined].map((each) => ({ names, key: keyOf([each, value]) }))
  }

  #placesOf({ names, key }: Likeness): number[] {
    return this.#indexOf(names).get(key) ?? []
  }

  #indexOf(names: readonly string[]): Places {
    const present = this.#placesByNames.get(names.join())
    if (present) return present.places
    if (this.#placesByNames.size > 0) this.#allowance.take(this.#elements.length)
    const places: Places = new Map()
    for (const each of this.#elements) this.#enter(places, names, each)
    this.#placesByNames.set(names.join(), { names, places })
    return places
  }

  #enter(
    places: Places,
    names: readonly string[],
    { element, place }: { readonly element: JsonValue; readonly place: number },
  ): void {
    const key = this.#keyOf(element, names)
    const present = places.get(key)
    if (present) present.push(place)
    else places.set(key, [place])
  }

  #keyOf(element: JsonValue, names: readonly string[]): string {
    return keyOf(names.map((name) => this.#comparable(element, name)))
  }

  #comparable(element: JsonValue, name: string): JsonValue | undefined {
    if (!isJsonObject(element)) {
      return name === 'value' ? comparable(this.#attribute, element) : undefined
    }
    const definition = subAttributeOf(this.#attribute, name)
    const value = element[name]
    return definition && value !== undefined ? comparable(definition, value) : undefined
  }
}

/** What is absent is null. */
function keyOf(values: readonly (JsonValue | undefined)[]): string {
  return JSON.stringify(values)
}
