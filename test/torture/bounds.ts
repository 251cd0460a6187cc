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
  readonly lists: number
  /** The most memory the bridge may ever have. */
  readonly mostMib: number
  /** The longest an ordinary client may wait meanwhile. */
  readonly longestMs: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: { users: 2000, lists: 20, mostMib: 768, longestMs: 10_000 },
  long: { users: 100_000, lists: 100, mostMib: 1024, longestMs: 10_000 },
}

const limits = { requestMs: 5000, stallMs: 20_000 }

/** Slow, idle, oversized and many clients, one kind after the other, while an ordinary one works: its answers come in time,
 *  and the memory of the bridge stays below a bound. */
export const bounds: TorturePart = {
  name: 'bounds',
  async run(form, say) {
    const { users, lists, ...bound } = sizes[form]
    const server = await startOpenldap({}, ['local', 'packages'])
    try {
      await addUsers(new AdminClient(server), users)
      const bridge = await startBridge(server, {
        SCIM_LISTS_MAX_RESULTS: '1000000',
        SCIM_LOGGING_LEVEL: 'warn',
        SCIM_JOURNAL_SYNC: 'false',
        SCIM_BRAKE_ENABLED: 'false',
        // Here all clients come from one address.
        SCIM_HTTP_MAX_CONNECTIONS_PER_ADDRESS: '5000',
        SCIM_HTTP_REQUEST_TIMEOUT_MS: String(limits.requestMs),
        SCIM_HTTP_STALL_TIMEOUT_MS: String(limits.stallMs),
      })
      try {
        const listed = await new ScimClient(bridge.baseUrl, bridge.token).get('/Users?count=0')
        const all = Number(listed.answer?.['totalResults'])
        say(figure('users in the directory', all))
        say(figure('lists at once', lists))
        say(figure('memory before, MiB', await residentMib(bridge.pid)))
        return await annoy({ bridge, users: all, lists, limits }, bound, say)
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
  { mostMib, longestMs }: Pick<Size, 'mostMib' | 'longestMs'>,
  say: Say,
): Promise<readonly string[]> {
  const { bridge } = target
  const problems: string[] = []
  for (const { name, run } of nuisances) {
    const startedAt = performance.now()
    const { result, peakMib } = await watchingMemory(bridge.pid, () =>
      beside(bridge, () => run(target)),
    )
    const { requests, medianMs, worstMs, failures } = result.experience
    say(`  ${name}`)
    say(figure('  seconds', ((performance.now() - startedAt) / 1000).toFixed(1)))
    say(figure('  most memory, MiB', peakMib))
    say(figure('  requests of an ordinary client', requests))
    say(figure('  their median latency, ms', Math.round(medianMs)))
    say(figure('  their worst latency, ms', Math.round(worstMs)))
    const found = [
      ...result.result,
      ...failures.slice(0, 3).map((failure) => `an ordinary client: ${failure}`),
      ...(peakMib > mostMib ? [`${peakMib} MiB were used, more than ${mostMib}`] : []),
      ...(worstMs > longestMs ? [`an ordinary client waited for ${Math.round(worstMs)} ms`] : []),
    ]
    problems.push(...found.map((problem) => `${name}: ${problem}`))
  }
  return problems
}

const connections = 4

async function addUsers(admin: AdminClient, count: number): Promise<void> {
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
            mail: `${uid}@example.org`,
          },
        })),
      ),
    ),
  )
}
