import { PresenceFilter, SearchRequest } from 'ldapts'
import type { Connection } from './connection.ts'
import type { Entry } from './entry.ts'
import { and, equals } from './filter.ts'
import { toLdaptsFilter } from './ldap-filter.ts'
import { LdapResultError } from './result.ts'

/** Up to which change of each provider a server has come, by naming context and provider. */
export type ReplicationState = ReadonlyMap<string, string>

/** How far a server has come with replication, as the contextCSN of its naming contexts tells (OpenLDAP, slapo-syncprov), or the
 *  update vectors of its replicas (389 DS); empty when it does not tell, or not us.
 *  @throws {NoAnswerError} when the server does not answer. */
export async function readReplicationState(connection: Connection): Promise<ReplicationState> {
  const rootDse = await readOne(connection, '', ['namingContexts', 'vendorName'])
  const read = rootDse?.text('vendorName') === '389 Project' ? readUpdateVector : readContextCsn
  const state = new Map<string, string>()
  for (const context of rootDse?.texts('namingContexts') ?? []) {
    for (const [provider, change] of await read(connection, context)) {
      state.set(`${provider} ${context}`, change)
    }
  }
  return state
}

/** Whether a server has all that another has. */
export function covers(state: ReplicationState, other: ReplicationState): boolean {
  // The parts of a CSN have a fixed width, so that they compare as text.
  return [...other].every(([key, csn]) => (state.get(key) ?? '') >= csn)
}

/** The last change of each replica in an update vector of 389 DS (`nsds50ruv`), by the replica and the generation of the data:
 *  what was set up anew without the others does not compare with theirs.
 *  @param values among them replicas that have changed nothing, which are left out. */
export function lastChangesIn(values: readonly string[]): ReplicationState {
  const generation = values.find((value) => value.startsWith('{replicageneration} ')) ?? ''
  const changes = values.flatMap((value) => {
    const { replica, last } = updatedReplica.exec(value)?.groups ?? {}
    return last === undefined ? [] : [[`${generation} ${replica}`, last.toLowerCase()] as const]
  })
  return new Map(changes)
}

/** `{replica 2 ldap://ldap2.example.org:389}`, its first change and its last: when, the how manieth then, by which replica, the how
 *  manieth of that operation. */
const updatedReplica = /^\{replica (?<replica>\d+)[^}]*\} [\da-f]{20} (?<last>[\da-f]{20})$/iu

async function readContextCsn(connection: Connection, context: string): Promise<ReplicationState> {
  const entry = await readOne(connection, context, ['contextCSN'])
  const csns = entry?.texts('contextCSN') ?? []
  return new Map(
    csns.map((csn) => {
      // When, the how manieth then, by which provider, the how manieth of that modification.
      const [time, count, provider = ''] = csn.split('#')
      return [provider, `${time}#${count}`]
    }),
  )
}

/** 389 DS shows the vector, as it is now, to those who ask for the tombstone that it is stored in, and nowhere else. */
async function readUpdateVector(
  connection: Connection,
  context: string,
): Promise<ReplicationState> {
  const request = new SearchRequest({
    messageId: 0,
    baseDN: context,
    scope: 'sub',
    filter: toLdaptsFilter(
      and([
        equals('nsUniqueId', 'ffffffff-ffffffff-ffffffff-ffffffff'),
        equals('objectClass', 'nsTombstone'),
      ]),
      false,
    ),
    attributes: ['nsds50ruv'],
    timeLimit: 0,
  })
  return lastChangesIn((await lastOf(connection, request))?.texts('nsds50ruv') ?? [])
}

async function readOne(
  connection: Connection,
  baseDN: string,
  attributes: readonly [string, ...string[]],
): Promise<Entry | undefined> {
  const [attribute] = attributes
  const request = new SearchRequest({
    messageId: 0,
    baseDN,
    scope: 'base',
    // Of the entry at the top no more may be visible than this attribute.
    filter: new PresenceFilter({ attribute: baseDN === '' ? 'objectClass' : attribute }),
    attributes: [...attributes],
    timeLimit: 0,
  })
  return await lastOf(connection, request)
}

async function lastOf(connection: Connection, request: SearchRequest): Promise<Entry | undefined> {
  try {
    let last: Entry | undefined
    for await (const { entry } of connection.search(request)) last = entry
    return last
  } catch (error) {
    if (error instanceof LdapResultError) return undefined
    throw error
  }
}
