import { isDeepStrictEqual } from 'node:util'
import type { JsonObject, JsonValue } from '../../../src/scim/json.ts'
import type { Exchange } from '../../walkthrough/scim-client.ts'
import { patchOf } from '../faults/model.ts'
import type { Wire } from './wire.ts'

/** What writers contest, and how a writer says what it wants. */
export interface Prize {
  readonly endpoint: '/Users' | '/Groups'
  /** Its attributes that writers change, each writer one alone: were it the same one for all, they would clash over its old value, with
   *  and without a version. */
  readonly attributes: readonly string[]
  /** What somebody makes of an attribute: never what it is already.
   *  @param number different for each request. */
  change(attribute: string, number: number, before: JsonObject): Change
}

/** A change of one attribute. */
interface Change {
  /** The whole value of it behind the change. */
  readonly value: JsonValue
  /** The change as an operation of a PATCH. */
  readonly operation: JsonObject
}

/** A resource as it was read. */
interface Version {
  readonly tag: string
  readonly resource: JsonObject
}

/** A write with If-Match. */
interface Bid {
  readonly method: 'PATCH' | 'PUT' | 'DELETE'
  readonly body?: JsonObject
  /** The resource as it is to be; none when it is deleted. */
  readonly wanted?: JsonObject
}

const onlyLate: readonly number[] = [412]

/** Writers who change different attributes of one resource, each only if nobody has changed the resource since it was read. Each
 *  version of it is changed once. RFC 7644 §3.14 */
export class Contest {
  /** Answers 412. */
  late = 0
  won = 0
  readonly #wire: Wire
  readonly #prize: Prize
  #numbers = 0

  constructor(wire: Wire, prize: Prize) {
    this.#wire = wire
    this.#prize = prize
  }

  /** All write at once to the version that they have all read: one wins, and nothing is to be seen of the others.
   *  @param round with which PATCH and PUT change places. */
  async fight(id: string, writers: number, round: number): Promise<void> {
    const path = `${this.#prize.endpoint}/${id}`
    const { attributes } = this.#prize
    const read = await this.#read(path)
    const bids = Array.from({ length: writers }, (_, writer) => {
      const attribute = attributes[(round + writer) % attributes.length] ?? ''
      const isPatch = (round + writer + Math.floor(writer / attributes.length)) % 2 === 0
      return this.#bid(isPatch ? 'PATCH' : 'PUT', attribute, read)
    })
    const [winner] = await this.#send(path, read, bids)
    this.#check(path, (await this.#read(path)).resource, winner?.wanted ?? read.resource)
  }

  /** One deletes what others change at the same time.
   *  @param isFirst whether it is sent before theirs. */
  async fightToDeath(id: string, isFirst: boolean): Promise<void> {
    const path = `${this.#prize.endpoint}/${id}`
    const read = await this.#read(path)
    const others = this.#prize.attributes.map((attribute) => this.#bid('PATCH', attribute, read))
    const bids: readonly Bid[] = isFirst
      ? [{ method: 'DELETE' }, ...others]
      : [...others, { method: 'DELETE' }]
    // Who is deleted is not found any more.
    const [winner] = await this.#send(path, read, bids, [412, 404])
    const left = await this.#wire.send('GET', path)
    if (winner?.wanted !== undefined) this.#check(path, left.answer ?? {}, winner.wanted)
    else if (left.status !== 404) this.#problem(`${path} was deleted, and is there`)
  }

  /** Each reads, puts what it has read with its own change, and when it was too late does so again.
   *  @returns what each attribute is to be in the end. */
  async takeTurns(id: string, changes: number): Promise<JsonObject> {
    const path = `${this.#prize.endpoint}/${id}`
    const replaced = new Set<string>()
    const last: Record<string, JsonValue> = {}
    await Promise.all(
      this.#prize.attributes.map(async (attribute) => {
        for (let made = 0; made < changes && this.#wire.problems.length === 0;) {
          const read = await this.#read(path)
          const bid = this.#bid('PUT', attribute, read)
          const { status } = await this.#sendOne(path, read, bid)
          if (status >= 300) continue
          made += 1
          last[attribute] = bid.wanted?.[attribute] ?? null
          if (replaced.has(read.tag)) this.#problem(`${path}: ${read.tag} was replaced twice`)
          replaced.add(read.tag)
        }
      }),
    )
    if (this.#wire.problems.length === 0) this.#check(path, (await this.#read(path)).resource, last)
    return last
  }

  #bid(method: 'PATCH' | 'PUT', attribute: string, { resource }: Version): Bid {
    this.#numbers += 1
    const { value, operation } = this.#prize.change(attribute, this.#numbers, resource)
    const wanted = { ...resource, [attribute]: value }
    return { method, wanted, body: method === 'PUT' ? wanted : patchOf(operation) }
  }

  /** @returns who has won: one alone, or it is a problem. */
  async #send(
    path: string,
    read: Version,
    bids: readonly Bid[],
    refusals = onlyLate,
  ): Promise<readonly Bid[]> {
    const answers = await Promise.all(
      bids.map(async (bid) => this.#sendOne(path, read, bid, refusals)),
    )
    const winners = bids.filter((_, index) => (answers[index]?.status ?? 500) < 300)
    if (winners.length !== 1) {
      const told = answers.map(({ status }, index) => `${bids[index]?.method} ${status}`).join(', ')
      this.#problem(`${path}, version ${read.tag}: ${told}`)
    }
    return winners
  }

  async #sendOne(
    path: string,
    { tag }: Version,
    { method, body }: Bid,
    refusals = onlyLate,
  ): Promise<Exchange> {
    const headers = { 'if-match': tag }
    const options = body === undefined ? { headers } : { headers, body }
    const answer = await this.#wire.send(method, path, options)
    if (answer.status < 300) this.won += 1
    if (answer.status === 412) this.late += 1
    if (answer.status >= 300 && !refusals.includes(answer.status))
      this.#problem(`${method} ${path} with ${tag} was answered ${answer.status}: ${answer.text}`)
    return answer
  }

  async #read(path: string): Promise<Version> {
    const { status, headers, answer } = await this.#wire.send('GET', path)
    const tag = headers.get('etag')
    if (answer === undefined || tag === null)
      throw new Error(`${path} was answered ${status}, and has no version`)
    return { tag, resource: answer }
  }

  /** That the attributes are as somebody wanted them who was told so. */
  #check(path: string, found: JsonObject, wanted: JsonObject): void {
    for (const attribute of this.#prize.attributes) {
      const [is, shouldBe] = [comparable(found[attribute]), comparable(wanted[attribute])]
      if (!isDeepStrictEqual(is, shouldBe)) {
        const texts = [is, shouldBe].map((each) => JSON.stringify(each))
        this.#problem(`${path} has the ${attribute} ${texts[0]} instead of ${texts[1]}`)
      }
    }
  }

  #problem(text: string): void {
    this.#wire.problems.push(text)
  }
}

/** The ids of members, in order; else the value. A group without members shows none. RFC 7643 §2.5 */
function comparable(value: JsonValue | undefined): JsonValue {
  if (!Array.isArray(value)) return value ?? null
  if (value.length === 0) return null
  return value.map((element) => (element as { readonly value: string }).value).toSorted()
}

/** Attributes of one user that each have a writer of their own. */
export const ownAttributes = ['title', 'userType', 'displayName', 'preferredLanguage'] as const

/** What one makes of such an attribute: a language has to look like one. */
export function ownValue(attribute: string, number: number): string {
  return attribute === 'preferredLanguage' ? `en-x-${number}` : `${attribute} ${number}`
}

/** A user. */
export const userPrize: Prize = {
  endpoint: '/Users',
  attributes: ownAttributes,
  change(path, number) {
    const value = ownValue(path, number)
    return { value, operation: { op: 'replace', path, value } }
  },
}

/** A group, whose name is its address in the directory, too.
 *  @param people who may come into it, by id. */
export function groupPrize(people: readonly string[]): Prize {
  return {
    endpoint: '/Groups',
    attributes: ['displayName', 'externalId', 'members'],
    change(path, number, before) {
      if (path !== 'members') {
        const value = `${path} ${number}`
        return { value, operation: { op: 'replace', path, value } }
      }
      const id = people[number % people.length] ?? ''
      const members = (comparable(before['members']) ?? []) as readonly string[]
      const isIn = members.includes(id)
      const others = members.filter((member) => member !== id)
      const value = [...others, ...(isIn ? [] : [id])].map((each) => ({ value: each }))
      const op = isIn ? 'remove' : 'add'
      return { value, operation: { op, path, value: [{ value: id }] } }
    },
  }
}
