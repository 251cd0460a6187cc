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
  /** Whether the group has a value. */
  readonly isPresent: (value: string) => Promise<boolean>
}

/** What is left of a change of members that a directory has refused as a whole, because a part of it was done by others, or somebody
 *  whom it names has got another name since, by which the group names him.
 *  @returns nothing where nothing is left. */
export async function memberChangeLeft(
  operation: ModifyOperation,
  questions: MemberQuestions,
): Promise<ModifyOperation | undefined> {
  const { named, valuesOf } = questions
  const ids = new Map(named.map(({ id, value }) => [dnKey(value), id]))
  const names = await valuesOf([...ids.values()])
  const nameOf = (value: string): string | undefined => {
    const id = ids.get(dnKey(value))
    return id === undefined ? value : names.get(id)?.[0]
  }
  const modifications: Modification[] = []
  for (const each of operation.modifications) {
    const values = await valuesLeft(each, questions, nameOf)
    if (values === undefined) modifications.push(each)
    else if (values.length > 0) modifications.push({ ...each, values })
  }
  return modifications.length === 0 ? undefined : { ...operation, modifications }
}

/** @returns nothing for a change of something else, or of all members at once. */
async function valuesLeft(
  { operation, attribute, values }: Modification,
  questions: MemberQuestions,
  nameOf: (value: string) => string | undefined,
): Promise<readonly string[] | undefined> {
  const isOfMembers = attribute.toLowerCase() === questions.attribute.toLowerCase()
  if (!isOfMembers || operation === 'replace' || values.length === 0) return undefined
  const left: string[] = []
  await concurrently(parallelQuestions, values.map(textOf), async (value) => {
    const name = nameOf(value)
    const called = [...new Set(name === undefined ? [value] : [value, name])]
    const present: string[] = []
    for (const each of called) if (await questions.isPresent(each)) present.push(each)
    if (operation === 'delete') left.push(...present)
    else if (present.length === 0 && name !== undefined) left.push(name)
  })
  return left
}

function textOf(value: AttributeValue): string {
  return toBytes(value).toString('utf8')
}
