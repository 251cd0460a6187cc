import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import tls from 'node:tls'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { Connection } from '../../../src/directory/connection.ts'
import { createPool } from '../../../src/directory/pool.ts'
import { DirectorySettings, type TlsSettings } from '../../../src/directory/settings.ts'
import { loadTls } from '../../../src/directory/tls.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts'
import { optionsFor, poolOptions, search } from './connection-fixture.ts'
import { resultMessage } from './ldap-messages.ts'
import { type Certified, selfSigned } from './self-signed.ts'

async function problems(settings: Partial<TlsSettings>): Promise<DecodeError['problems']> {
  const error: unknown = await loadTls({ minVersion: 'TLSv1.2', ...settings }).catch(
    (failure: unknown) => failure,
  )
  assert.ok(error instanceof DecodeError)
  return error.problems
}

/** A server that accepts every bind, over TLS. */
class TlsServer {
  readonly #server: tls.Server

  private constructor(server: tls.Server) {
    this.#server = server
  }

  static async start({
    certificate: cert,
    key,
    ...options
  }: Certified & tls.TlsOptions): Promise<TlsServer> {
    const server = tls.createServer({ cert, key, ...options }, (socket) => {
      socket.on('error', () => {})
      socket.on('data', () => socket.write(resultMessage(1, 0x61)))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TlsServer(server)
  }

  /** Connects and binds as the bridge does, and ends the connection. */
  async connect(settings: Partial<TlsSettings>): Promise<void> {
    const trust = await loadTls({ minVersion: 'TLSv1.2', ...settings })
    const { port } = this.#server.address() as AddressInfo
    const connection = await Connection.open(optionsFor(`ldaps://127.0.0.1:${port}`, { trust }))
    connection.close()
  }

  async close(): Promise<void> {
    this.#server.close()
    await once(this.#server, 'close')
  }
}

describe('loadTls', () => {
  let folder: TemporaryFolder

  before(async () => {
    folder = await temporaryFolder('tls')
  })

  after(() => folder.remove())

  it('names every file that cannot be read, and one that is not PEM', async () => {
    const file = path.join(folder.path, 'ca.pem')
    await writeFile(file, 'not a certificate')
    const absent = path.join(folder.path, 'absent.pem')
    const found = await problems({ caFile: file, certificateFile: absent, keyFile: folder.path })
    assert.deepEqual(
      [...found].sort((a, b) => a.path.localeCompare(b.path)),
      [
        { path: 'tls.caFile', reason: 'names a file that is not PEM' },
        { path: 'tls.certificateFile', reason: 'cannot be read (ENOENT)' },
        { path: 'tls.keyFile', reason: 'cannot be read (EISDIR)' },
      ],
    )
  })

  it('refuses PEM files that hold something else', async () => {
    const file = path.join(folder.path, 'broken.pem')
    await writeFile(file, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    const [problem] = await problems({ certificateFile: file, keyFile: file })
    assert.equal(problem?.path, 'tls')
  })
})

describe('the connection to a server that speaks TLS', () => {
  const own = selfSigned('server')
  const another = selfSigned('another')
  let folder: TemporaryFolder
  let server: TlsServer

  before(async () => {
    folder = await temporaryFolder('trust')
    for (const [name, { certificate }] of Object.entries({ own, another })) {
      await writeFile(path.join(folder.path, name), certificate)
    }
    server = await TlsServer.start({ ...own, maxVersion: 'TLSv1.2' })
  })

  after(async () => {
    await server.close()
    await folder.remove()
  })

  const trusting = (name: string): Partial<TlsSettings> => ({
    caFile: path.join(folder.path, name),
  })

  it('is made with the version that is demanded', () => server.connect(trusting('own')))

  it('is not made with an older version', async () => {
    await assert.rejects(server.connect({ ...trusting('own'), minVersion: 'TLSv1.3' }), {
      failure: 'unavailable',
      message: /tls\.minVersion/u,
    })
  })

  it('trusts the CA of its file alone', async () => {
    await assert.rejects(server.connect(trusting('another')), {
      failure: 'unavailable',
      message: /tls\.caFile/u,
    })
  })

  it('goes by the name that is set', async () => {
    await assert.rejects(server.connect({ ...trusting('own'), servername: 'localhost' }), {
      failure: 'unavailable',
      message: /tls\.servername/u,
    })
  })
})

describe('the client certificate', () => {
  const client = selfSigned('client')
  const own = selfSigned('server')
  let folder: TemporaryFolder
  let caFile: string
  let shown: Partial<TlsSettings>

  before(async () => {
    folder = await temporaryFolder('client-certificate')
    const write = async (name: string, text: string): Promise<string> => {
      const file = path.join(folder.path, name)
      await writeFile(file, text)
      return file
    }
    caFile = await write('ca.pem', own.certificate)
    const certificateFile = await write('client.pem', client.certificate)
    shown = { certificateFile, keyFile: await write('client.key', client.key) }
  })

  after(() => folder.remove())

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    describe(`for a server that demands one with ${maxVersion}`, () => {
      let server: TlsServer

      beforeEach(async () => {
        const demands = { requestCert: true, rejectUnauthorized: true, ca: client.certificate }
        server = await TlsServer.start({ ...own, maxVersion, ...demands })
      })

      afterEach(() => server.close())

      it('is shown', async () => {
        await server.connect({ caFile, ...shown })
      })

      it('is asked for in the failure when none is set', async () => {
        await assert.rejects(server.connect({ caFile }), {
          failure: 'unavailable',
          message: /demand.* a client certificate.*tls\.certificateFile/u,
        })
      })
    })
  }
})

describe('createPool', () => {
  it('makes a pool that works from settings', async () => {
    const { ldapsUrl, caFile, bridge } = sharedOpenldap()
    const settings = decode(DirectorySettings, {
      urls: ldapsUrl,
      tls: { caFile },
      bindDn: bridge.dn,
      bindPassword: bridge.password,
    })
    const { logger } = poolOptions(optionsFor(ldapsUrl))
    const pool = await createPool(settings, { logger })
    assert.equal((await pool.request(search(exampleTree.people))).code, 0)
    await pool.close()
  })
})
