import { SearchRequest } from 'ldapts'
import type { Connection } from './connection.ts'
import type { Entry } from './entry.ts'
import { present } from './filter.ts'
import { toLdaptsFilter } from './ldap-filter.ts'
import { MalformedMessageError } from './message-error.ts'
import { LdapResultError, resultCodes } from './result.ts'
import { rangeFrom, rangesIn, type ValueRange, withWhole } from './value-ranges.ts'

/** The entry with all values of the attributes of which the server has shown a part; nothing when it is gone meanwhile.
 *  @throws {LdapResultError}
 *  @throws {NoAnswerError}
 *  @throws {MalformedMessageError} when a part does not follow the one before. */
export async function completedEntry(
  connection: Connection,
  entry: Entry,
): Promise<Entry | undefined> {
  const whole = new Map<string, readonly Buffer[]>()
  try {
    for (const range of rangesIn(entry)) {
      whole.set(range.attribute, await wholeValues(connection, entry.dn, range))
    }
  } catch (cause) {
    const isGone =
      cause instanceof LdapResultError && cause.result.code === resultCodes.noSuchObject
    if (isGone) return undefined
    throw cause
  }
  return withWhole(entry, whole)
}

/** All values of an attribute, from its first part on. */
async function wholeValues(
  connection: Connection,
  dn: string,
  first: ValueRange,
): Promise<readonly Buffer[]> {
  const parts = [first.values]
  let start = first.next
  while (start !== undefined) {
    const part = await readRange(connection, dn, rangeFrom(first.attribute, start))
    if (part?.next !== undefined && part.next <= start) {
      throw new MalformedMessageError('a range of values does not follow the one before')
    }
    parts.push(part?.values ?? [])
    start = part?.next
  }
  return parts.flat()
}

/** The next part of the values; nothing when there is none any more. */
async function readRange(
  connection: Connection,
  baseDN: string,
  attribute: string,
): Promise<ValueRange | undefined> {
  const request = new SearchRequest({
    messageId: 0,
    baseDN,
    scope: 'base',
    filter: toLdaptsFilter(present('objectClass'), false),
    attributes: [attribute],
    timeLimit: 0,
  })
  let last: Entry | undefined
  for await (const { entry } of connection.search(request)) last = entry
  return last === undefined ? undefined : rangesIn(last)[0]
}
