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
import { selfSigned } from './self-signed.ts'

async function problems(settings: Partial<TlsSettings>): Promise<DecodeError['problems']> {
  const error: unknown = await loadTls({ minVersion: 'TLSv1.2', ...settings }).catch(
    (failure: unknown) => failure,
  )
  assert.ok(error instanceof DecodeError)
  return error.problems
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

  it('trusts the CA of its file alone', async () => {
    const { caFile } = sharedOpenldap()
    const trust = await loadTls({ minVersion: 'TLSv1.3', caFile, servername: 'localhost' })
    assert.equal(trust.servername, 'localhost')
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
      let server: tls.Server

      beforeEach(async () => {
        const { certificate: cert, key } = own
        const demands = { requestCert: true, rejectUnauthorized: true, ca: client.certificate }
        server = tls.createServer({ cert, key, maxVersion, ...demands }, (socket) => {
          socket.on('error', () => {})
          socket.on('data', () => socket.write(resultMessage(1, 0x61)))
        })
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
      })

      afterEach(async () => {
        server.close()
        await once(server, 'close')
      })

      async function connect(settings: Partial<TlsSettings>): Promise<void> {
        const trust = await loadTls({ minVersion: 'TLSv1.2', caFile, ...settings })
        const url = `ldaps://127.0.0.1:${(server.address() as AddressInfo).port}`
        const connection = await Connection.open(optionsFor(url, { trust }))
        connection.close()
      }

      it('is shown', async () => {
        await connect(shown)
      })

      it('is asked for in the failure when none is set', async () => {
        await assert.rejects(connect({}), {
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
