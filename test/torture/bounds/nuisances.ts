import { setTimeout as delay } from 'node:timers/promises'
import type { BridgeProcess } from '../../support/bridge-process.ts'
import type { AdminClient } from '../../support/admin-client.ts'
import { costlyRequests } from './costly-requests.ts'
import { creations } from './creations.ts'
import { get, head, leftAfter, marginMs, otherStatuses, peers, post, told } from './crowd.ts'
import { largeGroups } from './large-groups.ts'
import { Peer } from './peer.ts'

/** What the nuisances are aimed at, and how many there are. */
export interface Target {
  readonly bridge: BridgeProcess
  readonly admin: AdminClient
  /** How many users a full list has. */
  readonly users: number
  /** The uids of most of them. */
  readonly uids: readonly string[]
  /** How many lists are asked for at a time. */
  readonly lists: number
  /** The group that is large, how many ask for it and read it or not, the groups beside it, and how many lists of all are asked for. */
  readonly groups: {
    readonly members: number
    readonly unread: number
    readonly readers: number
    readonly others: number
    readonly membersOfOthers: number
    readonly lists: number
  }
  /** How many are created at a time, and how many members the groups have. */
  readonly created: { readonly users: number; readonly groups: number; readonly members: number }
  /** How long a client may be silent, where that is short. */
  readonly stallMs: number
  /** How much the directory sends for a full list, at least. */
  readonly listBytes: number
  /** How much the directory has sent so far. */
  readonly sentBytes: () => Promise<number>
}

/** Something that clients should not do, or do together.
 *  @returns what did not hold, one sentence each. */
export interface Nuisance {
  readonly name: string
  /** The longest that an ordinary client may wait beside it, where that differs. */
  readonly longestMs?: number
  /** What has to be in the directory, for this one and those after it. */
  readonly prepare?: (target: Target) => Promise<void>
  readonly run: (target: Target) => Promise<readonly string[]>
}

const slowBytePauseMs = 100

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

const slowSenders: Nuisance = {
  name: '100 clients that send a byte at a time',
  async run({ bridge }) {
    const all = (await peers(100, bridge)).map((peer) => peer.read())
    const body = JSON.stringify({ userName: 'x'.repeat(10_000) })
    const texts = [
      `GET /scim/v2/Users HTTP/1.1\r\nX: ${'x'.repeat(10_000)}`,
      `${post(bridge, '/Users', body.length)}${body}`,
    ]
    const sending = all.map((peer, index) => dribble(peer, texts[index % 2] ?? ''))
    const left = await leftAfter(all, marginMs)
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
  name: '50 headers of 1 MiB and 10 bodies of 20 MiB, five times',
  async run({ bridge }) {
    const problems: string[] = []
    for (let round = 0; round < 5; round += 1) problems.push(...(await sendOversized(bridge)))
    return problems
  },
}

async function sendOversized(bridge: BridgeProcess): Promise<readonly string[]> {
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
      await peer.send(post(bridge, '/Users', 20 * megabyte, more))
      for (let sent = 0; sent < 20; sent += 1) await peer.send(chunk)
      peer.finish()
    }),
  ])
  const left = await leftAfter([...headers, ...bodies], marginMs)
  return [
    ...(left > 0 ? [`${left} oversized requests were still being read`] : []),
    ...(await otherStatuses(headers, 431)),
    ...(await otherStatuses(bodies, 413)),
  ]
}

const largeBodies: Nuisance = {
  name: '100 bodies of 5 MiB at once',
  async run({ bridge }) {
    const all = (await peers(100, bridge)).map((peer) => peer.read())
    const body = Buffer.from(JSON.stringify({ junk: 'x'.repeat(5 * megabyte - 20) }))
    await Promise.all(
      all.map(async (peer) => {
        await peer.send(post(bridge, '/Users', body.length))
        await peer.send(body)
        peer.finish()
      }),
    )
    const left = await leftAfter(all, marginMs)
    return [
      ...(left > 0 ? [`${left} large bodies were not answered`] : []),
      // There is room for some of them at a time.
      ...(await otherStatuses(all, 400, 503)),
    ]
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
  async run({ bridge, users, lists }) {
    const all = (await peers(lists, bridge)).map((peer) => peer.read())
    for (const peer of all) await peer.send(get(bridge, '/Users'))
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
  async run({ bridge, users, lists, stallMs, listBytes, sentBytes }) {
    const before = await sentBytes()
    const all = await peers(lists, bridge)
    for (const peer of all) await peer.send(get(bridge, '/Users'))
    await delay(1000)
    const reader = (await Peer.connect(bridge.baseUrl)).read()
    await reader.send(get(bridge, '/Users'))
    const whole = `"itemsPerPage":${users}}`
    const isServed = (await reader.end()).includes(whole)
    // All lists take turns, so that by now everything would have been read for those that nobody reads, too.
    const readInVain = (await sentBytes()) - before - listBytes
    // Node sees at the second look that nothing of what it has written is taken.
    await delay(2 * stallMs + stallMarginMs)
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

/** They are tried where little time is given, in this order: memory that was had once is not always given back. */
export const slowNuisances: readonly Nuisance[] = [slowReaders, fullLists, slowSenders]

/** They are tried with the limits as they are by default, in this order. */
export const largeNuisances: readonly Nuisance[] = [
  idleConnections,
  ...largeGroups,
  oversized,
  largeBodies,
  costlyRequests,
  ...creations,
]
