import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { createPool } from '../../../src/directory/pool.ts'
import { DirectorySettings, type TlsSettings } from '../../../src/directory/settings.ts'
import { loadTls } from '../../../src/directory/tls.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts'
import { poolOptions, optionsFor, search } from './connection-fixture.ts'

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
