import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { AdminClient } from '../support/admin-client.ts'
import { startBridge } from '../support/bridge-process.ts'
import { exampleTree } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { ScimClient, type Exchange } from '../walkthrough/scim-client.ts'
import { LdapFloor } from './floor.ts'
import { type Measurement, measure } from './measure.ts'

const { values: options } = parseArgs({
  options: {
    /** How many users and members of the large group there are. */
    size: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '3' },
    /** Whether the directory writes to the disk before it answers, as it does in production. */
    fsync: { type: 'boolean', default: false },
  },
})

const size = Number(options.size)
const durationMs = Number(options.seconds) * 1000
const { people, groups } = exampleTree
const smallGroup = 10
const connections = 4

const say = (text: string): void => void process.stdout.write(`${text}\n`)

interface Scenario {
  readonly name: string
  readonly concurrency: number
  readonly floor: (index: number) => Promise<unknown>
  readonly bridge: (index: number) => Promise<unknown>
}

const server = await startOpenldap({ fsync: options.fsync }, ['local', 'packages'])
const bridge = await startBridge(server, {
  SCIM_JOURNAL_SYNC: String(options.fsync),
  SCIM_LISTS_MAX_RESULTS: '1000000',
  SCIM_LOGGING_LEVEL: 'warn',
})
const floor = await LdapFloor.open(server, connections)
try {
  say(
    `OpenLDAP ${server.version}, ${size} users, ${durationMs / 1000} s each, fsync ${String(options.fsync)}`,
  )
  const scenarios = await prepare()
  say(row(['', 'at a time', 'floor/s', 'bridge/s', 'ratio', 'median ms', 'p99 ms']))
  for (const scenario of scenarios) {
    const { name, concurrency } = scenario
    const below = await measure(scenario.floor, { concurrency, durationMs })
    const above = await measure(scenario.bridge, { concurrency, durationMs })
    say(report(name, concurrency, below, above))
  }
} finally {
  await floor.close()
  await bridge.stop()
  await server.close()
}

async function prepare(): Promise<readonly Scenario[]> {
  const admin = new AdminClient(server)
  const uids = Array.from({ length: size }, (_, index) => `u${index}`)
  await admin.addAll(
    uids.map((uid) => ({
      dn: dn(uid),
      attributes: {
        objectClass: 'inetOrgPerson',
        cn: uid,
        sn: uid,
        givenName: uid,
        mail: `${uid}@example.org`,
      },
    })),
  )
  const members = { small: uids.slice(0, smallGroup), large: uids }
  for (const [name, list] of Object.entries(members)) {
    await admin.add(`cn=${name},${groups}`, { objectClass: 'groupOfNames', member: list.map(dn) })
  }
  const scim = new ScimClient(bridge.baseUrl, bridge.token)
  const idOf = async (path: string): Promise<string> => {
    const { answer } = await scim.get(path)
    const [resource] = (answer?.['Resources'] ?? []) as readonly { readonly id: string }[]
    assert.ok(resource)
    return resource.id
  }
  const newcomer = await scim.post('/Users', { userName: 'newcomer' })
  const newcomerId = String(newcomer.headers.get('location')?.split('/').at(-1))
  const userId = await idOf('/Users?filter=userName%20eq%20%22u5%22')
  const memberScenario = async (name: string): Promise<Scenario> => {
    const groupId = await idOf(
      `/Groups?excludedAttributes=members&filter=displayName%20eq%20%22${name}%22`,
    )
    const count = members[name as keyof typeof members].length
    return {
      name: `add and remove a member of ${count}`,
      concurrency: 1,
      floor: async (index) =>
        await floor.changeMember(
          `cn=${name},${groups}`,
          index % 2 === 0 ? 'add' : 'delete',
          dn('newcomer'),
        ),
      bridge: async (index) =>
        expect(
          204,
          await scim.patch(`/Groups/${groupId}`, {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [
              {
                op: index % 2 === 0 ? 'add' : 'remove',
                path: 'members',
                value: [{ value: newcomerId }],
              },
            ],
          }),
        ),
    }
  }
  const reads = (concurrency: number): readonly Scenario[] => [
    {
      name: 'read a user by id',
      concurrency,
      floor: async () => await floor.find(people, 'entryUUID', userId),
      bridge: async () => expect(200, await scim.get(`/Users/${userId}`)),
    },
    {
      name: 'find a user by userName',
      concurrency,
      floor: async (index) => await floor.find(people, 'uid', `u${index % size}`),
      bridge: async (index) =>
        expect(200, await scim.get(`/Users?filter=userName%20eq%20%22u${index % size}%22`)),
    },
  ]
  return [
    ...reads(1),
    ...reads(16),
    {
      name: 'create a user',
      concurrency: 4,
      floor: async (index) => await floor.addUser(people, `floor${index}`),
      bridge: async (index) =>
        expect(
          201,
          await scim.post('/Users', { userName: `bridge${index}`, name: { familyName: 'B' } }),
        ),
    },
    {
      name: 'change the title of a user',
      concurrency: 1,
      floor: async (index) => await floor.setTitle(dn('u7'), `T${index}`),
      bridge: async (index) =>
        expect(
          200,
          await scim.patch(`/Users/${userId}`, {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'replace', path: 'title', value: `T${index}` }],
          }),
        ),
    },
    await memberScenario('small'),
    await memberScenario('large'),
    {
      name: 'list all users',
      concurrency: 1,
      floor: async () => await floor.listAll(people, ['*', '+']),
      bridge: async () => expect(200, await scim.get('/Users')),
    },
  ]
}

function dn(uid: string): string {
  return `uid=${uid},${people}`
}

function expect(status: number, exchange: Exchange): void {
  assert.equal(exchange.status, status, exchange.text)
}

function report(name: string, concurrency: number, below: Measurement, above: Measurement): string {
  return row([
    name,
    String(concurrency),
    below.perSecond.toFixed(1),
    above.perSecond.toFixed(1),
    `${(below.perSecond / above.perSecond).toFixed(1)}x`,
    above.medianMs.toFixed(1),
    above.p99Ms.toFixed(1),
  ])
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(36) + cells.map((cell) => cell.padStart(11)).join('')
}
