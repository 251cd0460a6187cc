import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import {
  Attribute,
  Change,
  DeleteRequest,
  ModifyRequest,
  PresenceFilter,
  SearchRequest,
} from 'ldapts'
import { Connection, type ConnectionOptions } from '../../../src/directory/connection.ts'
import type { PoolOptions } from '../../../src/directory/pool.ts'
import type { Logger } from '../../../src/logging/logger.ts'
import type { OpenldapEndpoint } from '../../support/openldap-server.ts'

const bindName = { dn: 'uid=bridge,dc=example', password: 'a secret' }

/** How tests connect to a scripted server. */
export function optionsFor(
  url: string,
  different: Partial<ConnectionOptions> = {},
): ConnectionOptions {
  return {
    url,
    startTls: false,
    allowCleartext: false,
    trust: { secureContext: tls.createSecureContext(), servername: undefined },
    credentials: bindName,
    keepAliveMs: 30_000,
    connectTimeoutMs: 2000,
    operationTimeoutMs: 5000,
    maxMessageBytes: 64 * 1024 * 1024,
    ...different,
  }
}

/** How tests connect to the OpenLDAP. */
export function openldapOptions(
  server: OpenldapEndpoint,
  different: Partial<ConnectionOptions> = {},
): ConnectionOptions {
  const secureContext = tls.createSecureContext({ ca: server.ca })
  return optionsFor(server.url, {
    trust: { secureContext, servername: undefined },
    credentials: server.bridge,
    ...different,
  })
}

/** A pool on the same terms as a connection. */
export function poolOptions(
  connection: ConnectionOptions,
  different: Partial<PoolOptions> = {},
): PoolOptions {
  const { url, trust, credentials, ...others } = connection
  const secrets = { trust, ...(credentials === undefined ? {} : { credentials }) }
  return {
    opener: {
      open: (options) => Connection.open({ ...options, ...secrets }),
      isRenewed: async () => false,
    },
    ...others,
    urls: [url],
    connections: 4,
    exclusiveConnections: 4,
    maxInFlight: 32,
    idleTimeoutMs: 60_000,
    logger: silent,
    ...different,
  }
}

const ignore = (): void => {}

const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** A search for everything. */
export function search(baseDN = 'dc=example', scope: 'base' | 'sub' = 'sub'): SearchRequest {
  return new SearchRequest({
    messageId: 0,
    baseDN,
    scope,
    filter: new PresenceFilter({ attribute: 'objectClass' }),
    attributes: ['1.1'],
    timeLimit: 0,
  })
}

/** A small write. */
export function deletion(dn = 'cn=a'): DeleteRequest {
  return new DeleteRequest({ messageId: 0, dn })
}

/** Replaces the values of an attribute. */
export function replacement(dn: string, type: string, values: readonly Buffer[]): ModifyRequest {
  const modification = new Attribute({ type, values: [...values] })
  return new ModifyRequest({
    messageId: 0,
    dn,
    changes: [new Change({ operation: 'replace', modification })],
  })
}

/** Waits until something holds; the time limit of the test ends the waiting. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5)
}

/** Everything that is found. */
export async function collected<A>(found: AsyncIterable<A>): Promise<readonly A[]> {
  const all: A[] = []
  for await (const one of found) all.push(one)
  return all
}
