import { setTimeout as delay } from 'node:timers/promises'
import type { ByteProxy, Weather } from '../../support/byte-proxy.ts'
import type { OpenldapServer } from '../../support/openldap-server.ts'

/** What can be broken. */
export interface Scene {
  readonly server: OpenldapServer
  readonly proxy: ByteProxy
}

/** A way to break a directory or the network before it. */
export interface Breakage {
  readonly name: string
  /** Breaks it for so many milliseconds; returns when it is whole again. */
  strike(scene: Scene, forMs: number): Promise<void>
}

/** All ways, in the order they are taken. */
export const breakages: readonly Breakage[] = [
  {
    name: 'killed',
    async strike({ server }, forMs) {
      await server.kill()
      await delay(forMs)
      await server.restart()
    },
  },
  {
    name: 'stopped',
    async strike({ server }, forMs) {
      await server.stop()
      await delay(forMs)
      await server.restart()
    },
  },
  {
    name: 'frozen',
    async strike({ server }, forMs) {
      await server.freeze()
      await delay(forMs)
      await server.thaw()
    },
  },
  {
    name: 'restarted',
    async strike({ server }) {
      await server.restart()
    },
  },
  {
    name: 'reset',
    async strike({ proxy }, forMs) {
      const until = performance.now() + forMs
      while (performance.now() < until) {
        proxy.reset()
        await delay(forMs / 8)
      }
    },
  },
  weather('refuse', 'refused'),
  weather('stall', 'stalled'),
  {
    name: 'killed while frozen',
    async strike({ server }, forMs) {
      await server.freeze()
      await delay(forMs / 2)
      await server.kill()
      await delay(forMs / 2)
      await server.restart()
    },
  },
  weather('split', 'split'),
  weather('delay', 'delayed'),
]

function weather(name: Weather, told: string): Breakage {
  return {
    name: told,
    async strike({ proxy }, forMs) {
      proxy.weather = name
      await delay(forMs)
      proxy.weather = 'pass'
    },
  }
}
