import { AdminClient } from '../support/admin-client.ts'
import { startBridge } from '../support/bridge-process.ts'
import { startOpenldap } from '../support/openldap.ts'
import { ScimClient } from '../walkthrough/scim-client.ts'
import { largeNuisances, type Nuisance, slowNuisances, type Target } from './bounds/nuisances.ts'
import { beside, type Latency } from './bounds/ordinary-client.ts'
import { addUsers, uidsOf } from './bounds/scene.ts'
import { residentMib, watchingMemory } from './memory.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'

interface Size extends Pick<Target, 'groups' | 'created'> {
  readonly users: number
  /** How long the title of each is: a list has to be larger than what the kernel keeps of it for a client that does not read. */
  readonly titleLength: number
  readonly lists: number
  /** How long a client may be silent, where that is tried. */
  readonly stallMs: number
  readonly most: Most
}

/** What is promised, come what may. */
interface Most {
  /** The memory of the bridge, beside those who take their time and those who send and ask for much. Without back-pressure full
   *  lists take several times as much. */
  readonly slowMib: number
  readonly largeMib: number
  /** How long an ordinary client may wait: far less than the ten seconds of `directory.operationTimeoutMs`, after which requests
   *  fail, and more than twice what was seen where nothing else ran. */
  readonly ordinaryMs: number
  /** The same for `/health/live`, which needs no directory, and so shows for how long the bridge gets round to nothing. A probe
   *  of Kubernetes waits for a second. */
  readonly liveMs: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: {
    users: 4000,
    titleLength: 4000,
    lists: 8,
    groups: { members: 8000, unread: 12, readers: 8, others: 4, membersOfOthers: 1000, lists: 3 },
    created: { users: 6, groups: 6, members: 4000 },
    stallMs: 6000,
    most: { slowMib: 512, largeMib: 768, ordinaryMs: 3000, liveMs: 1000 },
  },
  long: {
    users: 100_000,
    titleLength: 200,
    lists: 100,
    groups: {
      members: 20_000,
      unread: 50,
      readers: 50,
      others: 12,
      membersOfOthers: 4000,
      lists: 20,
    },
    created: { users: 100, groups: 12, members: 20_000 },
    stallMs: 20_000,
    // A group of 20,000 is made in one go, and several are made at a time.
    most: { slowMib: 1024, largeMib: 1024, ordinaryMs: 5000, liveMs: 2000 },
  },
}

/** How long a client may take to send a request, where that is tried. */
const requestMs = 5000
/** What the directory sends for a user beside the title. */
const usualEntryBytes = 250

/** Slow, idle, oversized and many clients, one kind after the other, while an ordinary one works: its answers come in time,
 *  and the memory of the bridge stays below a bound. */
export const bounds: TorturePart = {
  name: 'bounds',
  async run(form, say) {
    const { users, titleLength, stallMs, most, ...amounts } = sizes[form]
    const uids = uidsOf('u', users)
    const listBytes = users * (titleLength + usualEntryBytes)
    const server = await startOpenldap({}, ['local', 'packages'])
    const admin = new AdminClient(server)
    const sentBytes = async (): Promise<number> =>
      Number((await admin.values('cn=Bytes,cn=Statistics,cn=Monitor', 'monitorCounter'))[0])
    const annoyed = async (
      nuisances: readonly Nuisance[],
      mostMib: number,
      settings: Readonly<Record<string, string>> = {},
    ): Promise<readonly string[]> => {
      const bridge = await startBridge(server, { ...usualSettings, ...settings })
      try {
        const listed = await new ScimClient(bridge.baseUrl, bridge.token).get('/Users?count=0')
        const all = Number(listed.answer?.['totalResults'])
        say(figure('users in the directory', all))
        say(figure('memory before, MiB', await residentMib(bridge.pid)))
        const scene = { bridge, admin, uids, sentBytes }
        const target = { ...scene, stallMs, users: all, listBytes, ...amounts }
        return await annoy(target, nuisances, { most, mostMib, say })
      } finally {
        await bridge.stop()
      }
    }
    try {
      await addUsers(admin, uids, { title: 'x'.repeat(titleLength) })
      const limits = {
        SCIM_HTTP_REQUEST_TIMEOUT_MS: String(requestMs),
        SCIM_HTTP_STALL_TIMEOUT_MS: String(stallMs),
      }
      return [
        ...(await annoyed(slowNuisances, most.slowMib, limits)),
        ...(await annoyed(largeNuisances, most.largeMib)),
      ]
    } finally {
      await server.close()
    }
  },
}

/** The time limits are as they are by default. */
const usualSettings = {
  SCIM_LISTS_MAX_RESULTS: '1000000',
  SCIM_LOGGING_LEVEL: 'warn',
  SCIM_JOURNAL_SYNC: 'false',
  // Here all clients come from one address.
  SCIM_HTTP_MAX_CONNECTIONS_PER_ADDRESS: '5000',
}

async function annoy(
  target: Target,
  nuisances: readonly Nuisance[],
  { most, mostMib, say }: { readonly most: Most; readonly mostMib: number; readonly say: Say },
): Promise<readonly string[]> {
  const { bridge } = target
  const problems: string[] = []
  for (const { name, longestMs = most.ordinaryMs, prepare, run } of nuisances) {
    await prepare?.(target)
    const startedAt = performance.now()
    const { result, peakMib } = await watchingMemory(bridge.pid, () =>
      beside(bridge, () => run(target)),
    )
    const { client, live, failures } = result.experience
    say(`  ${name}`)
    say(figure('  seconds', ((performance.now() - startedAt) / 1000).toFixed(1)))
    say(figure('  most memory, MiB', `${peakMib} of ${mostMib}`))
    tell('an ordinary client', client, say)
    tell('/health/live', live, say)
    const found = [
      ...result.result,
      ...failures.slice(0, 3).map((failure) => `beside it: ${failure}`),
      // What cannot be read is no number.
      ...(peakMib <= mostMib ? [] : [`${peakMib} MiB were used, more than ${mostMib}`]),
      ...tooSlow('an ordinary client', client, { longestMs, fewest: fewest.ordinary }),
      ...tooSlow('/health/live', live, { longestMs: most.liveMs, fewest: fewest.live }),
    ]
    problems.push(...found.map((problem) => `${name}: ${problem}`))
  }
  return problems
}

function tell(who: string, { requests, medianMs, worstMs }: Latency, say: Say): void {
  say(figure(`  ${who}: requests`, requests))
  say(figure('    median latency, ms', Math.round(medianMs)))
  say(figure('    worst latency, ms', Math.round(worstMs)))
}

/** The fewest requests that were beside: the user was found and changed, and many asked whether the bridge lives. */
const fewest = { ordinary: 2, live: 10 }

function tooSlow(
  who: string,
  { requests, worstMs }: Latency,
  bound: { readonly longestMs: number; readonly fewest: number },
): readonly string[] {
  return [
    ...(requests < bound.fewest ? [`${who} was answered ${requests} times only`] : []),
    ...(worstMs > bound.longestMs
      ? [`${who} waited for ${Math.round(worstMs)} ms, longer than ${bound.longestMs}`]
      : []),
  ]
}
