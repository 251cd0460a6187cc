import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { StartedTestContainer } from 'testcontainers'
import { freePort } from './free-port.ts'
import type { ServerProgram } from './directory-server.ts'

/** What we use of a container of dockerode, which ships no types. */
interface EngineContainer {
  start(): Promise<unknown>
  kill(options: { signal: string }): Promise<unknown>
  pause(): Promise<unknown>
  unpause(): Promise<unknown>
  wait(): Promise<unknown>
  inspect(): Promise<{ readonly State: { readonly Running: boolean } }>
  remove(options: { force: boolean; v: boolean }): Promise<unknown>
}

/** What we use of dockerode itself. */
interface Engine {
  listContainers(options: {
    all: boolean
    filters: string
  }): Promise<readonly { readonly Id: string; readonly Labels: Readonly<Record<string, string>> }[]>
  getContainer(id: string): EngineContainer
}

const ownerLabel = 'scim-directory-bridge.test.owner'

/** How a server is run in a container. */
export interface ContainerSpec {
  /** The name of the image that is built. */
  readonly image: string
  /** The folder within this one that the image is built from; this one by default. */
  readonly context?: string
  /** The Dockerfile within the context, where it is not its `Dockerfile`. */
  readonly dockerfile?: string
  /** Where the server listens within the container. */
  readonly ports: { readonly ldap: number; readonly ldaps: number }
  readonly environment: Readonly<Record<string, string>>
}

/** A server in a container of an image of ours, on ports of the host that stay the same across restarts. */
export class ServerContainer implements ServerProgram {
  readonly url: string
  readonly ldapsUrl: string
  readonly obtained: string
  readonly #started: StartedTestContainer
  readonly #container: EngineContainer
  #wasLaunched = false

  private constructor(
    started: StartedTestContainer,
    container: EngineContainer,
    { ports, obtained }: Pick<ContainerSpec, 'ports'> & { readonly obtained: string },
  ) {
    this.url = `ldap://${hostOf(started.getHost())}:${started.getMappedPort(ports.ldap)}`
    this.ldapsUrl = `ldaps://${hostOf(started.getHost())}:${started.getMappedPort(ports.ldaps)}`
    this.obtained = obtained
    this.#started = started
    this.#container = container
  }

  /** Builds the image where it is not built yet and starts a container.
   *  @throws Error when no engine answers, or when it cannot build or start. */
  static async prepare(spec: ContainerSpec): Promise<ServerContainer> {
    const { client, GenericContainer, Wait } = await engine()
    await image(spec)
    const { host: named, serverVersion } = client.info.containerRuntime
    const host = hostOf(named)
    const { ports } = spec
    const started = await new GenericContainer(spec.image)
      .withEnvironment({
        ...spec.environment,
        LDAP_TLS_NAMES: `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`,
      })
      .withExposedPorts(
        { container: ports.ldap, host: await freePort() },
        { container: ports.ldaps, host: await freePort() },
      )
      .withLabels({ [ownerLabel]: `${process.pid}@${hostname()}` })
      // The image's health check, which would be waited for by default, looks only every few seconds.
      .withWaitStrategy(Wait.forListeningPorts())
      .start()
    const container = client.container.getById(started.getId()) as EngineContainer
    const obtained = `a container of the engine ${String(serverVersion)}`
    return new ServerContainer(started, container, { ports, obtained })
  }

  async launch(): Promise<void> {
    // testcontainers has started it the first time.
    if (this.#wasLaunched) await this.#container.start()
    this.#wasLaunched = true
  }

  async isRunning(): Promise<boolean> {
    return (await this.#container.inspect()).State.Running
  }

  async ended(): Promise<void> {
    await this.#container.wait()
  }

  async signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    switch (name) {
      case 'SIGSTOP':
        await this.#container.pause()
        break
      case 'SIGCONT':
        await this.#container.unpause()
        break
      case 'SIGTERM':
      case 'SIGKILL':
        await this.#container.kill({ signal: name })
    }
  }

  async readCa(): Promise<string> {
    const { output, exitCode } = await this.#started.exec(['cat', '/var/lib/directory/ca/ca.pem'])
    if (exitCode !== 0) throw new Error(`the container has no certificate: ${output}`)
    return output
  }

  async readLog(): Promise<string> {
    return text(await this.#started.logs({ tail: 50 }))
  }

  async remove(): Promise<void> {
    await this.#container.remove({ force: true, v: true })
  }
}

/** The engine; asked for once. */
const engine = once(async () => {
  // The reaper of testcontainers is an image to be pulled, which not every engine can; what a killed run left behind is
  // removed by the next one instead.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers')
  const client = await getContainerRuntimeClient()
  await removeOrphans(client.container.dockerode)
  return { client, GenericContainer, Wait }
})

const builds = new Map<string, Promise<unknown>>()

/** Builds an image, once. */
async function image({ image: name, context = '', dockerfile }: ContainerSpec): Promise<void> {
  const { GenericContainer } = await engine()
  const folder = path.join(import.meta.dirname, context)
  const build =
    builds.get(name) ??
    GenericContainer.fromDockerfile(folder, dockerfile).build(name, { deleteOnExit: false })
  builds.set(name, build)
  await build
}

async function removeOrphans(docker: Engine): Promise<void> {
  const filters = JSON.stringify({ label: [ownerLabel] })
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters })) {
    const [pid, host] = (Labels[ownerLabel] ?? '').split('@')
    if (host === hostname() && !isAlive(Number(pid))) {
      await docker.getContainer(Id).remove({ force: true, v: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return async () => (made ??= make())
}

/** Where published ports are reached. In a container that runs an engine of its own, testcontainers names the gateway of the
 *  engine's network; that is an address of this machine, to which no password may go in clear text as to localhost. */
function hostOf(named: string): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return own.some(({ address }) => address === named) ? 'localhost' : named
}
