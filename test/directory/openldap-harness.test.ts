import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Client } from 'ldapts'
import { AdminClient } from '../support/admin-client.ts'
import { exampleTree, type OpenldapServer } from '../support/openldap-server.ts'
import { startOpenldap, wayNames, type Way } from '../support/openldap.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const preparationLimitMs = 5 * 60_000
const groupMember = (uid: string) => `uid=${uid},${exampleTree.people}`

const person = (uid: string) => ({
  objectClass: ['inetOrgPerson', 'scimResource'],
  uid,
  cn: uid,
  sn: uid,
  scimExternalId: `external-${uid}`,
})

/** The server by this way alone, or the reason why there is none. */
async function obtained(way: Way): Promise<OpenldapServer | string> {
  try {
    return await startOpenldap({}, [way])
  } catch (error) {
    assert.ok(error instanceof Error)
    return error.message
  }
}

async function bindOver(url: string, ca: string, server: OpenldapServer): Promise<void> {
  const client = new Client({
    url,
    timeout: 5000,
    ...(url.startsWith('ldaps:') && { tlsOptions: { ca } }),
  })
  try {
    await client.bind(server.bridge.dn, server.bridge.password)
  } finally {
    await client.unbind()
  }
}

/** The ways that were asked for by name, and so must work. */
const demanded = (process.env['SCIM_TEST_OPENLDAP'] ?? '').split(',').map((way) => way.trim())

async function keepsItsData(server: OpenldapServer): Promise<void> {
  const admin = new AdminClient(server)
  await bindOver(server.url, server.ca, server)
  await bindOver(server.ldapsUrl, server.ca, server)
  assert.match(server.version, /^2\.[56]\./)

  await admin.add(groupMember('keeper'), person('keeper'))
  await server.kill()
  await assert.rejects(bindOver(server.url, server.ca, server))
  await server.restart()
  assert.deepEqual(await admin.values(groupMember('keeper'), 'uid'), ['keeper'])

  await server.stop()
  await assert.rejects(bindOver(server.url, server.ca, server))
  await server.restart()
  assert.deepEqual(await admin.values(groupMember('keeper'), 'uid'), ['keeper'])
  await bindOver(server.ldapsUrl, await readFile(server.caFile, 'utf8'), server)
}

async function freezesAndThaws(server: OpenldapServer): Promise<void> {
  const { url, bridge } = server
  const client = new Client({ url })
  await client.bind(bridge.dn, bridge.password)
  await server.freeze()
  const answer = client.search(exampleTree.people, { scope: 'base' })
  const first = await Promise.race([answer.then(() => 'answer'), silence(200)])
  await server.thaw()
  assert.equal(first, 'silence')
  assert.equal((await answer).searchEntries.length, 1)
  await client.unbind()
}

describe('startOpenldap', function () {
  this.timeout(preparationLimitMs)

  for (const way of wayNames) {
    it(`by way of ${way} gives a server that keeps its data and can be frozen; or it says what it lacks, if the way was not asked for`, async () => {
      const outcome = await obtained(way)
      if (typeof outcome === 'string') {
        console.log(`      NOT TESTED: ${outcome}`)
        assert.match(outcome, new RegExp(`^No OpenLDAP could be started:\\n  ${way}: .+`))
        assert.ok(!demanded.includes(way), `SCIM_TEST_OPENLDAP names ${way}. ${outcome}`)
        return
      }
      console.log(`      ${outcome.obtained}`)
      try {
        await keepsItsData(outcome)
        await freezesAndThaws(outcome)
      } finally {
        await outcome.close()
      }
    })
  }

  it('can be obtained in at least one way, tried in order', async () => {
    const server = await startOpenldap()
    await server.close()
    await server.close()
    await assert.rejects(access(server.caFile))
  })

  it('names every way that failed and what it lacked', async () => {
    const { PATH } = process.env
    process.env['PATH'] = '/nonexistent'
    try {
      await assert.rejects(
        startOpenldap({}, ['local', 'packages']),
        /started:\n  local: there is no (slapd|openssl) on the PATH.*\n  packages: this is no Debian: there is no apt-get$/,
      )
    } finally {
      process.env['PATH'] = PATH
    }
  })

  it('leaves no slapd behind when the test run is killed', async () => {
    const script = `
      const { startOpenldap } = await import(${JSON.stringify(new URL('../support/openldap.ts', import.meta.url).href)})
      const server = await startOpenldap({}, ['local', 'packages'])
      console.log(server.url)
      setInterval(() => {}, 1000)`
    const folder = await temporaryFolder('killed-run')
    const run = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, TMPDIR: folder.path },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = (await once(createInterface(run.stdout), 'line')) as [string]
    run.kill('SIGKILL')
    await once(run, 'exit')
    await until(async () => isRefused(url))
    await folder.remove()
  })
})

function silence(milliseconds: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, 'silence'))
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await silence(10)
}

async function isRefused(url: string): Promise<boolean> {
  const client = new Client({ url })
  return client.bind('', '').then(
    async () => {
      await client.unbind()
      return false
    },
    (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
  )
}
