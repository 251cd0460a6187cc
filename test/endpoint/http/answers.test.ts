import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { AppUnderTest, token } from './app-under-test.ts'

const answerBytes = 4 * 1024 * 1024
const large = { id: 'g1', displayName: 'x'.repeat(answerBytes) }

/** Asks for a group and reads nothing of it until told to. */
function unread(app: AppUnderTest): net.Socket {
  const { hostname, port } = new URL(app.server.address)
  const socket = net.connect(Number(port), hostname)
  socket.pause()
  socket.write(
    `GET /scim/v2/Groups/g1 HTTP/1.1\r\nHost: bridge\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  )
  return socket
}

describe('answers that are not read', () => {
  let app: AppUnderTest
  const sockets: net.Socket[] = []

  beforeEach(async () => {
    app = await AppUnderTest.start({ answers: { maxTotalBytes: 2.5 * answerBytes } })
    app.groups.get = () => Promise.resolve(large)
  })

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await app.stop()
  })

  /** Has so many answers made that nobody reads. */
  async function hold(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const socket = unread(app)
      sockets.push(socket)
      await once(socket, 'readable')
    }
  }

  it('have a room of a bounded size: who asks for more is told to come again', async () => {
    await hold(2)
    const refused = await app.scim('/Groups/g1')
    assert.equal(refused.status, 503)
    assert.equal(refused.headers.get('retry-after'), '5')
    assert.equal(refused.headers.get('etag'), null)
    assert.match(refused.text, /no room for so large an answer .* \(excludedAttributes=members\)/u)
  })

  it('do not keep small ones away, nor what was written', async () => {
    await hold(2)
    app.users.get = () => Promise.resolve({ id: 'u1' })
    assert.equal((await app.scim('/Users/u1')).status, 200)
    app.groups.replace = () => Promise.resolve({ kind: 'written', resource: large })
    const written = await app.scim('/Groups/g1', { method: 'PUT', body: { displayName: 'x' } })
    assert.equal(written.status, 200)
  })

  it('leave their room when they have been read, or given up', async () => {
    await hold(2)
    const [one, other] = sockets
    one?.resume()
    await once(one ?? other ?? assert.fail(), 'close')
    assert.equal((await app.scim('/Groups/g1')).status, 200)
    await hold(1)
    assert.equal((await app.scim('/Groups/g1')).status, 503)
    other?.destroy()
    while ((await app.scim('/Groups/g1')).status !== 200) continue
  })

  it('may be larger than the room, one at a time', async () => {
    app.groups.get = () => Promise.resolve({ ...large, displayName: 'x'.repeat(3 * answerBytes) })
    assert.equal((await app.scim('/Groups/g1')).status, 200)
  })
})

describe('groups that are read', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(async () => app.stop())

  it('are so four at a time, and none while somebody without a token waits', async () => {
    const go = Promise.withResolvers<undefined>()
    const four = Promise.withResolvers<undefined>()
    let underWay = 0
    let most = 0
    app.groups.get = async () => {
      underWay += 1
      most = Math.max(most, underWay)
      if (underWay === 4) four.resolve(undefined)
      await go.promise
      underWay -= 1
      return { id: 'g1' }
    }
    const reads = Array.from({ length: 10 }, async () => app.scim('/Groups/g1'))
    await four.promise
    // Each of these goes past the place where those who wait are.
    const strangers = Array.from({ length: 5 }, async () =>
      app.scim('/Groups/g1', { headers: { authorization: 'Bearer nonsense' } }),
    )
    for (const { status } of await Promise.all(strangers)) assert.notEqual(status, 200)
    app.users.get = () => Promise.resolve({ id: 'u1' })
    assert.equal((await app.scim('/Users/u1')).status, 200)
    assert.equal(most, 4)
    go.resolve(undefined)
    for (const { status } of await Promise.all(reads)) assert.equal(status, 200)
    assert.equal(most, 4)
  })
})
