import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { childDn } from '../../../src/directory/dn.ts'
import { DirectoryError } from '../../../src/directory/error.ts'
import { present } from '../../../src/directory/filter.ts'
import type { LdapDirectory } from '../../../src/directory/ldap-directory.ts'
import { exampleTree, type OpenldapServer } from '../../support/openldap-server.ts'
import { startOpenldap } from '../../support/openldap.ts'
import { openLdapDirectory } from './open-ldap-directory.ts'

describe('LdapDirectory when its server goes and comes back', function () {
  this.timeout(60_000)
  let server: OpenldapServer
  let directory: LdapDirectory
  before(async function () {
    this.timeout(300_000)
    server = await startOpenldap()
  })
  beforeEach(async () => {
    directory = await openLdapDirectory(server, {
      operationTimeoutMs: 5000,
      connectTimeoutMs: 1000,
    })
  })
  afterEach(() => directory.close())
  after(() => server.close())

  const add = (cn: string): Promise<unknown> =>
    directory.execute({
      operations: [
        {
          kind: 'add',
          dn: childDn('cn', cn, exampleTree.people),
          attributes: [
            { type: 'objectClass', values: ['inetOrgPerson'] },
            { type: 'cn', values: [cn] },
            { type: 'sn', values: ['Restart'] },
          ],
        },
      ],
      read: ['cn'],
    })

  const names = async (): Promise<ReadonlySet<string>> => {
    const found = new Set<string>()
    const request = {
      base: exampleTree.people,
      scope: 'one',
      filter: present('cn'),
      attributes: ['cn'],
    } as const
    for await (const entry of directory.search(request)) found.add(entry.text('cn') ?? '')
    return found
  }

  const returned = async (): Promise<void> => {
    while (!(await directory.isReachable())) await delay(20)
  }

  for (const way of ['stop', 'kill'] as const) {
    it(`says of every write under way at a ${way} what became of it`, async () => {
      await names()
      const writes = Array.from({ length: 150 }, async (_, index) => add(`${way} ${index}`))
      const ended = Promise.allSettled(writes)
      await writes[20]
      await server[way]()
      await delay(200)
      await server.restart()
      const results = await ended
      await returned()
      const found = await names()
      for (const [index, result] of results.entries()) {
        const isThere = found.has(`${way} ${index}`)
        if (result.status === 'fulfilled') assert.ok(isThere, `${index} succeeded and is not there`)
        else {
          assert.ok(result.reason instanceof DirectoryError)
          assert.equal(result.reason.failure, 'unavailable')
          assert.ok(!isThere, `${index} failed and is there`)
        }
      }
    })
  }

  it('fails as unavailable while the server is away, and works again by itself', async () => {
    await names()
    await server.stop()
    const startedAt = performance.now()
    await assert.rejects(names(), (error) => {
      return error instanceof DirectoryError && error.failure === 'unavailable'
    })
    assert.equal(await directory.isReachable(), false)
    assert.ok(performance.now() - startedAt < 2000)
    await server.restart()
    await returned()
    assert.ok((await names()).size > 0)
  })

  it('fails as unavailable when the server stands still, and goes on when it moves again', async () => {
    await directory.close()
    directory = await openLdapDirectory(server, { operationTimeoutMs: 500, connectTimeoutMs: 500 })
    await names()
    await server.freeze()
    try {
      await assert.rejects(names(), (error) => {
        return error instanceof DirectoryError && error.failure === 'unavailable'
      })
      assert.equal(await directory.isReachable(), false)
    } finally {
      await server.thaw()
    }
    await returned()
    assert.ok((await names()).size > 0)
  })
})
