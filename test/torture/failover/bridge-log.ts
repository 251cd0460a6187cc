import { Tail } from '../fuzz/tail.ts'

/** What the log of a bridge tells. */
export class BridgeLog {
  readonly #tail: Tail
  /** The URL of the server that requests go to. */
  serverInUse: string
  /** How often work was left over until a server was there. */
  left = 0
  /** How often such work was done. */
  done = 0
  /** How often it was not. */
  undone = 0

  constructor(logFile: string, serverInUse: string) {
    this.#tail = new Tail(logFile)
    this.serverInUse = serverInUse
  }

  /** Reads on. */
  async read(): Promise<void> {
    for (const line of await this.#tail.lines()) {
      const { message, url = '' } = JSON.parse(line) as Event
      if (message === 'directory server changed') this.serverInUse = url
      if (message === 'work left over until the directory is back') this.left += 1
      if (message === 'left-over work done') this.done += 1
      if (message === 'work left undone') this.undone += 1
    }
  }
}

interface Event {
  readonly message: string
  readonly url?: string
}
