import { setTimeout as delay } from 'node:timers/promises'
import type { BridgeProcess } from '../../support/bridge-process.ts'
import { costlyRequests } from './costly-requests.ts'
import { Peer } from './peer.ts'

/** What the nuisances are aimed at, and how many there are. */
export interface Target {
  readonly bridge: BridgeProcess
  /** How many users a full list has. */
  readonly users: number
  /** How many lists are asked for at a time. */
  readonly lists: number
  /** How long the bridge lets a client send, and be silent. */
  readonly limits: { readonly requestMs: number; readonly stallMs: number }
  /** How much the directory sends for a full list, at least. */
  readonly listBytes: number
  /** How much the directory has sent so far. */
  readonly sentBytes: () => Promise<number>
}

/** Something that clients should not do, or do together.
 *  @returns what did not hold, one sentence each. */
export interface Nuisance {
  readonly name: string
  /** It is about lists, which have a bound of their own. */
  readonly isOfLists?: boolean
  /** The longest that an ordinary client may wait beside it, where that is less than beside others. */
  readonly longestMs?: number
  readonly run: (target: Target) => Promise<readonly string[]>
}

const head = ({ token }: BridgeProcess, more = ''): string =>
  `Host: bridge\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/scim+json\r\n${more}`

const post = (bridge: BridgeProcess, bytes: number, more = ''): string =>
  `POST /scim/v2/Users HTTP/1.1\r\n${head(bridge, `Content-Length: ${bytes}\r\n${more}`)}\r\n`

const list = (bridge: BridgeProcess): string =>
  `GET /scim/v2/Users HTTP/1.1\r\n${head(bridge, 'Connection: close\r\n')}\r\n`

async function peers(count: number, { baseUrl }: BridgeProcess): Promise<readonly Peer[]> {
  return await Promise.all(Array.from({ length: count }, () => Peer.connect(baseUrl)))
}

/** @returns how many of them the bridge has not let go in time. */
async function leftAfter(all: readonly Peer[], ms: number): Promise<number> {
  const ended = Promise.all(all.map((peer) => peer.end()))
  await Promise.race([ended, delay(ms, undefined, { ref: false })])
  const left = all.filter((peer) => !peer.isClosed).length
  for (const peer of all) peer.close()
  return left
}

const slowBytePauseMs = 100
const marginMs = 10_000

/** Sends a text byte by byte, but the head of a POST at once: it is the body that is slow. */
async function dribble(peer: Peer, text: string): Promise<void> {
  const rest = text.indexOf('\r\n\r\n') + 4
  if (rest > 3) await peer.send(text.slice(0, rest))
  for (const byte of rest > 3 ? text.slice(rest) : text) {
    if (peer.isClosed) return
    await peer.send(byte)
    await delay(slowBytePauseMs)
  }
}

/** How many have been told something by the end of their connection. */
async function told(all: readonly Peer[], what: string): Promise<number> {
  const ends = await Promise.all(all.map((peer) => peer.end()))
  return ends.filter((end) => end.includes(what)).length
}

const slowSenders: Nuisance = {
  name: '100 clients that send a byte at a time',
  async run({ bridge, limits }) {
    const all = (await peers(100, bridge)).map((peer) => peer.read())
    const body = JSON.stringify({ userName: 'x'.repeat(10_000) })
    const texts = [
      `GET /scim/v2/Users HTTP/1.1\r\nX: ${'x'.repeat(10_000)}`,
      `${post(bridge, body.length)}${body}`,
    ]
    const sending = all.map((peer, index) => dribble(peer, texts[index % 2] ?? ''))
    const left = await leftAfter(all, limits.requestMs + marginMs)
    await Promise.all(sending)
    const unanswered = all.length - (await told(all, '"408"'))
    return [
      ...(left > 0 ? [`${left} slow senders were still being listened to`] : []),
      ...(unanswered > 0 ? [`${unanswered} slow senders were not answered 408`] : []),
    ]
  },
}

const idleConnections: Nuisance = {
  name: '1000 connections that say nothing',
  async run({ bridge }) {
    const all = await peers(1000, bridge)
    await delay(2000)
    const gone = all.filter((peer) => peer.isClosed).length
    for (const peer of all) peer.close()
    return gone > 0 ? [`${gone} idle connections were dropped`] : []
  },
}

const megabyte = 1024 * 1024

const oversized: Nuisance = {
  name: '50 headers of 1 MiB and 10 bodies of 20 MiB',
  async run({ bridge }) {
    const headers = (await peers(50, bridge)).map((peer) => peer.read())
    const bodies = (await peers(10, bridge)).map((peer) => peer.read())
    const chunk = Buffer.alloc(megabyte, 'x')
    await Promise.all([
      ...headers.map(async (peer) => {
        await peer.send(`GET / HTTP/1.1\r\n${head(bridge)}X: `)
        await peer.send(chunk)
      }),
      ...bodies.map(async (peer, index) => {
        // Half of them end with their answer, as those of many proxies do.
        const more = index % 2 === 0 ? 'Connection: close\r\n' : ''
        await peer.send(post(bridge, 20 * megabyte, more))
        for (let sent = 0; sent < 20; sent += 1) await peer.send(chunk)
        peer.finish()
      }),
    ])
    const left = await leftAfter([...headers, ...bodies], marginMs)
    const refused = { headers: await told(headers, '"431"'), bodies: await told(bodies, '"413"') }
    return [
      ...(left > 0 ? [`${left} oversized requests were still being read`] : []),
      ...(refused.headers < 50
        ? [`only ${refused.headers} of 50 long headers were answered 431`]
        : []),
      ...(refused.bodies < 10
        ? [`only ${refused.bodies} of 10 large bodies were answered 413`]
        : []),
    ]
  },
}

const largeBodies: Nuisance = {
  name: '100 bodies of 5 MiB at once',
  async run({ bridge }) {
    const all = (await peers(100, bridge)).map((peer) => peer.read())
    const body = Buffer.from(JSON.stringify({ junk: 'x'.repeat(5 * megabyte - 20) }))
    await Promise.all(
      all.map(async (peer) => {
        await peer.send(post(bridge, body.length))
        await peer.send(body)
        peer.finish()
      }),
    )
    const left = await leftAfter(all, marginMs)
    return left > 0 ? [`${left} large bodies were not answered`] : []
  },
}

/** The share of a list that may be read for a client that reads nothing: the kernel takes some megabytes. Without back-pressure
 *  it is all of it. */
const mostReadInVain = 2 / 3
/** How much longer than it may a list is held at most. */
const stallMarginMs = 1000
const listLimitMs = 60 * 60_000

const fullLists: Nuisance = {
  name: 'full lists at once',
  isOfLists: true,
  async run({ bridge, users, lists }) {
    const all = (await peers(lists, bridge)).map((peer) => peer.read())
    for (const peer of all) await peer.send(list(bridge))
    const left = await leftAfter(all, listLimitMs)
    const ends = await Promise.all(all.map((peer) => peer.end()))
    const short = ends.filter((end) => !end.includes(`"itemsPerPage":${users}}`))
    return [
      ...(left > 0 ? [`${left} lists did not come to their end`] : []),
      ...(short.length > 0
        ? [`${short.length} lists were not whole: …${short[0]?.slice(-150)}`]
        : []),
    ]
  },
}

const slowReaders: Nuisance = {
  name: 'full lists that nobody reads',
  isOfLists: true,
  async run({ bridge, users, lists, limits, listBytes, sentBytes }) {
    const before = await sentBytes()
    const all = await peers(lists, bridge)
    for (const peer of all) await peer.send(list(bridge))
    await delay(1000)
    const reader = (await Peer.connect(bridge.baseUrl)).read()
    await reader.send(list(bridge))
    const whole = `"itemsPerPage":${users}}`
    const isServed = (await reader.end()).includes(whole)
    // All lists take turns, so that by now everything would have been read for those that nobody reads, too.
    const readInVain = (await sentBytes()) - before - listBytes
    // Node sees at the second look that nothing of what it has written is taken.
    await delay(2 * limits.stallMs + stallMarginMs)
    // Whether a connection has ended shows when what it still holds is read.
    for (const peer of all) peer.read()
    const left = await leftAfter(all, marginMs)
    const held = left + (await told(all, whole))
    const most = lists * mostReadInVain
    const worth = (readInVain / listBytes).toFixed(1)
    return [
      ...(isServed ? [] : ['one who reads did not get a whole list']),
      ...(readInVain > most * listBytes
        ? [
            `${worth} of ${lists} lists were read from the directory for nobody, more than ${most.toFixed(1)}`,
          ]
        : []),
      ...(held > 0 ? [`${held} lists that nobody read were still being held`] : []),
    ]
  },
}

/** In the order in which they are tried: memory that was had once is not always given back. */
export const nuisances: readonly Nuisance[] = [
  slowReaders,
  fullLists,
  slowSenders,
  idleConnections,
  oversized,
  largeBodies,
  costlyRequests,
]
