import { circlesOf } from './bulk-circles.ts'

/** What an operation waits for, by the places of other operations. */
export interface BulkLinks {
  /** Operations that create what this one refers to; its own place when it refers to itself. */
  readonly needs: ReadonlySet<number>
  /** Operations that were given before this one for the same resource. */
  readonly after: ReadonlySet<number>
}

/** An operation whose turn it is. */
export interface BulkTurn {
  readonly place: number
  /** What it needs and cannot wait for, because that waits for this operation: it is to be created without. */
  readonly missing: ReadonlySet<number>
}

interface Waiting {
  readonly circle: number | undefined
  /** What is left to be waited for, within a circle of references and outside of any. */
  readonly inside: Set<number>
  readonly outside: Set<number>
}

/** The order in which the operations of a bulk request are carried out: as they are given, but one that refers to what a
 *  later one creates waits for it, and what was given for one resource stays in its order. Where operations need each
 *  other, one of them goes ahead without the others when its other needs are met. RFC 7644 §3.7, §3.7.1 */
export class BulkSchedule {
  readonly #waiting: readonly Waiting[]
  readonly #dependents: readonly (readonly number[])[]
  readonly #left: Set<number>

  constructor(links: readonly BulkLinks[]) {
    const circles = circlesOf(links.map(({ needs }) => needs))
    this.#waiting = links.map(({ needs, after }, place) => {
      const isInside = (other: number): boolean => circles[other] === circles[place]
      return {
        circle: circles[place],
        inside: new Set([...needs].filter(isInside)),
        outside: new Set([...needs, ...after].filter((other) => !isInside(other))),
      }
    })
    const dependents: number[][] = links.map(() => [])
    links.forEach(({ needs, after }, place) => {
      for (const other of [...needs, ...after]) dependents[other]?.push(place)
    })
    this.#dependents = dependents
    this.#left = new Set(links.keys())
  }

  /** The operation to be carried out next; none when all have had their turn. */
  next(): BulkTurn | undefined {
    const first = this.#first(({ outside }) => outside.size === 0)
    if (first === undefined) return undefined
    const circle = this.#waiting[first]?.circle
    const place =
      this.#first((each) => each.circle === circle && each.inside.size + each.outside.size === 0) ??
      first
    this.#left.delete(place)
    return { place, missing: new Set(this.#waiting[place]?.inside) }
  }

  /** Says that an operation has been carried out, well or not, so that nobody waits for it any longer. */
  settle(place: number): void {
    for (const dependent of this.#dependents[place] ?? []) {
      this.#waiting[dependent]?.inside.delete(place)
      this.#waiting[dependent]?.outside.delete(place)
    }
  }

  #first(isReady: (waiting: Waiting) => boolean): number | undefined {
    return this.#left.values().find((place) => {
      const waiting = this.#waiting[place]
      return waiting !== undefined && isReady(waiting)
    })
  }
}
