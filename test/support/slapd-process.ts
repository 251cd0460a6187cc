import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { freePort } from './free-port.ts'
import { leashed } from './leash.ts'
import {
  slapdEnvironment,
  type OpenldapOptions,
  type Passwords,
  type Slapd,
} from './openldap-server.ts'
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

/** Where a slapd and its belongings are. */
export interface SlapdInstallation {
  /** The folders of slapd, slapadd, slappasswd and openssl, as far as they are not on the PATH. */
  readonly programs: readonly string[]
  readonly schema: string
  readonly modules: string
  /** What its processes need on top of our own environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly obtained: string
}

const startScript = path.join(import.meta.dirname, 'slapd', 'start.sh')

/** A slapd as a process of ours, on free ports of 127.0.0.1 with its data in a temporary folder. It ends with us, however
 *  we end: the kernel kills it when its parent dies. */
export class SlapdProcess implements Slapd {
  readonly url: string
  readonly ldapsUrl: string
  readonly obtained: string
  readonly #state: TemporaryFolder
  readonly #environment: NodeJS.ProcessEnv
  readonly #onExit: () => void
  #child: ChildProcess | undefined

  private constructor(
    state: TemporaryFolder,
    obtained: string,
    environment: NodeJS.ProcessEnv,
    ports: Ports,
  ) {
    this.url = `ldap://127.0.0.1:${ports.ldap}`
    this.ldapsUrl = `ldaps://127.0.0.1:${ports.ldaps}`
    this.obtained = obtained
    this.#state = state
    this.#environment = { ...environment, LDAP_URLS: `${this.url} ${this.ldapsUrl}` }
    this.#onExit = () => {
      this.#child?.kill('SIGKILL')
    }
    process.once('exit', this.#onExit)
  }

  /** Chooses folder and ports; nothing runs yet. */
  static async prepare(
    installation: SlapdInstallation,
    options: OpenldapOptions,
    passwords: Passwords,
  ): Promise<SlapdProcess> {
    const state = await temporaryFolder('openldap')
    const ports = { ldap: await freePort(), ldaps: await freePort() }
    const environment = {
      ...process.env,
      ...installation.environment,
      ...slapdEnvironment(options, passwords),
      PATH: [...installation.programs, process.env['PATH']].join(':'),
      LDAP_STATE: state.path,
      LDAP_SCHEMA: installation.schema,
      LDAP_MODULES: installation.modules,
    }
    return new SlapdProcess(state, installation.obtained, environment, ports)
  }

  async launch(): Promise<void> {
    const log = await open(path.join(this.#state.path, 'log'), 'a')
    try {
      // In a session of its own, so that Ctrl-C leaves it to us to end it.
      const [program, ...args] = await leashed([startScript])
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
    this.#running()?.kill(name)
  }

  async readCa(): Promise<string> {
    return readFile(path.join(this.#state.path, 'ca', 'ca.pem'), 'utf8')
  }

  async readLog(): Promise<string> {
    return readFile(path.join(this.#state.path, 'log'), 'utf8')
  }

  async remove(): Promise<void> {
    process.off('exit', this.#onExit)
    await this.#state.remove()
  }

  #running(): ChildProcess | undefined {
    const child = this.#child
    return child?.exitCode === null && child.signalCode === null ? child : undefined
  }
}

interface Ports {
  readonly ldap: number
  readonly ldaps: number
}
