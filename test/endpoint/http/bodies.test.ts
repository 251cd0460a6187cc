import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Answer, AppUnderTest, errorBody, token } from './app-under-test.ts'

const maxBodyBytes = 100_000
const maxTotalBytes = 110_000
const noRoom = errorBody(
  503,
  'The bridge has no room for the request body at the moment, and has done nothing. Send the request again.',
)

/** A body of so many bytes. */
function bodyOf(bytes: number): string {
  return JSON.stringify({ userName: 'x'.repeat(bytes - 15) })
}

/** A large body, unless another length is said. */
function user(name: string, length = 70_000): string {
  return JSON.stringify({ userName: name.padEnd(length, 'x') })
}

async function post(app: AppUnderTest, body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  return await app.scim('/Users', { method: 'POST', body, headers })
}

/** A client that sends what it is told to, and a POST so far only announced. */
class SlowSender {
  readonly #socket: Socket
  #text = ''

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString()
    })
  }

  static async announce(app: AppUnderTest, length: string, secret = token): Promise<SlowSender> {
    const socket = connect(Number(new URL(app.server.address).port), '127.0.0.1')
    await once(socket, 'connect')
    const sender = new SlowSender(socket)
    sender.send(
      `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json\r\n${length}\r\n\r\n`,
    )
    return sender
  }

  send(text: string): void {
    this.#socket.write(text)
  }

  /** Sends a chunk of a body whose length was not announced. RFC 9112 §7.1 */
  sendChunk(text: string): void {
    this.send(`${text.length.toString(16)}\r\n${text}\r\n`)
  }

  /** What has been answered, once there is something. */
  async answer(): Promise<string> {
    while (this.#text === '') await once(this.#socket, 'data')
    return this.#text
  }

  close(): void {
    this.#socket.destroy()
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'the condition was not met in time')
    await new Promise(setImmediate)
  }
}

describe('The bodies of all requests under way', () => {
  let app: AppUnderTest
  let open: () => void

  async function start(waitMs: number): Promise<void> {
    app = await AppUnderTest.start({
      maxBodyBytes,
      bulk: { maxPayloadBytes: maxBodyBytes },
      bodies: { maxTotalBytes, waitMs },
    })
  }

  /** Lets requests come as far as the resource service, and no further until `open` is called. */
  function hold(): void {
    const gate = Promise.withResolvers<undefined>()
    app.users.gate = gate.promise
    open = () => gate.resolve(undefined)
  }

  async function underWay(count: number): Promise<void> {
    await until(() => app.users.calls.length >= count)
  }

  afterEach(() => app.stop())

  it('share their room: what does not fit is not read before others are done', async () => {
    await start(60_000)
    hold()
    const first = post(app, bodyOf(60_000))
    await underWay(1)
    const second = post(app, bodyOf(60_000))
    await app.send('/health/live')
    assert.equal(app.users.calls.length, 1)
    const small = post(app, bodyOf(1000))
    await underWay(2)
    assert.deepEqual(app.users.asked[1], JSON.parse(bodyOf(1000)))
    open()
    const answers = await Promise.all([first, second, small])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201],
    )
  })

  it('are answered 503, with when to come again, where there is no room in time', async () => {
    await start(50)
    hold()
    const first = post(app, bodyOf(60_000))
    await underWay(1)
    const { status, headers, body } = await post(app, bodyOf(60_000))
    assert.equal(status, 503)
    assert.equal(headers.get('retry-after'), '1')
    assert.deepEqual(body, noRoom)
    assert.equal((await app.logger.event('request failed')).fields['status'], 503)
    open()
    assert.equal((await first).status, 201)
    assert.equal((await post(app, bodyOf(60_000))).status, 201)
  })

  it('give their room back however the request ends', async () => {
    await start(50)
    const bad = ['{'.padEnd(90_000), `"${'x'.repeat(90_000)}"`, bodyOf(100_001)]
    for (const body of bad) assert.notEqual((await post(app, body)).status, 201)
    app.users.failure = new Error('broken')
    assert.equal((await post(app, bodyOf(90_000))).status, 500)
    app.users.failure = undefined
    const gone = await SlowSender.announce(app, 'Content-Length: 90000')
    gone.send('{"userName":')
    gone.close()
    await app.logger.event('request answered')
    assert.equal((await post(app, bodyOf(90_000))).status, 201)
  })

  it('cannot be kept out by who announces much and sends nothing', async () => {
    await start(200)
    const slow = await SlowSender.announce(app, 'Content-Length: 90000')
    slow.send('{"userName":')
    await app.logger.event('client seen')
    assert.equal((await post(app, bodyOf(90_000))).status, 201)
    const answer = await slow.answer()
    assert.match(answer, /^HTTP\/1\.1 503 Service Unavailable\r\n/u)
    assert.match(answer, /\r\nRetry-After: 1\r\n/u)
    slow.close()
  })

  it('take as much as has come where their length is not announced', async () => {
    await start(60_000)
    const unannounced = await SlowSender.announce(app, 'Transfer-Encoding: chunked')
    unannounced.sendChunk('{"userName":"x"')
    await app.logger.event('client seen')
    // As much as is given for the beginning leaves room for this one, and for no more.
    hold()
    const beside = post(app, bodyOf(30_000))
    await underWay(1)
    unannounced.sendChunk(' '.repeat(60_000))
    unannounced.sendChunk(' '.repeat(30_000))
    const answer = await unannounced.answer()
    assert.match(answer, /^HTTP\/1\.1 503 Service Unavailable\r\n/u)
    unannounced.close()
    open()
    assert.equal((await beside).status, 201)
  })

  it('may come without a length, and are read whole', async () => {
    await start(60_000)
    const unannounced = await SlowSender.announce(app, 'Transfer-Encoding: chunked')
    unannounced.sendChunk('{"userName":"x"')
    unannounced.sendChunk(' '.repeat(90_000))
    unannounced.sendChunk('}')
    unannounced.send('0\r\n\r\n')
    assert.match(await unannounced.answer(), /^HTTP\/1\.1 201 Created\r\n/u)
    unannounced.close()
  })

  it('take no room without a good token', async () => {
    await start(60_000)
    const senders = await Promise.all(
      ['wrong', 'worse'].map(
        async (secret) => await SlowSender.announce(app, 'Content-Length: 90000', secret),
      ),
    )
    for (const sender of senders) {
      assert.match(await sender.answer(), /^HTTP\/1\.1 401 Unauthorized\r\n/u)
    }
    assert.equal((await post(app, bodyOf(100_000))).status, 201)
    for (const sender of senders) sender.close()
  })

  it('are not waited for once their client has left', async () => {
    await start(60_000)
    hold()
    const first = post(app, bodyOf(60_000))
    await underWay(1)
    const leaving = await SlowSender.announce(app, 'Content-Length: 60000')
    leaving.send('{"userName":')
    const isSeen = (): boolean =>
      app.logger.events.filter(({ message }) => message === 'client seen').length === 2
    await until(isSeen)
    leaving.close()
    // What is asked later is answered after the end of the connection was seen.
    await app.send('/health/live')
    open()
    await first
    await until(() => app.logger.events.some(({ fields }) => fields['isAborted'] === true))
    assert.equal((await post(app, bodyOf(100_000))).status, 201)
    assert.deepEqual(
      app.logger.events.filter(({ level }) => level === 'error'),
      [],
    )
  })
})

describe('large bodies', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(async () => app.stop())

  it('are worked on two at a time, beside any number of small ones; nothing is done for who gave up meanwhile', async () => {
    const go = Promise.withResolvers<undefined>()
    const begun: string[] = []
    const two = Promise.withResolvers<undefined>()
    app.users.create = async ({ userName }) => {
      assert.ok(typeof userName === 'string')
      begun.push(userName.slice(0, 2))
      if (begun.length === 2) two.resolve(undefined)
      if (userName.length > 65_536) await go.promise
      return { kind: 'written', resource: { id: userName.slice(0, 2) } }
    }
    const first = ['a1', 'a2'].map(async (name) => post(app, user(name)))
    await two.promise
    const later = post(app, user('a3'))
    const giver = await SlowSender.announce(app, `Content-Length: ${user('a4').length}`)
    giver.send(user('a4'))
    // Whoever is answered after the others have been read shows that they wait.
    assert.equal((await post(app, user('b1', 10))).status, 201)
    assert.deepEqual(begun, ['a1', 'a2', 'b1'])
    giver.close()
    // The end of his connection has arrived when this is answered.
    assert.equal((await post(app, user('b2', 10))).status, 201)
    go.resolve(undefined)
    for (const { status } of await Promise.all([...first, later])) assert.equal(status, 201)
    assert.equal((await post(app, user('a5'))).status, 201)
    assert.deepEqual(begun.toSorted(), ['a1', 'a2', 'a3', 'a5', 'b1', 'b2'])
  })
})
