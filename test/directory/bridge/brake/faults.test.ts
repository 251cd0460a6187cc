import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { eventually } from '../../../support/eventually.ts'
import type { OpenldapServer } from '../../../support/openldap-server.ts'
import { startOpenldap } from '../../../support/openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'

const people = 90
const limit = 30
const clients = 6
const timeLimitMs = 400
/** Clients wait for longer. */
const retryAfterMs = 20

describe('The brake, while slapd is killed and started again', function () {
  this.timeout(60_000)

  let server: OpenldapServer
  let admin: AdminClient
  let bridges: readonly TestBridge[]
  let entry: string
  let base: string

  before(async () => {
    server = await startOpenldap()
    admin = new AdminClient(server)
    const settings = {
      'directory.operationTimeoutMs': String(timeLimitMs),
      'directory.connectTimeoutMs': String(timeLimitMs),
      'brake.enabled': 'true',
      'brake.maxCount': String(limit),
      'brake.maxShare': '100',
    }
    const first = await openTestBridge(server, settings)
    base = first.section.people
    entry = `cn=brake,${base}`
    await admin.add(entry, { objectClass: 'applicationProcess', cn: 'brake' })
    const bases = {
      'users.base': base,
      'groups.base': first.section.groups,
      'brake.entry': entry,
    }
    bridges = [first, await openTestBridge(server, { ...settings, ...bases })]
  })

  after(async () => {
    for (const bridge of bridges.toReversed()) await bridge.close()
    await server.close()
  })

  async function addPeople(prefix: string): Promise<readonly string[]> {
    const names = Array.from({ length: people }, (_, index) => `${prefix}${index}`)
    await admin.addAll(
      names.map((uid) => ({
        dn: `uid=${uid},${base}`,
        attributes: { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid },
      })),
    )
    const filter = `(uid=${prefix}*)`
    const entries = await admin.search({ base, filter, attributes: ['entryUUID'] })
    return entries.flatMap(({ attributes }) => attributes['entryUUID'] ?? [])
  }

  /** Deletes each as a client does: once more after 503. */
  async function deleteAll(ids: readonly string[]): Promise<readonly Exchange[]> {
    const answers: Exchange[] = []
    const left = [...ids]
    const deletes = async (bridge: TestBridge): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        const answer = await bridge.scim.delete(`/Users/${id}`)
        answers.push(answer)
        if (answer.status !== 503) continue
        left.push(id)
        await delay(retryAfterMs)
      }
    }
    const each = Array.from({ length: clients }, (_, index) => bridges[index % bridges.length])
    await Promise.all(each.map(async (bridge) => bridge && (await deletes(bridge))))
    return answers
  }

  async function values(word: string): Promise<readonly string[]> {
    const all = await admin.values(entry, 'description')
    return all.filter((value) => value.startsWith(`scim-brake user ${word} `))
  }

  for (const awayMs of [0, 3 * timeLimitMs]) {
    it(`lets no more through than the limit, and counts no more than was done, gone for ${awayMs} ms each time`, async () => {
      const ids = await addPeople(`killed${awayMs}-`)
      const deleting = deleteAll(ids)
      for (let round = 0; round < 3; round += 1) {
        await delay(60)
        await server.kill()
        await delay(awayMs)
        await server.restart()
      }
      const answers = await deleting
      const statuses = new Set(answers.map(({ status }) => status))
      for (const status of statuses) assert.ok([204, 403, 404, 503].includes(status), `${status}`)
      assert.ok(statuses.has(503) && statuses.has(403), [...statuses].join())

      const there = await admin.search({ base, filter: `(uid=killed${awayMs}-*)` })
      const gone = people - there.length
      assert.ok(gone <= limit, `${gone} were deleted`)
      // What nobody knows is counted.
      const unknown = answers.filter(({ text }) => text.includes('could not be found out')).length
      await eventually(async () => {
        const counted = (await values('deleted')).length
        assert.ok(counted >= gone, `${gone} were deleted, ${counted} counted`)
        assert.ok(counted <= gone + unknown, `${gone} deleted, ${unknown} open, ${counted} counted`)
      })
      assert.ok((await values('tripped')).length > 0)
      await admin.modify(entry, { operation: 'delete', type: 'description' })
    })
  }
})
