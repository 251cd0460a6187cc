import { AdminClient } from '../support/admin-client.ts'
import { startBridge } from '../support/bridge-process.ts'
import { exampleTree } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { ScimClient } from '../walkthrough/scim-client.ts'
import { nuisances, type Target } from './bounds/nuisances.ts'
import { beside } from './bounds/ordinary-client.ts'
import { residentMib, watchingMemory } from './memory.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'

interface Size {
  readonly users: number
  /** How long the title of each is: a list has to be larger than what the kernel keeps of it for a client that does not read. */
  readonly titleLength: number
  readonly lists: number
  /** How long a client may be silent. */
  readonly stallMs: number
  /** The most memory the bridge may ever have, and while lists are asked for. Without back-pressure lists take several times as
   *  much. */
  readonly mostMib: { readonly ever: number; readonly lists: number }
  /** The longest an ordinary client may wait meanwhile. */
  readonly longestMs: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: {
    users: 4000,
    titleLength: 4000,
    lists: 8,
    stallMs: 6000,
    mostMib: { ever: 768, lists: 512 },
    longestMs: 10_000,
  },
  long: {
    users: 100_000,
    titleLength: 200,
    lists: 100,
    stallMs: 20_000,
    mostMib: { ever: 1024, lists: 1024 },
    longestMs: 10_000,
  },
}

const requestMs = 5000
/** What the directory sends for a user beside the title. */
const usualEntryBytes = 250

/** Slow, idle, oversized and many clients, one kind after the other, while an ordinary one works: its answers come in time,
 *  and the memory of the bridge stays below a bound. */
export const bounds: TorturePart = {
  name: 'bounds',
  async run(form, say) {
    const { users, titleLength, lists, stallMs, ...bound } = sizes[form]
    const limits = { requestMs, stallMs }
    const listBytes = users * (titleLength + usualEntryBytes)
    const server = await startOpenldap({}, ['local', 'packages'])
    const admin = new AdminClient(server)
    const sentBytes = async (): Promise<number> =>
      Number((await admin.values('cn=Bytes,cn=Statistics,cn=Monitor', 'monitorCounter'))[0])
    try {
      await addUsers(admin, users, 'x'.repeat(titleLength))
      const bridge = await startBridge(server, {
        SCIM_LISTS_MAX_RESULTS: '1000000',
        SCIM_LOGGING_LEVEL: 'warn',
        SCIM_JOURNAL_SYNC: 'false',
        SCIM_BRAKE_ENABLED: 'false',
        // Here all clients come from one address.
        SCIM_HTTP_MAX_CONNECTIONS_PER_ADDRESS: '5000',
        SCIM_HTTP_REQUEST_TIMEOUT_MS: String(requestMs),
        SCIM_HTTP_STALL_TIMEOUT_MS: String(stallMs),
      })
      try {
        const listed = await new ScimClient(bridge.baseUrl, bridge.token).get('/Users?count=0')
        const all = Number(listed.answer?.['totalResults'])
        say(figure('users in the directory', all))
        say(figure('lists at once', lists))
        say(figure('memory before, MiB', await residentMib(bridge.pid)))
        return await annoy({ bridge, users: all, lists, limits, listBytes, sentBytes }, bound, say)
      } finally {
        await bridge.stop()
      }
    } finally {
      await server.close()
    }
  },
}

async function annoy(
  target: Target,
  { mostMib, longestMs: usualLongestMs }: Pick<Size, 'mostMib' | 'longestMs'>,
  say: Say,
): Promise<readonly string[]> {
  const { bridge } = target
  const problems: string[] = []
  for (const { name, isOfLists = false, longestMs = usualLongestMs, run } of nuisances) {
    const most = isOfLists ? mostMib.lists : mostMib.ever
    const startedAt = performance.now()
    const { result, peakMib } = await watchingMemory(bridge.pid, () =>
      beside(bridge, () => run(target)),
    )
    const { requests, medianMs, worstMs, failures } = result.experience
    say(`  ${name}`)
    say(figure('  seconds', ((performance.now() - startedAt) / 1000).toFixed(1)))
    say(figure('  most memory, MiB', `${peakMib} of ${most}`))
    say(figure('  requests of an ordinary client', requests))
    say(figure('  their median latency, ms', Math.round(medianMs)))
    say(figure('  their worst latency, ms', Math.round(worstMs)))
    const found = [
      ...result.result,
      ...failures.slice(0, 3).map((failure) => `an ordinary client: ${failure}`),
      ...(peakMib > most ? [`${peakMib} MiB were used, more than ${most}`] : []),
      ...(worstMs > longestMs ? [`an ordinary client waited for ${Math.round(worstMs)} ms`] : []),
    ]
    problems.push(...found.map((problem) => `${name}: ${problem}`))
  }
  return problems
}

const connections = 4

async function addUsers(admin: AdminClient, count: number, title: string): Promise<void> {
  const uids = Array.from({ length: count }, (_, index) => `u${index}`)
  const shares = Array.from({ length: connections }, (_, share) =>
    uids.filter((_uid, index) => index % connections === share),
  )
  await Promise.all(
    shares.map((share) =>
      admin.addAll(
        share.map((uid) => ({
          dn: `uid=${uid},${exampleTree.people}`,
          attributes: {
            objectClass: 'inetOrgPerson',
            cn: uid,
            sn: uid,
            givenName: uid,
            title,
            mail: `${uid}@example.org`,
          },
        })),
      ),
    ),
  )
}
