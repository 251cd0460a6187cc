import assert from 'node:assert/strict'
import { rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { createPool, type ConnectionPool } from '../../../src/directory/pool.ts'
import { DirectorySettings } from '../../../src/directory/settings.ts'
import type { Logger } from '../../../src/logging/logger.ts'
import { AdminClient } from '../../support/admin-client.ts'
import { exampleTree, type OpenldapServer } from '../../support/openldap-server.ts'
import { startOpenldap } from '../../support/openldap.ts'
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts'
import { search } from './connection-fixture.ts'
import { type Certified, clientCa } from './self-signed.ts'

/** A logger that keeps what it is told, with the level in front. */
function recorder(lines: string[]): Logger {
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`)
  return { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') }
}

/** One request after the other, each on a new connection, until it is told to stop or one fails. */
class NewConnections {
  #answered = 0
  #isStopped = false
  #onAnswer: () => void = () => {}
  readonly #ended: Promise<void>

  constructor(pool: ConnectionPool) {
    this.#ended = this.#run(pool)
    // Whoever waits is told; nobody may wait at the moment.
    this.#ended.catch(() => {})
  }

  /** Returns when so many more requests have been answered.
   *  @throws what one has failed with. */
  async more(count: number): Promise<void> {
    const goal = this.#answered + count
    const reached = new Promise<void>((resolve) => {
      this.#onAnswer = () => (this.#answered >= goal ? resolve() : undefined)
    })
    await Promise.race([reached, this.#ended])
  }

  /** @throws what one has failed with. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#ended
  }

  async #run(pool: ConnectionPool): Promise<void> {
    while (!this.#isStopped) {
      await requestAnew(pool)
      this.#answered += 1
      this.#onAnswer()
    }
  }
}

async function requestAnew(pool: ConnectionPool): Promise<void> {
  const { connection, discard } = await pool.acquireExclusive()
  try {
    await connection.request(search(exampleTree.people))
  } finally {
    discard()
  }
}

describe('A change of the bind password in its file (directory.bindPasswordFile)', () => {
  let server: OpenldapServer
  let folder: TemporaryFolder
  let file: string
  let lines: string[]
  let pool: ConnectionPool
  let number = 0
  let password: string

  before(async function () {
    this.timeout(5 * 60_000)
    server = await startOpenldap()
    folder = await temporaryFolder('bind-password')
    file = path.join(folder.path, 'bind-password')
    password = server.bridge.password
  })

  after(async () => {
    await server.close()
    await folder.remove()
  })

  beforeEach(async () => {
    await toFile(password)
    lines = []
    pool = await open()
    await pool.request(search(exampleTree.people))
  })

  afterEach(() => pool.close())

  async function open(): Promise<ConnectionPool> {
    const settings = decode(DirectorySettings, {
      urls: server.url,
      bindDn: server.bridge.dn,
      bindPasswordFile: file,
    })
    return createPool(settings, { logger: recorder(lines) })
  }

  async function toFile(text: string): Promise<void> {
    await writeFile(`${file}.new`, `${text}\n`)
    await rename(`${file}.new`, file)
  }

  async function toDirectory(value: string): Promise<void> {
    await new AdminClient(server).modify(server.bridge.dn, {
      operation: 'replace',
      type: 'userPassword',
      values: [value],
    })
  }

  function next(): string {
    number += 1
    password = `rotated password ${number}`
    return password
  }

  it('fails no request when the file knows the new password before the directory', async () => {
    const requests = new NewConnections(pool)
    await requests.more(5)
    await toFile(next())
    await requests.more(5)
    assert.deepEqual(lines, ['warn bind password in the file is refused, the last one is tried'])
    await toDirectory(password)
    await requests.more(5)
    await requests.stop()
    assert.deepEqual(lines.slice(1), ['info bind password reloaded'])
  })

  it('fails no request on bound connections when the directory knows it first, and binds at once when the file does', async () => {
    await toDirectory(next())
    await pool.request(search(exampleTree.people))
    await assert.rejects(requestAnew(pool), { failure: 'refused', resultCode: 49 })
    await pool.request(search(exampleTree.people))
    await toFile(password)
    await requestAnew(pool)
    assert.ok(lines.includes('info bind password reloaded'))
  })

  it('tries a password that the directory does not know once, which does not lock the account', async () => {
    const requests = new NewConnections(pool)
    await toFile('nobody knows it')
    await requests.more(20)
    await requests.stop()
    assert.equal(lines.length, 1)
    const failures = await new AdminClient(server).values(server.bridge.dn, 'pwdFailureTime')
    assert.deepEqual(failures, [])
  })

  it('keeps the last password while the file is empty, and says so once', async () => {
    await writeFile(file, '\n')
    await requestAnew(pool)
    await requestAnew(pool)
    assert.deepEqual(lines, ['error bind password not read, the last one stays'])
  })

  for (const [what, break_] of [
    ['cannot be read', async () => rename(file, `${file}.away`)],
    ['is empty', async () => writeFile(file, '\n')],
  ] as const) {
    it(`does not start with a file that ${what}`, async () => {
      await break_()
      await assert.rejects(open(), (error) => {
        assert.ok(error instanceof DecodeError)
        assert.deepEqual(
          error.problems.map(({ path: at }) => at),
          ['bindPasswordFile'],
        )
        return true
      })
    })
  }
})

describe('A change of the client certificate in its files (directory.tls)', () => {
  const ca = clientCa('Clients')
  const bridge = ca.issue('scim-bridge')
  const stranger = ca.issue('stranger')
  let server: OpenldapServer
  let folder: TemporaryFolder
  let lines: string[]
  let pool: ConnectionPool

  before(async function () {
    this.timeout(5 * 60_000)
    server = await startOpenldap({ clientCa: ca.certificate })
    folder = await temporaryFolder('client-certificate')
  })

  after(async () => {
    await server.close()
    await folder.remove()
  })

  beforeEach(async () => {
    await writeFile(named('client.pem'), stranger.certificate)
    await writeFile(named('client.key'), stranger.key)
    const settings = decode(DirectorySettings, {
      urls: server.ldapsUrl,
      bind: 'external',
      tls: {
        caFile: server.caFile,
        certificateFile: named('client.pem'),
        keyFile: named('client.key'),
      },
    })
    lines = []
    pool = await createPool(settings, { logger: recorder(lines) })
  })

  afterEach(() => pool.close())

  const named = (name: string): string => path.join(folder.path, name)

  async function put({ certificate, key }: Certified): Promise<void> {
    await writeFile(named('client.pem'), certificate)
    await writeFile(named('client.key'), key)
  }

  /** Only the bridge's account may not see this. */
  const mayReadSecret = async (): Promise<boolean> => {
    const { connection, discard } = await pool.acquireExclusive()
    try {
      const request = connection.request(search(exampleTree.secret, 'base'))
      return await request.then(
        () => true,
        () => false,
      )
    } finally {
      discard()
    }
  }

  it('shows the new certificate on new connections, and leaves those that are open', async () => {
    const { connection, discard } = await pool.acquireExclusive()
    const isBound = async (): Promise<number> =>
      (await connection.request(search(exampleTree.secret, 'base'))).code
    assert.equal(await isBound(), 0)
    await put(bridge)
    assert.equal(await mayReadSecret(), false)
    assert.equal(await isBound(), 0)
    discard()
    assert.deepEqual(lines, ['info directory certificates reloaded'])
  })

  it('keeps the last certificate until the key is renewed, too', async () => {
    await writeFile(named('client.pem'), bridge.certificate)
    assert.equal(await mayReadSecret(), true)
    assert.equal(await mayReadSecret(), true)
    assert.deepEqual(lines, ['error directory certificates not reloaded, the last ones stay'])
    await writeFile(named('client.key'), bridge.key)
    assert.equal(await mayReadSecret(), false)
    assert.deepEqual(lines.slice(1), ['info directory certificates reloaded'])
  })
})
