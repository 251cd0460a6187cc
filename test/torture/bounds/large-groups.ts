import type { BridgeProcess } from '../../support/bridge-process.ts'
import { ScimClient } from '../../walkthrough/scim-client.ts'
import { get, leftAfter, marginMs, otherStatuses, peers } from './crowd.ts'
import type { Nuisance } from './nuisances.ts'
import { Peer } from './peer.ts'
import { addGroup, addUsers, uidsOf } from './scene.ts'

const name = 'large'

/** The path of the large group, below the SCIM root. */
async function pathOf({ baseUrl, token }: BridgeProcess): Promise<string> {
  const filter = encodeURIComponent(`displayName eq "${name}"`)
  const { answer } = await new ScimClient(baseUrl, token).get(`/Groups?filter=${filter}`)
  const { Resources: [group] = [] } = answer as { readonly Resources?: readonly ScimGroup[] }
  return `/Groups/${group?.id ?? 'of which there is none'}`
}

interface ScimGroup {
  readonly id: string
}

const largeGroupUnread: Nuisance = {
  name: 'a large group that many ask for and do not read',
  async prepare({ admin, uids, groups: { members, others, membersOfOthers } }) {
    const more = uidsOf('m', Math.max(0, members - uids.length))
    await addUsers(admin, more)
    const all = [...uids, ...more]
    await addGroup(admin, name, all.slice(0, members))
    for (const other of uidsOf('other', others)) {
      await addGroup(admin, other, all.slice(0, membersOfOthers))
    }
  },
  async run({ bridge, groups }) {
    const path = await pathOf(bridge)
    const all = await peers(groups.unread, bridge)
    for (const peer of all) await peer.send(get(bridge, path))
    // They take turns, so that all have been answered when the last one is.
    const last = (await Peer.connect(bridge.baseUrl)).read()
    await last.send(get(bridge, path))
    const isLeft = (await leftAfter([last], readMs)) > 0
    for (const peer of all) peer.read()
    const left = await leftAfter(all, marginMs)
    return [
      ...(isLeft ? ['the last one was not answered'] : []),
      ...(left > 0 ? [`${left} answers did not come to their end`] : []),
      // There is room for some of them at a time.
      ...(await otherStatuses(all, 200, 503)),
    ]
  },
}

const largeGroupRead: Nuisance = {
  name: 'a large group that many read at once',
  async run({ bridge, groups }) {
    return await allRead(bridge, await pathOf(bridge), groups.readers)
  },
}

const groupLists: Nuisance = {
  name: 'lists of groups with their members',
  run: ({ bridge, groups }) => allRead(bridge, '/Groups', groups.lists),
}

/** The bridge cuts off a client that is silent for two minutes. */
const readMs = 100_000

/** What did not hold when many asked at once, and read. */
async function allRead(
  bridge: BridgeProcess,
  path: string,
  count: number,
): Promise<readonly string[]> {
  const all = (await peers(count, bridge)).map((peer) => peer.read())
  for (const peer of all) await peer.send(get(bridge, path))
  const left = await leftAfter(all, readMs)
  return [...(left > 0 ? [`${left} were not answered`] : []), ...(await otherStatuses(all, 200))]
}

/** Groups of many members, which are held whole, in the order in which they are tried. */
export const largeGroups: readonly Nuisance[] = [largeGroupUnread, largeGroupRead, groupLists]
