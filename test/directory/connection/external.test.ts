import assert from 'node:assert/strict'
import path from 'node:path'
import tls from 'node:tls'
import { Connection, type ConnectionOptions } from '../../../src/directory/connection.ts'
import { exampleTree, type OpenldapServer, socketUrl } from '../../support/openldap-server.ts'
import { startOpenldap } from '../../support/openldap.ts'
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts'
import { collected, openldapOptions, replacement, search } from './connection-fixture.ts'
import { type Certified, clientCa } from './self-signed.ts'

const own = { mechanism: 'EXTERNAL' } as const

/** Whether the connection has the rights of the bridge's account, which nobody else may have. */
async function isBridge(options: ConnectionOptions): Promise<boolean> {
  const connection = await Connection.open(options)
  const dn = `uid=agarcia,${exampleTree.people}`
  const found = await collected(connection.search(search(exampleTree.people)))
  const write = connection.request(replacement(dn, 'title', [Buffer.from('Director')]))
  const mayWrite = await write.then(
    () => true,
    () => false,
  )
  connection.close()
  return found.length > 0 && mayWrite
}

describe('Binding without a password (SASL EXTERNAL, RFC 4513 §5.2.3)', () => {
  const ca = clientCa('Clients')
  const bridge = ca.issue('scim-bridge')
  let server: OpenldapServer

  before(async function () {
    this.timeout(5 * 60_000)
    server = await startOpenldap({ clientCa: ca.certificate })
  })

  after(() => server.close())

  function showing(
    client: Certified | undefined,
    different: Partial<ConnectionOptions> = {},
  ): ConnectionOptions {
    const shown = client === undefined ? {} : { cert: client.certificate, key: client.key }
    const secureContext = tls.createSecureContext({ ca: server.ca, ...shown })
    return openldapOptions(server, {
      url: server.ldapsUrl,
      trust: { secureContext, servername: undefined },
      credentials: own,
      ...different,
    })
  }

  it('makes the subject of the client certificate the account, over ldaps://', async () => {
    assert.ok(await isBridge(showing(bridge)))
  })

  it('makes the subject of the client certificate the account, with StartTLS', async () => {
    assert.ok(await isBridge(showing(bridge, { url: server.url, startTls: true })))
  })

  it('takes an authzId that the account may have', async () => {
    const credentials = { ...own, authzId: `dn:${exampleTree.bridge}` }
    assert.ok(await isBridge(showing(bridge, { credentials })))
  })

  it('fails for an authzId that the account may not have', async () => {
    const credentials = { ...own, authzId: `dn:${exampleTree.admin}` }
    await assert.rejects(isBridge(showing(bridge, { credentials })), (error) => {
      assert.ok(error instanceof Error && 'failure' in error)
      assert.equal(error.failure, 'refused')
      assert.match(error.message, /authzId/u)
      assert.doesNotMatch(error.message, /cn=admin/u)
      return true
    })
  })

  it('gives another certificate of the same CA no rights of the account', async () => {
    assert.equal(await isBridge(showing(ca.issue('somebody'))), false)
  })

  it('is refused without a certificate, and says what to do', async () => {
    await assert.rejects(isBridge(showing(undefined)), {
      failure: 'refused',
      resultCode: 7,
      message: /must ask for client certificates/u,
    })
  })

  it('fails with a certificate of another CA, and says what to do', async () => {
    // slapd 2.6 says why it ends the connection (alert unknown_ca), slapd 2.5 with GnuTLS does not.
    const stranger = clientCa('Others').issue('scim-bridge')
    await assert.rejects(isBridge(showing(stranger)), {
      failure: 'unavailable',
      message: /the CA of our client certificate/u,
    })
  })
})

describe('A directory behind a Unix socket (ldapi://)', () => {
  let folder: TemporaryFolder
  let server: OpenldapServer
  let url: string

  before(async function () {
    this.timeout(5 * 60_000)
    folder = await temporaryFolder('ldapi')
    const socketFile = path.join(folder.path, 'ldapi')
    url = socketUrl(socketFile)
    // The socket of a container is not within our reach.
    server = await startOpenldap({ socketFile }, ['local', 'packages'])
  })

  after(async () => {
    await server.close()
    await folder.remove()
  })

  it('is written to after a simple bind', async () => {
    assert.ok(await isBridge(openldapOptions(server, { url })))
  })

  it('is written to by the user that our process runs as, without a password', async () => {
    assert.ok(await isBridge(openldapOptions(server, { url, credentials: own })))
  })

  it('gets no TLS, though startTls is set for the servers beside it', async () => {
    assert.ok(await isBridge(openldapOptions(server, { url, startTls: true })))
  })

  it('says what to do when there is no such socket', async () => {
    const absent = socketUrl(path.join(folder.path, 'absent'))
    await assert.rejects(isBridge(openldapOptions(server, { url: absent })), {
      failure: 'unavailable',
      message: /cannot be reached \(ENOENT\): there is no such socket/u,
    })
  })

  it('says that nobody listens when the server has died', async () => {
    await server.kill()
    await assert.rejects(isBridge(openldapOptions(server, { url })), {
      failure: 'unavailable',
      message: /cannot be reached \(ECONNREFUSED\): nobody listens/u,
    })
    await server.restart()
    assert.ok(await isBridge(openldapOptions(server, { url })))
  })
})
