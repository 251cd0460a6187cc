import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { writeFile } from 'node:fs/promises'
import tls from 'node:tls'
import { selfSigned } from '../../directory/connection/self-signed.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'
import { AppUnderTest } from './app-under-test.ts'

const server = selfSigned('bridge')

function portOf(app: AppUnderTest): number {
  return Number(new URL(app.server.address).port)
}

/** A connection from one of the addresses of this machine. */
async function connectFrom(app: AppUnderTest, localAddress: string): Promise<Socket> {
  const host = localAddress.includes(':') ? '::1' : '127.0.0.1'
  const socket = connect({ host, port: portOf(app), localAddress })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** What a connection is answered to a request; nothing where it was dropped. */
async function answerOf(socket: Socket): Promise<string> {
  socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')
  return await new Promise((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString().slice(0, 15)))
    socket.once('close', () => resolve(''))
  })
}

describe('The connections of one address', () => {
  let app: AppUnderTest
  let open: Socket[]

  beforeEach(() => {
    open = []
  })

  afterEach(async () => {
    for (const socket of open) socket.destroy()
    await app.stop()
  })

  async function answerTo(address: string): Promise<string> {
    const socket = await connectFrom(app, address)
    open.push(socket)
    return await answerOf(socket)
  }

  it('are dropped past their number, and those of others are not', async () => {
    app = await AppUnderTest.start({ maxConnectionsPerAddress: 2 })
    assert.equal(await answerTo('127.0.0.1'), 'HTTP/1.1 200 OK')
    assert.equal(await answerTo('127.0.0.1'), 'HTTP/1.1 200 OK')
    assert.equal(await answerTo('127.0.0.1'), '')
    assert.equal(await answerTo('127.0.0.2'), 'HTTP/1.1 200 OK')
    assert.ok(open[0])
    assert.equal(await answerOf(open[0]), 'HTTP/1.1 200 OK')
  })

  it('are let in again when others of them have ended', async () => {
    app = await AppUnderTest.start({ maxConnectionsPerAddress: 1 })
    for (let each = 0; each < 3; each += 1) {
      await eventually(async () => assert.equal(await answerTo('127.0.0.1'), 'HTTP/1.1 200 OK'))
      assert.equal(await answerTo('127.0.0.1'), '')
      for (const socket of open.splice(0)) socket.end()
    }
  })

  it('are counted by the network of 64 bits where it is IPv6', async () => {
    app = await AppUnderTest.start({ host: '::1', maxConnectionsPerAddress: 1 })
    assert.equal(await answerTo('::1'), 'HTTP/1.1 200 OK')
    assert.equal(await answerTo('::1'), '')
  })

  it('are logged once when they are dropped, with the address', async () => {
    app = await AppUnderTest.start({ maxConnectionsPerAddress: 1 })
    for (const address of ['127.0.0.1', '127.0.0.2']) {
      for (let each = 0; each < 4; each += 1) await answerTo(address)
    }
    const dropped = app.logger.events.filter(({ level }) => level === 'warn')
    assert.deepEqual(
      dropped,
      ['127.0.0.1', '127.0.0.2'].map((clientAddress) => ({
        level: 'warn',
        message: 'connections of an address dropped',
        fields: { clientAddress, most: 1 },
      })),
    )
  })

  it('are not limited where proxies are trusted, whose connections all of them are', async () => {
    app = await AppUnderTest.start({ maxConnectionsPerAddress: 1, trustedProxies: 1 })
    for (let each = 0; each < 3; each += 1) {
      assert.equal(await answerTo('127.0.0.1'), 'HTTP/1.1 200 OK')
    }
  })
})

describe('The connections of one address over TLS', () => {
  let folder: TemporaryFolder
  let app: AppUnderTest

  beforeEach(async () => {
    folder = await temporaryFolder('connection-share')
    const [certificateFile, keyFile] = ['tls.crt', 'tls.key'].map((name) =>
      path.join(folder.path, name),
    )
    await writeFile(certificateFile ?? '', server.certificate)
    await writeFile(keyFile ?? '', server.key)
    app = await AppUnderTest.start({
      maxConnectionsPerAddress: 1,
      tls: { certificateFile, keyFile },
    })
  })

  afterEach(async () => {
    await app.stop()
    await folder.remove()
  })

  it('are dropped before the handshake, also of those who say nothing', async () => {
    const silent = await connectFrom(app, '127.0.0.1')
    const socket = tls.connect({ host: '127.0.0.1', port: portOf(app), rejectUnauthorized: false })
    await assert.rejects(once(socket, 'secureConnect'))
    silent.destroy()
    const elsewhere = await connectFrom(app, '127.0.0.2')
    const other = tls.connect({ socket: elsewhere, rejectUnauthorized: false })
    await once(other, 'secureConnect')
    assert.equal(await answerOf(other), 'HTTP/1.1 200 OK')
    other.destroy()
  })
})
