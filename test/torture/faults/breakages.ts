import { setTimeout as delay } from 'node:timers/promises'
import type { ByteProxy, Weather } from '../../support/byte-proxy.ts'
import { isLetIn } from '../../support/ldapsearch.ts'
import type { OpenldapServer } from '../../support/openldap-server.ts'

const lookPauseMs = 5

/** What can be broken. */
export interface Scene {
  readonly server: OpenldapServer
  readonly proxy: ByteProxy
  /** Starts one more bridge on the same directory, which has to live without it. */
  startAnother(): Promise<void>
}

/** A way to break a directory or the network before it. */
export interface Breakage {
  readonly name: string
  /** Whether requests are answered 503 meanwhile, however short it is. */
  readonly isAway: boolean
  /** Breaks it for so many milliseconds.
   *  @returns when it was whole again, as `performance.now()`. */
  strike(scene: Scene, forMs: number): Promise<number>
}

/** All ways, in the order they are taken. */
export const breakages: readonly Breakage[] = [
  {
    name: 'killed',
    isAway: true,
    async strike({ server }, forMs) {
      await server.kill()
      await delay(forMs)
      return await startAgain(server)
    },
  },
  {
    name: 'stopped',
    isAway: true,
    async strike({ server }, forMs) {
      await server.stop()
      await delay(forMs)
      return await startAgain(server)
    },
  },
  {
    name: 'frozen',
    isAway: false,
    async strike({ server }, forMs) {
      await server.freeze()
      await delay(forMs)
      await server.thaw()
      return performance.now()
    },
  },
  {
    name: 'restarted',
    isAway: false,
    async strike({ server }) {
      await server.stop()
      return await startAgain(server)
    },
  },
  {
    name: 'reset',
    isAway: false,
    async strike({ proxy }, forMs) {
      const until = performance.now() + forMs
      while (performance.now() < until) {
        proxy.reset()
        await delay(forMs / 8)
      }
      return performance.now()
    },
  },
  weather('refuse', 'refused'),
  weather('stall', 'stalled'),
  {
    name: 'killed while frozen',
    isAway: true,
    async strike({ server }, forMs) {
      await server.freeze()
      await delay(forMs / 2)
      await server.kill()
      await delay(forMs / 2)
      return await startAgain(server)
    },
  },
  {
    name: 'away while a bridge starts',
    isAway: true,
    async strike(scene, forMs) {
      const { server } = scene
      await server.kill()
      await scene.startAnother()
      await delay(forMs)
      return await startAgain(server)
    },
  },
  weather('split', 'split'),
  weather('delay', 'delayed'),
]

function weather(name: Weather, told: string): Breakage {
  return {
    name: told,
    isAway: name === 'refuse',
    async strike({ proxy }, forMs) {
      proxy.weather = name
      await delay(forMs)
      proxy.weather = 'pass'
      return performance.now()
    },
  }
}

/** @returns when the server first answered somebody who has nothing to do with the bridge. */
async function startAgain(server: OpenldapServer): Promise<number> {
  const [answeredAt, startedAt] = await Promise.all([
    firstAnswer(server),
    server.restart().then(() => performance.now()),
  ])
  return Math.min(answeredAt, startedAt)
}

async function firstAnswer(server: OpenldapServer): Promise<number> {
  for (;;) {
    try {
      await isLetIn(server, server.admin)
      return performance.now()
    } catch {
      await delay(lookPauseMs)
    }
  }
}
