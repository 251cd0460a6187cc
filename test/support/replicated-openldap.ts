import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { AdminClient } from './admin-client.ts'
import { exampleTree, type OpenldapOptions, type OpenldapServer } from './openldap-server.ts'
import { startOpenldap } from './openldap.ts'
import { randomPasswords } from './server-lifecycle.ts'
import { freeAddresses } from './server-process.ts'

/** The way that the changes of one server take to another: it can be cut and restored. */
export class ReplicationLink {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isCut = false

  private constructor(source: URL) {
    this.#server = createServer((consumer) => {
      const provider = connect(Number(source.port), source.hostname)
      this.#keep(consumer, provider)
      this.#keep(provider, consumer)
      consumer.pipe(provider).pipe(consumer)
      if (this.#isCut) consumer.destroy()
    })
  }

  /** @param source the server whose changes are passed on. */
  static async to(source: string): Promise<ReplicationLink> {
    const link = new ReplicationLink(new URL(source))
    link.#server.listen(0, '127.0.0.1')
    await once(link.#server, 'listening')
    return link
  }

  get url(): string {
    return `ldap://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** From now on nothing gets through. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  /** From now on changes get through; the consumer tries every second. */
  restore(): void {
    this.#isCut = false
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #keep(socket: Socket, other: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      other.destroy()
      this.#sockets.delete(socket)
    })
  }
}

/** Two OpenLDAPs in multi-provider replication, both with the example tree. */
export interface OpenldapPair {
  readonly first: OpenldapServer
  readonly second: OpenldapServer
  /** On which the first gets the changes of the second. */
  readonly toFirst: ReplicationLink
  close(): Promise<void>
}

/** Whether each of two servers says that it has got all of the other. */
export async function haveSettled({ first, second }: OpenldapPair): Promise<boolean> {
  return (await stateOf(first)) === (await stateOf(second))
}

/** How far a server has come with replication. */
async function stateOf(server: OpenldapServer): Promise<string> {
  const values = await new AdminClient(server).values(exampleTree.suffix, 'contextCSN')
  return values.toSorted().join()
}

/** Starts two OpenLDAPs that get each other's changes. The caller closes them. */
export async function startOpenldapPair(options: OpenldapOptions = {}): Promise<OpenldapPair> {
  const passwords = randomPasswords()
  const [one, two] = [await freeAddresses(), await freeAddresses()]
  const toFirst = await ReplicationLink.to(two.url)
  const closers = [() => toFirst.close()]
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end()
  }
  const start = async (number: number, peerUrl: string): Promise<OpenldapServer> => {
    const provider = { number, peerUrl, addresses: number === 1 ? one : two, passwords }
    // They must know each other's addresses before they start, which containers do not.
    const server = await startOpenldap({ ...options, provider }, ['local', 'packages'])
    closers.push(() => server.close())
    return server
  }
  try {
    const first = await start(1, toFirst.url)
    const second = await start(2, one.url)
    return { first, second, toFirst, close }
  } catch (error) {
    await close()
    throw error
  }
}
