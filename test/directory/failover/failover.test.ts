import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { openTestBridge, type TestBridge } from '../../support/bridge.ts'
import {
  type OpenldapPair,
  haveSettled,
  startOpenldapPair,
} from '../../support/replicated-openldap.ts'

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'

describe('Two OpenLDAPs in multi-provider replication (directory.urls with two servers)', () => {
  let pair: OpenldapPair
  let bridge: TestBridge
  let diedAt: number

  before(async function () {
    this.timeout(5 * 60_000)
    pair = await startOpenldapPair()
  })

  after(() => pair.close())

  beforeEach(async () => {
    diedAt = -Infinity
    const urls = `[${pair.first.url}, ${pair.second.url}]`
    bridge = await openTestBridge(pair.first, { 'directory.urls': urls })
    await settled()
  })

  afterEach(async () => {
    pair.toFirst.restore()
    await pair.first.restart()
    await settled()
    await bridge.close()
  })

  /** Waits until both servers have the same. */
  async function settled(): Promise<void> {
    while (!(await haveSettled(pair))) await delay(20)
  }

  async function killFirst(): Promise<void> {
    await pair.first.kill()
    diedAt = performance.now()
  }

  /** A client who writes, reads what it has written, and so on; 503 is answered by another attempt. */
  class Session {
    readonly #name: string
    readonly written: string[] = []
    #isStopped = false
    readonly #ended: Promise<void>

    constructor(name: string) {
      this.#name = name
      this.#ended = this.#run()
      this.#ended.catch(() => {})
    }

    async stop(): Promise<void> {
      this.#isStopped = true
      await this.#ended
    }

    /** Waits until so many more writes have been answered and read.
     *  @throws what the session has failed with. */
    async more(count: number): Promise<void> {
      const goal = this.written.length + count
      const reached = async (): Promise<void> => {
        while (this.written.length < goal) await delay(5)
      }
      await Promise.race([reached(), this.#ended])
    }

    async #run(): Promise<void> {
      for (let number = 0; !this.#isStopped; number += 1) {
        const userName = `${this.#name}${number}`
        const created = await bridge.scim.post('/Users', {
          schemas: [userSchema],
          userName,
          name: { familyName: 'Session' },
        })
        if (created.status === 503) continue
        assert.equal(created.status, 201, created.text)
        await this.#read(created.headers.get('location') ?? '', userName)
        this.written.push(userName)
      }
    }

    async #read(location: string, userName: string): Promise<void> {
      const wroteAt = performance.now()
      for (;;) {
        const { status } = await bridge.scim.get(location.slice(bridge.baseUrl.length))
        if (status === 200) return
        // What a server had no time to pass on before it died is there again with it, and not sooner.
        if (status === 404 && wroteAt < diedAt) return
        assert.equal(status, 503, `${userName} was written, and cannot be read afterwards`)
      }
    }
  }

  function serverInUse(): unknown {
    const changes = bridge.events.filter(({ message }) => message === 'directory server changed')
    return changes.at(-1)?.fields['url'] ?? pair.first.url
  }

  async function until(url: string, session: Session): Promise<void> {
    while (serverInUse() !== url) await session.more(1)
  }

  it('stays at the other while the preferred one has returned without what was written meanwhile', async function () {
    this.timeout(60_000)
    const session = new Session('d')
    await session.more(5)
    await killFirst()
    await until(pair.second.url, session)
    pair.toFirst.cut()
    await session.more(5)
    await pair.first.restart()
    // Longer than the bridge takes to try the preferred server again.
    const restartedAt = performance.now()
    while (performance.now() - restartedAt < 12_000) await session.more(1)
    assert.equal(serverInUse(), pair.second.url)
    pair.toFirst.restore()
    await until(pair.first.url, session)
    await session.stop()
  })
})
