import { setTimeout as delay } from 'node:timers/promises'
import type { BridgeProcess } from '../../support/bridge-process.ts'
import { Peer } from './peer.ts'

/** How long the bridge may take to answer many, or to let them go, beyond what it waits for; more would mean that it never does. */
export const marginMs = 20_000

/** The headers of a request that is let in, with the end of their last line. */
export const head = ({ token }: BridgeProcess, more = ''): string =>
  `Host: bridge\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/scim+json\r\n${more}`

/** What stands before a body that is to be created below the SCIM root.
 *  @param path '/Users', for example. */
export const post = (bridge: BridgeProcess, path: string, bytes: number, more = ''): string =>
  `POST /scim/v2${path} HTTP/1.1\r\n${head(bridge, `Content-Length: ${bytes}\r\n${more}`)}\r\n`

/** A GET below the SCIM root, the last request of its connection. */
export const get = (bridge: BridgeProcess, path: string): string =>
  `GET /scim/v2${path} HTTP/1.1\r\n${head(bridge, 'Connection: close\r\n')}\r\n`

/** As many that are connected, and read nothing yet. */
export async function peers(count: number, { baseUrl }: BridgeProcess): Promise<readonly Peer[]> {
  return await Promise.all(Array.from({ length: count }, () => Peer.connect(baseUrl)))
}

/** Ends what is left after some time.
 *  @returns how many the bridge has not let go in that time. */
export async function leftAfter(all: readonly Peer[], ms: number): Promise<number> {
  const ended = Promise.all(all.map((peer) => peer.end()))
  await Promise.race([ended, delay(ms, undefined, { ref: false })])
  const left = all.filter((peer) => !peer.isClosed).length
  for (const peer of all) peer.close()
  return left
}

/** How many have been told something by the end of their connection. */
export async function told(all: readonly Peer[], what: string): Promise<number> {
  const ends = await Promise.all(all.map((peer) => peer.end()))
  return ends.filter((end) => end.includes(what)).length
}

/** What was answered that is not among these, one sentence.
 *  @param needed of what there must be at least one. */
export async function otherStatuses(
  all: readonly Peer[],
  needed: number,
  ...allowed: readonly number[]
): Promise<readonly string[]> {
  const statuses = await Promise.all(all.map((peer) => peer.status()))
  const others = statuses.filter((status) => status !== needed && !allowed.includes(status))
  return [
    ...(others.length > 0
      ? [`${others.length} of ${all.length} were answered ${[...new Set(others)].join(', ')}`]
      : []),
    ...(statuses.includes(needed) ? [] : [`nobody was answered ${needed}`]),
  ]
}
