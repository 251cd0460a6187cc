import { PresenceFilter, SearchRequest } from 'ldapts'
import type { Connection } from './connection.ts'
import type { Entry } from './entry.ts'
import { LdapResultError } from './result.ts'

/** Up to which change of each provider a server has come, by naming context and provider. */
export type ReplicationState = ReadonlyMap<string, string>

/** How far a server has come with replication, as the contextCSN of its naming contexts tells (OpenLDAP, slapo-syncprov); empty
 *  when it does not tell, or not us.
 *  @throws {NoAnswerError} when the server does not answer. */
export async function readReplicationState(connection: Connection): Promise<ReplicationState> {
  const rootDse = await readBase(connection, '', 'namingContexts')
  const state = new Map<string, string>()
  for (const context of rootDse?.texts('namingContexts') ?? []) {
    const entry = await readBase(connection, context, 'contextCSN')
    for (const csn of entry?.texts('contextCSN') ?? []) {
      // When, the how manieth then, by which provider, the how manieth of that modification.
      const [time, count, provider] = csn.split('#')
      state.set(`${provider} ${context}`, `${time}#${count}`)
    }
  }
  return state
}

/** Whether a server has all that another has. */
export function covers(state: ReplicationState, other: ReplicationState): boolean {
  // The parts of a CSN have a fixed width, so that they compare as text.
  return [...other].every(([key, csn]) => (state.get(key) ?? '') >= csn)
}

async function readBase(
  connection: Connection,
  baseDN: string,
  attribute: string,
): Promise<Entry | undefined> {
  const request = new SearchRequest({
    messageId: 0,
    baseDN,
    scope: 'base',
    // Of the entry at the top no more may be visible than this attribute.
    filter: new PresenceFilter({ attribute: baseDN === '' ? 'objectClass' : attribute }),
    attributes: [attribute],
    timeLimit: 0,
  })
  try {
    let last: Entry | undefined
    for await (const { entry } of connection.search(request)) last = entry
    return last
  } catch (error) {
    if (error instanceof LdapResultError) return undefined
    throw error
  }
}
