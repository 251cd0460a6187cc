import { SearchRequest } from 'ldapts'
import type { Connection } from './connection.ts'
import { controlOids } from './controls.ts'
import { parseDirectorySchema } from './directory-schema-parser.ts'
import type { Capabilities, DirectoryKind } from './directory.ts'
import type { Entry } from './entry.ts'
import { DirectoryError } from './error.ts'
import { present } from './filter.ts'
import { toLdaptsFilter } from './ldap-filter.ts'
import { extensionOids } from './message-extended.ts'
import { completedEntry } from './range-retrieval.ts'
import { toReadFailure } from './read-failure.ts'
import { kindOf, type ServerSoftware, softwareOf } from './server-software.ts'

/** What the adapter knows of a server: what it tells others, and what it keeps to itself. */
export interface ServerFacts {
  readonly capabilities: Capabilities
  /** Whose answers it gives. */
  readonly software: ServerSoftware
  /** Simple paged results. RFC 2696 */
  readonly hasPagedResults: boolean
  /** Absolute True and False filters. RFC 4526 */
  readonly hasAbsoluteFilters: boolean
}

/** What the servers of a directory can do, read from each once. */
export class KnownServers {
  readonly #kind: DirectoryKind | undefined
  readonly #facts = new Map<string, Promise<ServerFacts>>()

  /** @param kind what the administrator says it is; none: what the rootDSE says. */
  constructor(kind?: DirectoryKind) {
    this.#kind = kind
  }

  /** The facts about the server behind a connection.
   *  @throws {DirectoryError} `unavailable`, `refused` or `protocol` when they cannot be read; the next call tries again. */
  async of(connection: Connection): Promise<ServerFacts> {
    const known = this.#facts.get(connection.url)
    if (known !== undefined) return known
    const reading = readServerFacts(connection, this.#kind)
    this.#facts.set(connection.url, reading)
    reading.catch(() => this.#facts.delete(connection.url))
    return reading
  }
}

/** What the rootDSE and the subschema say of a server. RFC 4512 §4.4, §5.1
 *  OpenLDAP offers transactions, but slapd 2.5.13 and 2.6.10 die of them (SIGSEGV in txn_preop) after some dozens to hundreds: the
 *  end of a transaction frees an operation that the thread which has just answered it still holds. They are not used there.
 *  @param kind overrides what the rootDSE tells. */
export function toServerFacts(
  rootDse: Entry,
  subschema: Entry,
  kind: DirectoryKind = kindOf(rootDse),
): ServerFacts {
  const has = (attribute: string, ...oids: readonly string[]): boolean =>
    oids.every((oid) => rootDse.texts(attribute).includes(oid))
  return {
    capabilities: {
      kind,
      hasReadEntry: has('supportedControl', controlOids.preRead, controlOids.postRead),
      hasAssertion: has('supportedControl', controlOids.assertion),
      hasTransactions:
        kind !== 'openldap' &&
        has('supportedExtension', extensionOids.startTransaction, extensionOids.endTransaction),
      hasPasswordModify: has('supportedExtension', extensionOids.passwordModify),
      schema: parseDirectorySchema(
        subschema.texts('attributeTypes'),
        subschema.texts('objectClasses'),
        // 389 DS compares what its schema gives no rule for, such as nsAccountLock, by the syntax.
        { contentRules: subschema.texts('dITContentRules'), impliesRules: kind === '389ds' },
      ),
    },
    software: softwareOf(kind, rootDse),
    hasPagedResults: has('supportedControl', controlOids.pagedResults),
    hasAbsoluteFilters: has('supportedFeatures', absoluteFiltersOid),
  }
}

const absoluteFiltersOid = '1.3.6.1.4.1.4203.1.5.3'

const rootDseAttributes = [
  'objectClass',
  'structuralObjectClass',
  'subschemaSubentry',
  'supportedCapabilities',
  'supportedControl',
  'supportedExtension',
  'supportedFeatures',
  'vendorName',
]

async function readServerFacts(
  connection: Connection,
  kind: DirectoryKind | undefined,
): Promise<ServerFacts> {
  const rootDse = await readBase(connection, '', rootDseAttributes)
  const place = rootDse?.text('subschemaSubentry')
  if (rootDse === undefined || place === undefined) {
    throw new DirectoryError('refused', 'the directory does not show its rootDSE to the bridge')
  }
  const definitions = ['attributeTypes', 'objectClasses', 'dITContentRules']
  const subschema = await readBase(connection, place, definitions)
  if (subschema?.has('attributeTypes') !== true) {
    throw new DirectoryError('refused', 'the directory does not show its schema to the bridge')
  }
  return toServerFacts(rootDse, subschema, kind)
}

async function readBase(
  connection: Connection,
  baseDN: string,
  attributes: readonly string[],
): Promise<Entry | undefined> {
  const request = new SearchRequest({
    messageId: 0,
    baseDN,
    scope: 'base',
    filter: toLdaptsFilter(present('objectClass'), false),
    attributes: [...attributes],
    timeLimit: 0,
  })
  try {
    let last: Entry | undefined
    for await (const { entry } of connection.search(request)) last = entry
    // A schema has more definitions than Active Directory may give away at a time.
    return last === undefined ? undefined : await completedEntry(connection, last)
  } catch (cause) {
    throw toReadFailure(cause)
  }
}
