import type { JsonObject } from '../../../src/scim/json.ts'
import type { TestBridge } from '../../support/bridge.ts'
import { patchOpUrn, textIn } from './groups/group-scene.ts'

const writers = 20

/** Has twenty change a resource at the same time, half of them through each of two bridges, all of them with the version that it
 *  has now.
 *  @param operation what the writer of a number does.
 *  @returns how often each status was answered. */
export async function rivals(
  bridges: readonly [TestBridge, TestBridge],
  resource: string,
  operation: (number: number) => JsonObject,
): Promise<Readonly<Record<string, number>>> {
  const { answer } = await bridges[0].scim.get(resource)
  const version = textIn(answer?.['meta'] as JsonObject, 'version')
  const answers = await Promise.all(
    Array.from({ length: writers }, async (_, number) => {
      const { scim } = bridges[number % 2 === 0 ? 0 : 1]
      return await scim.send('PATCH', resource, {
        body: { schemas: [patchOpUrn], Operations: [operation(number)] },
        headers: { 'If-Match': version },
      })
    }),
  )
  const statuses = Object.groupBy(answers, ({ status }) => status)
  return Object.fromEntries(
    Object.entries(statuses).map(([status, list = []]) => [status, list.length]),
  )
}

/** What a writer of a number does who wants an attribute to have a value of his own. */
export function replacing(attribute: string): (number: number) => JsonObject {
  return (number) => ({ op: 'replace', path: attribute, value: `${attribute} ${number}` })
}
