/** For every place the number of its circle: places that need each other, directly or through others, have the same one.
 *  These are the strongly connected components of the graph, by Tarjan's algorithm without recursion, because the
 *  depth of the graph is in the client's hands.
 *  @param needs the places that each place needs. */
export function circlesOf(needs: readonly ReadonlySet<number>[]): readonly number[] {
  const search = new CircleSearch(needs)
  for (const place of needs.keys()) search.from(place)
  return search.circles
}

interface Visit {
  readonly place: number
  readonly needs: Iterator<number, undefined>
}

class CircleSearch {
  readonly circles: number[] = []
  readonly #needs: readonly ReadonlySet<number>[]
  readonly #order = new Map<number, number>()
  /** The earliest place, by the order of visits, that is known to be in the same circle. */
  readonly #earliest = new Map<number, number>()
  readonly #open: number[] = []
  readonly #path: Visit[] = []

  constructor(needs: readonly ReadonlySet<number>[]) {
    this.#needs = needs
  }

  /** Finds the circles of a place, and of everything that it needs. */
  from(start: number): void {
    if (!this.#order.has(start)) this.#enter(start)
    for (let visit = this.#path.at(-1); visit !== undefined; visit = this.#path.at(-1)) {
      const need = visit.needs.next().value
      if (need === undefined) this.#leave(visit)
      else if (!this.#order.has(need)) this.#enter(need)
      else if (this.circles[need] === undefined) {
        this.#reach(visit.place, this.#order.get(need) ?? 0)
      }
    }
  }

  #enter(place: number): void {
    this.#earliest.set(place, this.#order.size)
    this.#order.set(place, this.#order.size)
    this.#open.push(place)
    this.#path.push({ place, needs: (this.#needs[place] ?? new Set()).values() })
  }

  #leave({ place }: Visit): void {
    this.#path.pop()
    const earliest = this.#earliest.get(place) ?? 0
    const parent = this.#path.at(-1)
    if (parent !== undefined) this.#reach(parent.place, earliest)
    if (earliest < (this.#order.get(place) ?? 0)) return
    for (let member = this.#open.pop(); member !== undefined; member = this.#open.pop()) {
      this.circles[member] = place
      if (member === place) return
    }
  }

  #reach(place: number, earliest: number): void {
    this.#earliest.set(place, Math.min(this.#earliest.get(place) ?? earliest, earliest))
  }
}
