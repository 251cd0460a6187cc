import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import tls from 'node:tls'
import { hashToken } from '../../../src/http/tokens.ts'
import { type Certified, clientCa, selfSigned } from '../../directory/connection/self-signed.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'
import { AppUnderTest, token } from './app-under-test.ts'

const server = selfSigned('bridge')
const ours = clientCa('our CA')
const foreign = clientCa('their CA')
const onelogin = ours.issue('onelogin')
const okta = ours.issue('okta')
const forged = foreign.issue('onelogin')

/** What a client shows of itself. */
type Shown = Certified | undefined

interface Answered {
  readonly status: number
  readonly text: string
}

const unknownToken = /"The bearer token is not valid\."/u

describe('Client certificates', () => {
  let folder: TemporaryFolder
  let app: AppUnderTest
  let clientCaFile: string

  beforeEach(async () => {
    folder = await temporaryFolder('client-certificates')
    clientCaFile = path.join(folder.path, 'clients.crt')
    await writeFile(path.join(folder.path, 'tls.crt'), server.certificate)
    await writeFile(path.join(folder.path, 'tls.key'), server.key)
    await writeFile(clientCaFile, ours.certificate)
  })

  afterEach(async () => {
    await app.stop()
    await folder.remove()
  })

  async function start(clientCertificates: string, tokens: readonly object[] = []): Promise<void> {
    app = await AppUnderTest.start({
      tokens: [{ name: 'free', sha256: hashToken(token) }, ...tokens],
      tls: {
        certificateFile: path.join(folder.path, 'tls.crt'),
        keyFile: path.join(folder.path, 'tls.key'),
        reloadIntervalMs: 20,
        clientCaFile,
        clientCertificates,
      },
    })
  }

  async function connect(shown: Shown, session?: Buffer): Promise<tls.TLSSocket> {
    const port = Number(new URL(app.server.address).port)
    const own = shown && { cert: shown.certificate, key: shown.key }
    const socket = tls.connect({ host: '127.0.0.1', port, ca: server.certificate, session, ...own })
    await once(socket, 'secureConnect')
    return socket
  }

  async function ask(shown: Shown, secret = token, target = '/scim/v2/Users'): Promise<Answered> {
    const socket = await connect(shown)
    const answered = await askOn(socket, secret, target)
    socket.destroy()
    return answered
  }

  it('that are required keep out who shows none, or one of a CA that is not trusted', async () => {
    await start('required')
    assert.equal((await ask(onelogin)).status, 200)
    const without = await ask(undefined)
    assert.equal(without.status, 403)
    assert.match(without.text, /"A client certificate is required\."/u)
    for (const shown of [forged, selfSigned('onelogin')]) {
      const { status, text } = await ask(shown)
      assert.equal(status, 403)
      assert.match(text, /"The client certificate is not trusted: [A-Z_]+\."/u)
    }
    assert.ok(!app.logger.events.some(({ message }) => message === 'token refused'))
  })

  it('that are required are not asked of health, which tells nothing', async () => {
    await start('required')
    assert.equal((await ask(undefined, '', '/health/live')).status, 200)
    assert.equal((await ask(undefined, '', '/health/ready')).status, 200)
  })

  it('that are required are demanded of a TLS session that is resumed, too', async () => {
    await start('required')
    const first = await connect(undefined)
    const resumed = once(first, 'session') as Promise<[Buffer]>
    assert.equal((await askOn(first, token)).status, 403)
    const [session] = await resumed
    first.destroy()
    const second = await connect(undefined, session)
    assert.equal(second.isSessionReused(), true)
    assert.equal((await askOn(second, token)).status, 403)
    second.destroy()
  })

  it('that are optional leave a token that is not bound as it is', async () => {
    await start('optional')
    for (const shown of [undefined, onelogin, forged]) {
      assert.equal((await ask(shown)).status, 200)
    }
  })

  const bindings: readonly (readonly [string, object])[] = [
    ['subject', { subject: 'CN=onelogin' }],
    ['fingerprint', { sha256: new X509Certificate(onelogin.certificate).fingerprint256 }],
  ]
  for (const [what, certificate] of bindings) {
    it(`make a token that is bound by ${what} worth nothing without its certificate`, async () => {
      await start('optional', [{ name: 'bound', sha256: hashToken('bound'), certificate }])
      assert.equal((await ask(onelogin, 'bound')).status, 200)
      for (const shown of [undefined, okta, forged, selfSigned('onelogin')]) {
        const { status, text } = await ask(shown, 'bound')
        assert.equal(status, 401)
        assert.match(text, unknownToken)
      }
      const { level, fields } = await app.logger.event('token refused')
      assert.deepEqual(
        [level, fields['tokenName'], fields['reason']],
        ['warn', 'bound', 'certificate'],
      )
    })
  }

  it('that are renewed stay bound by their subject, not by their fingerprint', async () => {
    await start('required', [
      { name: 'subject', sha256: hashToken('by subject'), certificate: { subject: 'CN=onelogin' } },
      {
        name: 'fingerprint',
        sha256: hashToken('by fingerprint'),
        certificate: { sha256: new X509Certificate(onelogin.certificate).fingerprint256 },
      },
    ])
    const renewed = ours.issue('onelogin')
    assert.equal((await ask(renewed, 'by subject')).status, 200)
    assert.equal((await ask(renewed, 'by fingerprint')).status, 401)
  })

  it('are trusted by the CAs that stand in the file now, and open connections go on', async () => {
    await start('required')
    const open = await connect(onelogin)
    const resumable = once(open, 'session') as Promise<[Buffer]>
    assert.equal((await askOn(open, token)).status, 200)
    const [session] = await resumable
    await writeFile(clientCaFile, foreign.certificate)
    await app.logger.event('certificate reloaded')
    assert.equal((await ask(forged)).status, 200)
    assert.equal((await ask(onelogin)).status, 403)
    const back = await connect(onelogin, session)
    assert.equal((await askOn(back, token)).status, 403)
    back.destroy()
    assert.equal((await askOn(open, token)).status, 200)
    open.destroy()
  })

  it('are trusted by each of several CAs in the file', async () => {
    await writeFile(clientCaFile, `${ours.certificate}\n# theirs\n${foreign.certificate}`)
    await start('required')
    for (const shown of [onelogin, forged]) assert.equal((await ask(shown)).status, 200)
    assert.equal((await ask(selfSigned('onelogin'))).status, 403)
  })

  it('go on being trusted as before while the file of the CAs is of no use', async () => {
    await start('required')
    await writeFile(clientCaFile, 'no certificate')
    await app.logger.event('certificate not reloaded, the last one stays')
    assert.equal((await ask(onelogin)).status, 200)
    assert.equal((await ask(forged)).status, 403)
  })

  it('keep the bridge from starting when one of several CAs in the file is broken', async () => {
    await start('optional')
    const broken = foreign.certificate.replace(/^M.{20}/mu, 'M')
    await writeFile(clientCaFile, ours.certificate + broken)
    await assert.rejects(start('required'))
  })

  it('keep the bridge from starting when the file of the CAs holds none', async () => {
    await start('optional')
    await writeFile(clientCaFile, 'no certificate')
    await assert.rejects(start('required'))
    await writeFile(clientCaFile, onelogin.key)
    await assert.rejects(start('required'))
  })
})

async function askOn(
  socket: tls.TLSSocket,
  secret: string,
  target = '/scim/v2/Users',
): Promise<Answered> {
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\n\r\n`)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  const text = chunk.toString()
  return { status: Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1]), text }
}
