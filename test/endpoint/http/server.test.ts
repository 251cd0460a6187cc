import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { timeLimits } from '../../../src/http/server.ts'
import { AppUnderTest } from './app-under-test.ts'
import { get, head, read, socketTo } from './raw-request.ts'

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'the condition was not met in time')
    await new Promise(setImmediate)
  }
}

describe('startServer', () => {
  it('says where it listens', async () => {
    const app = await AppUnderTest.start()
    assert.match(app.server.address, /^http:\/\/127\.0\.0\.1:\d+$/u)
    await app.stop()
  })

  it('fails when the address is taken', async () => {
    const app = await AppUnderTest.start()
    const port = Number(new URL(app.server.address).port)
    await assert.rejects(AppUnderTest.start({ port }), { code: 'EADDRINUSE' })
    await app.stop()
  })
})

describe('stop', () => {
  let app: AppUnderTest
  let open: (value: undefined) => void

  beforeEach(async () => {
    app = await AppUnderTest.start({ shutdownGraceMs: 5000 })
    const gate = Promise.withResolvers<undefined>()
    app.users.gate = gate.promise
    open = gate.resolve
  })

  afterEach(() => app.stop())

  it('finishes what is under way, ends its connection, and accepts no more', async () => {
    const socket = socketTo(app)
    const answer = read(socket)
    socket.write(get)
    await until(() => app.users.asked.length > 0)
    const stopped = app.server.stop()
    assert.equal(app.server.isStopping, true)
    await assert.rejects(once(socketTo(app), 'connect'), { code: 'ECONNREFUSED' })
    open(undefined)
    const text = await answer
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/u)
    assert.match(text, /\r\nConnection: close\r\n/u)
    assert.match(text, /"totalResults":0/u)
    await stopped
  })

  const readers = [
    ['on a connection that its client would keep', ''],
    ['on one that its client would end', 'Connection: close\r\n'],
  ] as const
  for (const [what, header] of readers) {
    it(`sends all of an answer to who reads it slowly ${what}, and ends that`, async () => {
      // More than the kernel keeps for a client that does not read.
      const displayName = 'x'.repeat(12 * 1024 * 1024)
      app.users.get = () => Promise.resolve({ id: 'u1', displayName })
      const socket = socketTo(app).pause()
      socket.write(`GET /scim/v2/Users/u1 HTTP/1.1\r\n${head}${header}\r\n`)
      await once(socket, 'readable')
      const stopped = app.server.stop()
      await assert.rejects(once(socketTo(app), 'connect'), { code: 'ECONNREFUSED' })
      const startedAt = performance.now()
      const text = await read(socket)
      assert.equal(
        text.length - text.indexOf('{"id"'),
        displayName.length + '{"id":"u1","displayName":""}'.length,
      )
      await stopped
      assert.ok(performance.now() - startedAt < 3000)
    })
  }

  it('closes idle connections at once', async () => {
    open(undefined)
    const agent = new http.Agent({ keepAlive: true })
    const request = http.get(`${app.server.address}/health/live`, { agent })
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    response.resume()
    await once(response, 'end')
    const startedAt = performance.now()
    await app.server.stop()
    assert.ok(performance.now() - startedAt < 1000)
    agent.destroy()
  })

  it('cuts off what is not finished after the grace', async () => {
    const socket = socketTo(app)
    const answer = read(socket)
    socket.write(get)
    await until(() => app.users.asked.length > 0)
    await app.server.stop(50)
    assert.equal(await answer, '')
    open(undefined)
  })

  it('may be called twice and ends once', async () => {
    open(undefined)
    await Promise.all([app.server.stop(), app.server.stop()])
  })
})

describe('the delay before the stop', () => {
  it('goes on serving while it says that it is not ready, so that a load balancer looks away', async () => {
    const app = await AppUnderTest.start({ shutdownDelayMs: 500 })
    app.isReady = () => Promise.resolve(!app.server.isStopping)
    assert.equal((await app.send('/health/ready')).status, 200)
    const stopped = app.server.stop()
    assert.equal((await app.send('/health/ready')).status, 503)
    const answer = await app.scim('/Users')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('connection'), 'close')
    await stopped
    await assert.rejects(app.scim('/Users'))
  })
})

describe('limits of the server', () => {
  it('end a request that is sent too slowly, with 408', async () => {
    const app = await AppUnderTest.start({ requestTimeoutMs: 200 })
    const slow = [
      `POST /scim/v2/Users HTTP/1.1\r\n${head}Content-Length: 10\r\n\r\n{`,
      'GET /scim',
      '',
    ]
    const answers = slow.map((text) => {
      const socket = socketTo(app)
      socket.write(text)
      return read(socket)
    })
    for (const answer of await Promise.all(answers)) {
      assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/u)
    }
    await app.stop()
  })

  it('end a connection that is silent while its answer waits', async () => {
    const app = await AppUnderTest.start({ stallTimeoutMs: 100 })
    app.users.gate = new Promise(() => undefined)
    const socket = socketTo(app)
    socket.write(get)
    assert.equal(await read(socket), '')
    await app.stop()
  })

  it('give headers, and a TLS handshake, as long as a request, and no longer than 20 seconds', () => {
    const allowed = [100, 20_000, 20_001, 60_000].map(
      (requestTimeoutMs) => timeLimits({ requestTimeoutMs }).headersTimeout,
    )
    assert.deepEqual(allowed, [100, 20_000, 20_000, 20_000])
  })

  it('refuse headers of more than 16 KiB with 431', async () => {
    const app = await AppUnderTest.start()
    const socket = socketTo(app)
    socket.write(`GET /scim/v2/Users?filter=${'x'.repeat(17_000)} HTTP/1.1\r\n${head}\r\n`)
    assert.match(await read(socket), /^HTTP\/1\.1 431 /u)
    await app.stop()
  })

  it('drop connections past their number, and serve the others', async () => {
    const app = await AppUnderTest.start({ maxConnections: 2 })
    const first = socketTo(app)
    const second = socketTo(app)
    await Promise.all([once(first, 'connect'), once(second, 'connect')])
    assert.equal(await read(socketTo(app)), '')
    first.write(get.replace('Host', 'Connection: close\r\nHost'))
    assert.match(await read(first), /^HTTP\/1\.1 200 OK/u)
    second.destroy()
    await app.stop()
  })

  it('survive what is not HTTP', async () => {
    const app = await AppUnderTest.start()
    for (const noise of [
      '\0\0\0\0',
      '{"a":1}\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET  / HTTP/1.1\r\n\r\n',
    ]) {
      const socket = socketTo(app)
      socket.write(noise)
      assert.match(await read(socket), /^HTTP\/1\.1 400 Bad Request\r\n/u)
    }
    assert.equal((await app.scim('/Users')).status, 200)
    await app.stop()
  })
})

describe('TLS in the bridge', () => {
  let folder: string
  let app: AppUnderTest

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'scim-tls-'))
    for (const name of ['first', 'second']) makeCertificate(folder, name)
  })

  after(() => rmSync(folder, { recursive: true }))

  beforeEach(async () => {
    use('first', 'crt')
    use('first', 'key')
    app = await AppUnderTest.start({
      tls: {
        certificateFile: join(folder, 'tls.crt'),
        keyFile: join(folder, 'tls.key'),
        reloadIntervalMs: 20,
      },
    })
  })

  afterEach(() => app.stop())

  /** Puts a certificate or key where the server looks. */
  function use(name: string, part: 'crt' | 'key'): void {
    copyFileSync(join(folder, `${name}.${part}`), join(folder, `tls.${part}`))
  }

  function filesOf(certificate: string, key: string): object {
    return {
      certificateFile: join(folder, `${certificate}.crt`),
      keyFile: join(folder, `${key}.key`),
    }
  }

  /** A connection that trusts both certificates. */
  async function connectTls(options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
    const ca = ['first', 'second'].map((name) => readFileSync(join(folder, `${name}.crt`)))
    const port = Number(new URL(app.server.address).port)
    const socket = tls.connect({ host: '127.0.0.1', port, ca, ...options })
    await once(socket, 'secureConnect')
    return socket
  }

  it('is verified by the client, and answers with HSTS and https URLs', async () => {
    assert.match(app.server.address, /^https:\/\/127\.0\.0\.1:\d+$/u)
    const socket = await connectTls()
    const answer = await ask(socket)
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/u)
    assert.match(answer, /\r\nStrict-Transport-Security: max-age=31536000\r\n/u)
    socket.destroy()
  })

  it('takes a new certificate when its files change, without dropping connections', async () => {
    const old = await connectTls()
    use('second', 'crt')
    await app.logger.event('certificate not reloaded, the last one stays')
    const between = await connectTls()
    assert.equal(nameOf(between), 'first')
    use('second', 'key')
    await app.logger.event('certificate reloaded')
    const fresh = await connectTls()
    assert.equal(nameOf(fresh), 'second')
    for (const socket of [old, between, fresh]) {
      assert.match(await ask(socket), /^HTTP\/1\.1 200 OK\r\n/u)
      socket.destroy()
    }
  })

  it('stays with its certificate when the files are of no use', async () => {
    writeFileSync(join(folder, 'tls.crt'), 'no certificate')
    const { level } = await app.logger.event('certificate not reloaded, the last one stays')
    assert.equal(level, 'error')
    const socket = await connectTls()
    assert.equal(nameOf(socket), 'first')
    socket.destroy()
  })

  it('speaks nothing older than TLS 1.2', async () => {
    const old = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const
    await assert.rejects(connectTls(old))
    const socket = await connectTls({ maxVersion: 'TLSv1.2' })
    assert.equal(socket.getProtocol(), 'TLSv1.2')
    socket.destroy()
  })

  it('ends a handshake that is not begun, or not gone on with, in time', async () => {
    await app.stop()
    app = await AppUnderTest.start({ requestTimeoutMs: 100, tls: filesOf('first', 'first') })
    const silent = socketTo(app)
    const slow = socketTo(app)
    // The beginning of a ClientHello. RFC 8446 §5.1
    slow.write(Buffer.from('1603010200', 'hex'))
    assert.deepEqual(await Promise.all([read(silent), read(slow)]), ['', ''])
    const { fields } = await app.logger.event('TLS handshake failed')
    assert.deepEqual(fields, { clientAddress: '127.0.0.1', code: 'ERR_TLS_HANDSHAKE_TIMEOUT' })
  })

  it('does not start with a key that does not belong to the certificate', async () => {
    await assert.rejects(AppUnderTest.start({ tls: filesOf('first', 'second') }))
  })
})

function nameOf(socket: tls.TLSSocket): unknown {
  return socket.getPeerCertificate().subject.CN
}

async function ask(socket: tls.TLSSocket): Promise<string> {
  socket.write(get)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString()
}

function makeCertificate(folder: string, name: string): void {
  const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  const kind = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ]
  execFileSync('openssl', ['req', ...kind, ...files, ...subject], { stdio: 'pipe' })
}
