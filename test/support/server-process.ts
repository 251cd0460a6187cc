import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import path from 'node:path'
import { atExit } from './at-exit.ts'
import { freePort } from './free-port.ts'
import { leashed } from './leash.ts'
import type { ServerProgram } from './directory-server.ts'
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

/** How a server is run beside us. */
export interface ProcessSpec {
  /** Its start script, within this folder; it finds LDAP_STATE, the folder of everything it keeps, in its environment. */
  readonly script: string
  /** How it was obtained, in words. */
  readonly obtained: string
  /** Where it listens; default: free ports of 127.0.0.1. */
  readonly addresses?: Addresses
  /** What its processes need on top of our own environment. */
  environment(addresses: Addresses): Readonly<Record<string, string>>
}

/** The URLs that a server is to listen on. */
export interface Addresses {
  readonly url: string
  readonly ldapsUrl: string
}

/** A server as a process of ours, with its data in a temporary folder. It ends with us, however
 *  we end: the kernel kills it when its parent dies. */
export class ServerProcess implements ServerProgram {
  readonly url: string
  readonly ldapsUrl: string
  readonly obtained: string
  readonly logFile: string
  readonly #script: string
  readonly #state: TemporaryFolder
  readonly #environment: NodeJS.ProcessEnv
  readonly #callOffExit: () => void
  #child: ChildProcess | undefined

  private constructor(spec: ProcessSpec, addresses: Addresses, state: TemporaryFolder) {
    this.url = addresses.url
    this.ldapsUrl = addresses.ldapsUrl
    this.obtained = spec.obtained
    this.logFile = path.join(state.path, 'log')
    this.#script = path.join(import.meta.dirname, spec.script)
    this.#state = state
    this.#environment = {
      ...process.env,
      ...spec.environment(addresses),
      LDAP_STATE: state.path,
    }
    this.#callOffExit = atExit(() => {
      this.#child?.kill('SIGKILL')
    })
  }

  /** Chooses folder and ports; nothing runs yet. */
  static async prepare(spec: ProcessSpec): Promise<ServerProcess> {
    const state = await temporaryFolder('directory')
    return new ServerProcess(spec, spec.addresses ?? (await freeAddresses()), state)
  }

  async launch(): Promise<void> {
    const log = await open(this.logFile, 'a')
    try {
      // In a session of its own, so that Ctrl-C leaves it to us to end it.
      const [program, ...args] = await leashed([this.#script])
      this.#child = spawn(program, args, {
        env: this.#environment,
        stdio: ['ignore', log.fd, log.fd],
        detached: true,
      })
      await once(this.#child, 'spawn')
    } finally {
      await log.close()
    }
  }

  async isRunning(): Promise<boolean> {
    return this.#running() !== undefined
  }

  async ended(): Promise<void> {
    const child = this.#running()
    if (child !== undefined) await once(child, 'exit')
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    const child = this.#running()
    child?.kill(name)
    // A signal is on its way when kill returns: the server may answer once more before it stands still.
    if (name === 'SIGSTOP' && child?.pid !== undefined) await stopped(child.pid)
  }

  async readCa(): Promise<string> {
    return readFile(path.join(this.#state.path, 'ca', 'ca.pem'), 'utf8')
  }

  async readLog(): Promise<string> {
    return readFile(this.logFile, 'utf8')
  }

  async remove(): Promise<void> {
    this.#callOffExit()
    await this.#state.remove()
  }

  #running(): ChildProcess | undefined {
    const child = this.#child
    return child?.exitCode === null && child.signalCode === null ? child : undefined
  }
}

/** Free ports of 127.0.0.1. */
export async function freeAddresses(): Promise<Addresses> {
  return {
    url: `ldap://127.0.0.1:${await freePort()}`,
    ldapsUrl: `ldaps://127.0.0.1:${await freePort()}`,
  }
}

/** Returns when the kernel has stopped a process; one that is gone is as good. */
async function stopped(pid: number): Promise<void> {
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') T ')
    if (/^ [TXZ]/u.test(stat.slice(stat.lastIndexOf(')') + 1))) return
    await delay(5)
  }
}
