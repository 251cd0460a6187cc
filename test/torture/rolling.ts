import { addSection, type DirectorySection } from '../support/directory-section.ts'
import { shownBelow } from '../support/ldapsearch.ts'
import type { OpenldapServer } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { ScimClient } from '../walkthrough/scim-client.ts'
import type { Form, TorturePart } from './part.ts'
import { Balancer } from './rolling/balancer.ts'
import { Fleet, token } from './rolling/fleet.ts'
import { Load } from './rolling/load.ts'
import { LongWork } from './rolling/long-work.ts'

/** How long it goes on. */
interface Size {
  /** How often both bridges are restarted, one after the other. */
  readonly rounds: number
  readonly clients: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: { rounds: 2, clients: 12 },
  long: { rounds: 20, clients: 24 },
}

const onlookers = 2
const mostProblemsTold = 12

/** Two bridges behind a load balancer are restarted one after the other under load, and no request fails, not even those that are
 *  under way when a bridge closes its door. */
export const rolling: TorturePart = {
  name: 'rolling',
  async run(form, say) {
    const server = await startOpenldap({}, ['local', 'packages'])
    const section = await addSection(server)
    const balancer = await Balancer.start()
    const fleet = new Fleet(server, section, balancer)
    const scim = new ScimClient(`${balancer.origin}/scim/v2`, token)
    const [load, work] = [new Load(scim), new LongWork()]
    try {
      await fleet.start()
      await work.prepare(scim, server, section)
      const stop = new AbortController()
      const { clients, rounds } = sizes[form]
      const going = [
        ...Array.from({ length: clients }, (_, index) => load.client(`r${index}`, stop.signal)),
        ...Array.from({ length: onlookers }, () => load.onlooker(stop.signal)),
      ]
      const isWell = (): boolean => load.problems.length + fleet.problems.length === 0
      for (let round = 0; round < rounds && isWell(); round += 1) await fleet.roll(work)
      stop.abort()
      await Promise.all(going)
      load.tell(say)
      fleet.tell(say)
      const titles = new Map([...work.logins.map((login) => [login, ''] as const), ...load.titles])
      const missing = [
        ...(await missingUsers(titles, server, section)),
        ...(await work.missingIn(server, section)),
      ]
      return [
        ...load.problems,
        ...fleet.problems,
        ...missing.map((name) => `${name} is not as it was answered`),
      ].slice(0, mostProblemsTold)
    } finally {
      await balancer.close()
      await fleet.stop()
      await server.close()
    }
  },
}

/** Who is not there as it was answered, or is there without an answer.
 *  @param titles of those who are to be there, by login; empty: none. */
async function missingUsers(
  titles: ReadonlyMap<string, string>,
  server: OpenldapServer,
  { people }: DirectorySection,
): Promise<readonly string[]> {
  const entries = await shownBelow(server, people, ['uid', 'title'])
  const stored = new Map(
    entries.map(({ values }) => [values('uid')[0] ?? '', values('title')[0] ?? '']),
  )
  // The base has no uid.
  stored.delete('')
  return [
    ...[...titles].filter(([name, title]) => stored.get(name) !== title).map(([name]) => name),
    ...[...stored.keys()].filter((name) => !titles.has(name)),
  ]
}
