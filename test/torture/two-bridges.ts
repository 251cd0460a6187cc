import type { JsonObject, JsonValue } from '../../src/scim/json.ts'
import { type BridgeProcess, startBridge } from '../support/bridge-process.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import { shownBelow } from '../support/ldapsearch.ts'
import { exampleTree, type OpenldapServer } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'
import { Random } from './random.ts'
import {
  Contest,
  groupPrize,
  ownAttributes,
  ownValue,
  type Prize,
  userPrize,
} from './two-bridges/contest.ts'
import { Wire } from './two-bridges/wire.ts'

/** How long it goes on. */
interface Size {
  /** Members who come and go, each for one writer alone. */
  readonly people: number
  /** How often each comes or goes. */
  readonly changes: number
  /** How often writers fight for a version of a user, and as often of a group. */
  readonly fights: number
  readonly writers: number
  /** How often one of them deletes. */
  readonly deletions: number
  /** How often each of those changes something who try again when they were too late. */
  readonly turns: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: { people: 24, changes: 6, fights: 12, writers: 8, deletions: 4, turns: 4 },
  long: { people: 64, changes: 40, fights: 150, writers: 16, deletions: 40, turns: 40 },
}

const fixedSeed = 20_260_102

/** Two bridges in front of one directory lose nothing of what is written through either of them at the same time, and of those who
 *  change one version one wins, through whichever it writes. */
export const twoBridges: TorturePart = {
  name: 'two-bridges',
  async run(form, say) {
    const server = await startOpenldap({}, ['local', 'packages'])
    const section = await addSection(server)
    const bridges: BridgeProcess[] = []
    try {
      for (let count = 0; count < 2; count += 1) {
        const { people, groups } = section
        bridges.push(
          await startBridge(server, { SCIM_USERS_BASE: people, SCIM_GROUPS_BASE: groups }),
        )
      }
      const wire = new Wire(bridges)
      const pair = new Pair(server, section, { wire, size: sizes[form], say })
      await pair.fillGroup()
      await pair.changeUser()
      await pair.contest(userPrize)
      await pair.contest(groupPrize(await pair.people('contender')))
      say(figure('requests through two bridges', wire.requests))
      return wire.problems
    } finally {
      for (const bridge of bridges) await bridge.stop()
      await server.close()
    }
  },
}

/** What is in the directory of a user. */
const shownAttributes: Readonly<Record<(typeof ownAttributes)[number], string>> = {
  title: 'title',
  userType: 'employeeType',
  displayName: 'displayName',
  preferredLanguage: 'preferredLanguage',
}

class Pair {
  readonly #server: OpenldapServer
  readonly #section: DirectorySection
  readonly #wire: Wire
  readonly #size: Size
  readonly #say: Say
  readonly #random = new Random(fixedSeed)

  constructor(
    server: OpenldapServer,
    section: DirectorySection,
    { wire, size, say }: { readonly wire: Wire; readonly size: Size; readonly say: Say },
  ) {
    this.#server = server
    this.#section = section
    this.#wire = wire
    this.#size = size
    this.#say = say
  }

  /** Creates users: their name and a number each.
   *  @returns their ids. */
  async people(name: string): Promise<readonly string[]> {
    return await Promise.all(
      Array.from({ length: this.#size.people }, async (_, index) =>
        this.#wire.created('/Users', { userName: `${name}${index}`, name: { familyName: 'M' } }),
      ),
    )
  }

  /** Many people come into one group and leave it, through either bridge. */
  async fillGroup(): Promise<void> {
    const group = await this.#wire.created('/Groups', { displayName: 'Shared by two' })
    const { people, changes } = this.#size
    const members = await this.people('member')
    const staying = new Set<string>()
    await Promise.all(
      members.map(async (value, index) => {
        const random = new Random(this.#random.below(2 ** 31))
        for (let change = 0; change < changes; change += 1) {
          const isComing = random.happens(60)
          const op = isComing ? 'add' : 'remove'
          await this.#wire.patch(`/Groups/${group}`, { op, path: 'members', value: [{ value }] })
          if (isComing) staying.add(`uid=member${index},${this.#section.people}`)
          else staying.delete(`uid=member${index},${this.#section.people}`)
        }
      }),
    )
    const entries = await shownBelow(this.#server, this.#section.groups, ['cn', 'member'])
    const stored = entries.find(({ values }) => values('cn').includes('Shared by two'))
    const found = new Set(stored?.values('member'))
    found.delete(exampleTree.placeholder)
    for (const dn of staying.difference(found)) this.#problem(`the group has lost ${dn}`)
    for (const dn of found.difference(staying)) this.#problem(`the group has kept ${dn}`)
    this.#say(figure('changes of one group', people * changes))
    this.#say(figure('  members at the end', staying.size))
  }

  /** Writers of different attributes of one user, through either bridge. */
  async changeUser(): Promise<void> {
    const body = { userName: 'shared', name: { familyName: 'S' } }
    const id = await this.#wire.created('/Users', body)
    const { changes } = this.#size
    await Promise.all(
      ownAttributes.map(async (path) => {
        for (let change = 0; change <= changes; change += 1) {
          const value = ownValue(path, change)
          await this.#wire.patch(`/Users/${id}`, { op: 'replace', path, value })
        }
      }),
    )
    await this.#checkUser('shared', (path) => ownValue(path, changes))
    this.#say(figure('changes of one user', ownAttributes.length * (changes + 1)))
  }

  /** Writers who change different attributes of one resource, each only in the version that it has read. */
  async contest(prize: Prize): Promise<void> {
    const holds = (): boolean => this.#wire.problems.length === 0
    if (!holds()) return
    const { endpoint } = prize
    const { fights, writers, deletions, turns } = this.#size
    const contest = new Contest(this.#wire, prize)
    const id = await this.#wire.created(endpoint, bodyFor(prize, 'contested'))
    for (let round = 0; round < fights && holds(); round += 1)
      await contest.fight(id, writers, round)
    const last = await contest.takeTurns(id, turns)
    if (endpoint === '/Users' && holds()) await this.#checkUser('contested', (path) => last[path])
    for (let round = 0; round < deletions && holds(); round += 1) {
      const mortal = await this.#wire.created(endpoint, bodyFor(prize, `mortal ${round}`))
      await contest.fightToDeath(mortal, round % 2 === 0)
    }
    this.#say(figure(`versions of ${endpoint} that writers fought for`, contest.won))
    this.#say(figure('  writers who were too late (412)', contest.late))
    if (contest.late === 0) this.#problem(`nobody who wrote to ${endpoint} was too late`)
  }

  async #checkUser(
    userName: string,
    wanted: (path: (typeof ownAttributes)[number]) => JsonValue | undefined,
  ): Promise<void> {
    const names = ['uid', ...Object.values(shownAttributes)]
    const entries = await shownBelow(this.#server, this.#section.people, names)
    const stored = entries.find(({ values }) => values('uid').includes(userName))
    for (const path of ownAttributes) {
      const values = stored?.values(shownAttributes[path]) ?? []
      if (values.length !== 1 || values[0] !== wanted(path)) {
        const [is, shouldBe] = [values.join(' and '), JSON.stringify(wanted(path))]
        this.#problem(`${path} of ${userName} is ${is}, not ${shouldBe}`)
      }
    }
  }

  #problem(text: string): void {
    this.#wire.problems.push(text)
  }
}

function bodyFor({ endpoint }: Prize, name: string): JsonObject {
  return endpoint === '/Users'
    ? { userName: name, name: { familyName: 'C' } }
    : { displayName: name }
}
