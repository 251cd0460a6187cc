import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { ConnectionPool } from '../../../src/directory/pool.ts'
import { deletion, optionsFor, poolOptions, search, until } from './connection-fixture.ts'
import { entryMessage, resultMessage } from './ldap-messages.ts'
import { requestTags, type Script, ScriptedServer } from './scripted-server.ts'

/** Two domain controllers, of which each has an invocation id of one repeated byte. */
const [firstId, secondId] = [0x11, 0x22]
const operationTimeoutMs = 100

/** A domain controller that replicates as the test says. */
class Controller {
  readonly script: Script
  /** How many updates it has counted. */
  usn = 1
  /** What it has of the other one; nothing: nobody may see that. */
  cursor: number | undefined = 1
  /** How often it was asked what it has. */
  looks = 0
  readonly #id: number
  readonly #otherId: number

  constructor(id: number, otherId: number) {
    this.#id = id
    this.#otherId = otherId
    this.script = {
      onRequest: ({ tag, messageId, bytes }, connection) => {
        if (tag === requestTags.delete) {
          this.usn += 1
          connection.send(resultMessage(messageId, 0x6b))
        }
        if (tag !== requestTags.search) return
        const entry = entryMessage(messageId, '', this.#answerTo(bytes.toString('latin1')))
        connection.send(entry, resultMessage(messageId, 0x65))
      },
    }
  }

  #answerTo(request: string): Readonly<Record<string, readonly Buffer[]>> {
    if (request.includes('highestCommittedUSN')) {
      return {
        supportedCapabilities: [Buffer.from('1.2.840.113556.1.4.800')],
        highestCommittedUSN: [Buffer.from(String(this.usn))],
        dsServiceName: [Buffer.from('CN=NTDS Settings,CN=DC')],
        defaultNamingContext: [Buffer.from('DC=example')],
      }
    }
    if (request.includes('invocationId')) return { invocationId: [Buffer.alloc(16, this.#id)] }
    if (!request.includes('replUpToDateVector') || this.cursor === undefined) return {}
    this.looks += 1
    const vector = Buffer.alloc(16 + 32)
    vector.writeUInt32LE(2, 0)
    vector.writeUInt32LE(1, 8)
    vector.fill(this.#otherId, 16, 32)
    vector.writeBigUInt64LE(BigInt(this.cursor), 32)
    return { replUpToDateVector: [vector] }
  }
}

describe('A pool that is to go back to a domain controller', () => {
  let first: Controller
  let second: Controller
  let servers: ScriptedServer[]
  let pool: ConnectionPool
  let urls: readonly [string, string]

  beforeEach(async () => {
    first = new Controller(firstId, secondId)
    second = new Controller(secondId, firstId)
    const [away, other] = [
      await ScriptedServer.start(first.script),
      await ScriptedServer.start(second.script),
    ]
    await away.close()
    urls = [away.url, other.url]
    pool = new ConnectionPool({
      ...poolOptions(optionsFor(other.url, { operationTimeoutMs })),
      urls,
      returnIntervalMs: 10,
      returnQuietMs: 0,
    })
    await pool.request(deletion())
    assert.equal(second.usn, 2)
    servers = [other, await ScriptedServer.start({ ...first.script, port: away.port })]
  })

  afterEach(async () => {
    await pool.close()
    for (const server of servers) await server.close()
  })

  /** Reads until the pool has asked the preferred controller some more times what it has. */
  async function looked(times = 3): Promise<void> {
    const end = first.looks + times
    await reading(() => first.looks >= end)
  }

  async function reading(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      await pool.request(search())
      await delay(5)
    }
  }

  async function returned(): Promise<void> {
    await reading(() => pool.counters.server === urls[0])
    await until(() => servers[0]?.open.length === 0)
  }

  it('stays, however quiet it is, until that has what was written, and not for what is not replicated', async () => {
    await looked()
    assert.equal(pool.counters.server, urls[1])
    // A logon, of which the other one is never told.
    second.usn = 3
    await looked()
    assert.equal(pool.counters.server, urls[1])
    first.cursor = 2
    await returned()
  })

  it('asks for more when it has written again', async () => {
    await looked()
    await pool.request(deletion())
    first.cursor = 2
    await looked()
    assert.equal(pool.counters.server, urls[1])
    first.cursor = 3
    await returned()
  })

  it('stays while that has less of its own updates than the other one has, as when it was restored from a backup', async () => {
    first.cursor = 2
    second.cursor = 9
    await looked()
    assert.equal(pool.counters.server, urls[1])
    first.usn = 9
    await returned()
  })

  it('goes by the time since the last write where nobody may see that', async () => {
    second.cursor = undefined
    await returned()
    assert.equal(first.looks, 0)
  })
})
