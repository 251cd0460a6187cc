import { PresenceFilter, SearchRequest } from 'ldapts'
import type { Connection } from './connection.ts'
import type { Entry } from './entry.ts'
import { and, equals } from './filter.ts'
import { toLdaptsFilter } from './ldap-filter.ts'
import { cursorsIn, usnText } from './replication-cursors.ts'
import { LdapResultError } from './result.ts'
import { kindOf } from './server-software.ts'

const rootDseAttributes = [
  'namingContexts',
  'vendorName',
  'supportedCapabilities',
  'highestCommittedUSN',
  'dsServiceName',
  'defaultNamingContext',
] as const

/** Up to which change of each provider a server has come, by provider and naming context. */
export type LastChanges = ReadonlyMap<string, string>

/** How far a server has come with replication. */
export interface ReplicationState {
  /** Empty when the server does not tell, or not us. */
  readonly changes: LastChanges
  /** Whether nothing is counted but what is replicated. Otherwise another server may be behind for good although it has everything. */
  readonly isExact: boolean
}

/** How far a server has come, as the contextCSN of its naming contexts tells (OpenLDAP, slapo-syncprov), the update vectors of its
 *  replicas (389 DS), or its number of updates and what it has of other controllers (Active Directory).
 *  @throws {NoAnswerError} when the server does not answer. */
export async function readReplicationState(connection: Connection): Promise<ReplicationState> {
  const rootDse = await readOne(connection, '', rootDseAttributes)
  const kind = rootDse && kindOf(rootDse)
  if (rootDse !== undefined && kind === 'activeDirectory') {
    return { changes: await readCursors(connection, rootDse), isExact: false }
  }
  const read = kind === '389ds' ? readUpdateVector : readContextCsn
  const changes = new Map<string, string>()
  for (const context of rootDse?.texts('namingContexts') ?? []) {
    for (const [provider, change] of await read(connection, context)) {
      changes.set(`${provider} ${context}`, change)
    }
  }
  return { changes, isExact: true }
}

/** Whether a server has all that another has. */
export function covers(state: LastChanges, other: LastChanges): boolean {
  // They have a fixed width, and so have the parts of a CSN, so that they compare as text.
  return [...other].every(([key, csn]) => (state.get(key) ?? '') >= csn)
}

/** The last change of each replica in an update vector of 389 DS (`nsds50ruv`), by the replica and the generation of the data:
 *  what was set up anew without the others does not compare with theirs.
 *  @param values among them replicas that have changed nothing, which are left out. */
export function lastChangesIn(values: readonly string[]): LastChanges {
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

async function readContextCsn(connection: Connection, context: string): Promise<LastChanges> {
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
async function readUpdateVector(connection: Connection, context: string): Promise<LastChanges> {
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

/** What a domain controller has of itself, and of the others in the domain. */
async function readCursors(connection: Connection, rootDse: Entry): Promise<LastChanges> {
  const own = await readBytes(connection, rootDse.text('dsServiceName'), 'invocationId')
  const domain = rootDse.text('defaultNamingContext')
  const vector = await readBytes(connection, domain, 'replUpToDateVector')
  const others = vector && cursorsIn(vector)
  const usn = rootDse.text('highestCommittedUSN')
  if (own === undefined || others === undefined || usn === undefined) return new Map()
  return new Map([...others, [own.toString('hex'), usnText(usn)]])
}

async function readBytes(
  connection: Connection,
  dn: string | undefined,
  attribute: string,
): Promise<Buffer | undefined> {
  return dn === undefined
    ? undefined
    : (await readOne(connection, dn, [attribute]))?.bytes(attribute)[0]
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
