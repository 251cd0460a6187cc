import type { JsonObject } from '../../../src/scim/json.ts'
import { ScimClient } from '../../walkthrough/scim-client.ts'
import { leftAfter, otherStatuses, peers, post } from './crowd.ts'
import type { Nuisance, Target } from './nuisances.ts'

/** The bridge cuts off a client that is silent for two minutes. */
const createdMs = 130_000

/** Creates as many as there are bodies, at once.
 *  @returns what did not hold, one sentence each. */
async function createAll(
  { bridge }: Target,
  path: string,
  bodies: readonly (readonly Buffer[])[],
): Promise<readonly string[]> {
  const all = (await peers(bodies.length, bridge)).map((peer) => peer.read())
  await Promise.all(
    all.map(async (peer, index) => {
      const pieces = bodies[index] ?? []
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
      await peer.send(post(bridge, path, length, 'Connection: close\r\n'))
      for (const piece of pieces) await peer.send(piece)
    }),
  )
  const left = await leftAfter(all, createdMs)
  return [
    ...(left > 0 ? [`${left} were not answered`] : []),
    // There is room for some of them at a time.
    ...(await otherStatuses(all, 201, 503)),
  ]
}

/** One body for each number; what they have in common is held once.
 *  @param own what each has of its own. */
function bodiesOf(
  count: number,
  own: (number: number) => JsonObject,
  common: JsonObject,
): readonly (readonly Buffer[])[] {
  const rest = Buffer.from(JSON.stringify(common).replace('{', ','))
  return Array.from({ length: count }, (_, index) => [
    Buffer.from(JSON.stringify(own(index)).slice(0, -1)),
    rest,
  ])
}

const bodyBytes = 5 * 1024 * 1024
const addresses = 1000
const addressLength = 900

const largeUsersCreated: Nuisance = {
  name: 'users of 5 MiB created at once',
  async run(target) {
    const emails = Array.from({ length: addresses }, (_, index) => ({
      value: `${String(index).padStart(addressLength, 'x')}@example.org`,
    }))
    // An entry has less room than a body. The rest is read, and is nothing that the bridge knows.
    const junk = 'x'.repeat(bodyBytes - addresses * addressLength - 100_000)
    const common = { name: { familyName: 'Huge', formatted: 'Huge' }, emails, junk }
    const bodies = bodiesOf(
      target.created.users,
      (number) => ({ userName: `huge${number}` }),
      common,
    )
    return await createAll(target, '/Users', bodies)
  },
}

const largeGroupsCreated: Nuisance = {
  name: 'large groups created at once',
  async run(target) {
    const { baseUrl, token } = target.bridge
    const scim = new ScimClient(baseUrl, token)
    const { groups, members } = target.created
    const { answer } = await scim.get(`/Users?attributes=id&count=${members}`)
    const users = (answer?.['Resources'] ?? []) as readonly JsonObject[]
    if (users.length < members) return [`only ${users.length} users were listed`]
    const common = { members: users.map(({ id = null }) => ({ value: id })) }
    const bodies = bodiesOf(groups, (number) => ({ displayName: `huge${number}` }), common)
    return await createAll(target, '/Groups', bodies)
  },
}

/** Bodies that are almost as large as they may be, and are carried out. */
export const creations: readonly Nuisance[] = [largeGroupsCreated, largeUsersCreated]
