import { type AttributeValue, toBytes } from '../directory/entry.ts'
import type { Modification, ModifyOperation } from '../directory/operation.ts'
import { dnKey } from '../mapping/reference.ts'
import { concurrently } from './concurrently.ts'
import type { NamedReference } from './reference-course.ts'

const parallelQuestions = 16

/** What is asked about the members of a group. */
export interface MemberQuestions {
  /** The attribute that holds them. */
  readonly attribute: string
  /** Whom the change names, by what they were called when it was worked out. */
  readonly named: readonly NamedReference[]
  /** What those with these ids are called now, the value first that is written; who is gone is left out. */
  readonly valuesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>
  /** Whether a value names somebody other than the one with an id. */
  readonly isTaken: (value: string, id: string) => Promise<boolean>
  /** Whether the group has a value. */
  readonly isPresent: (value: string) => Promise<boolean>
}

/** What is left of a change of members where a part of it was done by others, or somebody whom it names has got another name since, by
 *  which the group names him. Who has got his former name is nobody whom it means.
 *  @returns nothing where nothing is left. */
export async function memberChangeLeft(
  operation: ModifyOperation,
  questions: MemberQuestions,
): Promise<ModifyOperation | undefined> {
  const callsOf = await callsIn(operation, questions)
  const modifications: Modification[] = []
  for (const each of operation.modifications) {
    const values = await valuesLeft(each, questions, callsOf)
    if (values === undefined) modifications.push(each)
    else if (values.length > 0) modifications.push({ ...each, values })
  }
  return modifications.length === 0 ? undefined : { ...operation, modifications }
}

/** How somebody is called whom a change names by a value. */
interface Calls {
  /** None where he is gone. */
  readonly now: string | undefined
  /** By what the group may name him. */
  readonly all: readonly string[]
}

async function callsIn(
  { modifications }: ModifyOperation,
  { attribute, named, valuesOf, isTaken }: MemberQuestions,
): Promise<(value: string) => Promise<Calls>> {
  const ofMembers = modifications.filter((each) => isOfMembers(each, attribute))
  const keys = new Set(ofMembers.flatMap(({ values }) => values.map(textOf).map(dnKey)))
  const meant = named.map(({ id, value }) => [dnKey(value), id] as const)
  const ids = new Map(meant.filter(([key]) => keys.has(key)))
  const names = await valuesOf([...ids.values()])
  return async (value) => {
    const key = dnKey(value)
    const id = ids.get(key)
    if (id === undefined) return { now: value, all: [value] }
    const current = names.get(id) ?? []
    if (current.some((name) => dnKey(name) === key)) return { now: value, all: [value] }
    const former = (await isTaken(value, id)) ? [] : [value]
    return { now: current[0], all: [...former, ...current.slice(0, 1)] }
  }
}

/** @returns nothing for a change of something else, or of all members at once. */
async function valuesLeft(
  modification: Modification,
  questions: MemberQuestions,
  callsOf: (value: string) => Promise<Calls>,
): Promise<readonly string[] | undefined> {
  const { operation, values } = modification
  if (!isOfMembers(modification, questions.attribute)) return undefined
  if (operation === 'replace' || values.length === 0) return undefined
  const left: string[] = []
  await concurrently(parallelQuestions, values.map(textOf), async (value) => {
    const { now, all } = await callsOf(value)
    const present: string[] = []
    for (const each of all) if (await questions.isPresent(each)) present.push(each)
    if (operation === 'delete') left.push(...present)
    else if (present.length === 0 && now !== undefined) left.push(now)
  })
  return left
}

function isOfMembers({ attribute }: Modification, members: string): boolean {
  return attribute.toLowerCase() === members.toLowerCase()
}

function textOf(value: AttributeValue): string {
  return toBytes(value).toString('utf8')
}
