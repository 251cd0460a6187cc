import type { JsonObject } from '../../src/scim/json.ts'
import { type BridgeProcess, startBridge } from '../support/bridge-process.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import { shownBelow } from '../support/ldapsearch.ts'
import { exampleTree, type OpenldapServer } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { type Exchange, ScimClient } from '../walkthrough/scim-client.ts'
import { patchOf } from './faults/model.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'
import { Random } from './random.ts'

/** How long it goes on. */
interface Size {
  /** Members who come and go, each for one writer alone. */
  readonly people: number
  /** How often each comes or goes. */
  readonly changes: number
  /** How often writers fight for a version. */
  readonly fights: number
  readonly writers: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: { people: 24, changes: 6, fights: 12, writers: 8 },
  long: { people: 64, changes: 40, fights: 150, writers: 16 },
}

const fixedSeed = 20_260_102

/** Attributes of one user that each have a writer of their own. */
const ownAttributes = ['title', 'userType', 'displayName', 'preferredLanguage'] as const

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
      const pair = new Pair(server, section, { bridges, size: sizes[form] })
      await pair.fillGroup(say)
      await pair.changeUser(say)
      await pair.fight('/Users', { userName: 'fought-for', name: { familyName: 'F' } }, say)
      await pair.fight('/Groups', { displayName: 'Fought for' }, say)
      pair.tell(say)
      return pair.problems
    } finally {
      for (const bridge of bridges) await bridge.stop()
      await server.close()
    }
  },
}

class Pair {
  readonly problems: string[] = []
  readonly #server: OpenldapServer
  readonly #section: DirectorySection
  readonly #clients: readonly ScimClient[]
  readonly #size: Size
  readonly #random = new Random(fixedSeed)
  #requests = 0
  #turn = 0

  constructor(
    server: OpenldapServer,
    section: DirectorySection,
    { bridges, size }: { readonly bridges: readonly BridgeProcess[]; readonly size: Size },
  ) {
    this.#server = server
    this.#section = section
    this.#size = size
    this.#clients = bridges.map(({ baseUrl, token }) => new ScimClient(baseUrl, token))
  }

  tell(say: Say): void {
    say(figure('requests through two bridges', this.#requests))
  }

  /** Many people come into one group and leave it, through either bridge. */
  async fillGroup(say: Say): Promise<void> {
    const group = await this.#created('/Groups', { displayName: 'Shared by two' })
    const { people, changes } = this.#size
    const members = await Promise.all(
      Array.from({ length: people }, async (_, index) =>
        this.#created('/Users', { userName: `member${index}`, name: { familyName: 'M' } }),
      ),
    )
    const staying = new Set<string>()
    await Promise.all(
      members.map(async (value, index) => {
        const random = new Random(this.#random.below(2 ** 31))
        for (let change = 0; change < changes; change += 1) {
          const isComing = random.happens(60)
          const op = isComing ? 'add' : 'remove'
          await this.#patch(`/Groups/${group}`, { op, path: 'members', value: [{ value }] })
          if (isComing) staying.add(`uid=member${index},${this.#section.people}`)
          else staying.delete(`uid=member${index},${this.#section.people}`)
        }
      }),
    )
    const entries = await shownBelow(this.#server, this.#section.groups, ['cn', 'member'])
    const stored = entries.find(({ values }) => values('cn').includes('Shared by two'))
    const found = new Set(stored?.values('member'))
    found.delete(exampleTree.placeholder)
    for (const dn of staying.difference(found)) this.problems.push(`the group has lost ${dn}`)
    for (const dn of found.difference(staying)) this.problems.push(`the group has kept ${dn}`)
    say(figure('changes of one group', people * changes))
    say(figure('  members at the end', staying.size))
  }

  /** Writers of different attributes of one user, through either bridge. */
  async changeUser(say: Say): Promise<void> {
    const id = await this.#created('/Users', { userName: 'shared', name: { familyName: 'S' } })
    const { changes } = this.#size
    await Promise.all(
      ownAttributes.map(async (path) => {
        for (let change = 0; change <= changes; change += 1) {
          await this.#patch(`/Users/${id}`, { op: 'replace', path, value: valueOf(path, change) })
        }
      }),
    )
    const names = { title: 'title', userType: 'employeeType', displayName: 'displayName' } as const
    const wanted = { ...names, preferredLanguage: 'preferredLanguage' } as const
    const entries = await shownBelow(this.#server, this.#section.people, [
      'uid',
      ...Object.values(wanted),
    ])
    const stored = entries.find(({ values }) => values('uid').includes('shared'))
    for (const path of ownAttributes) {
      const values = stored?.values(wanted[path]) ?? []
      if (values.length !== 1 || values[0] !== valueOf(path, changes)) {
        this.problems.push(`${path} of the user is ${values.join(' and ')}`)
      }
    }
    say(figure('changes of one user', ownAttributes.length * (changes + 1)))
  }

  /** Of many who change one version one wins. */
  async fight(endpoint: string, body: JsonObject, say: Say): Promise<void> {
    const id = await this.#created(endpoint, body)
    const { fights, writers } = this.#size
    let lost = 0
    for (let fight = 0; fight < fights; fight += 1) {
      const tag = (await this.#next().get(`${endpoint}/${id}`)).headers.get('etag') ?? ''
      const answers = await Promise.all(
        Array.from({ length: writers }, async (_, writer) =>
          this.#send('PATCH', `${endpoint}/${id}`, {
            body: patchOf({ op: 'replace', path: 'externalId', value: `${fight}-${writer}` }),
            headers: { 'if-match': tag },
          }),
        ),
      )
      const winners = answers.filter(({ status }) => status < 300)
      lost += answers.filter(({ status }) => status === 412).length
      if (winners.length !== 1 || answers.some(({ status }) => status >= 300 && status !== 412)) {
        const statuses = answers.map(({ status }) => status).join(', ')
        this.problems.push(`${endpoint}, version ${tag}: ${statuses}`)
      }
      await this.#checkWinner(`${endpoint}/${id}`, winners)
    }
    say(figure(`fights for a version in ${endpoint}`, fights))
    say(figure('  writers who were too late (412)', lost))
  }

  async #checkWinner(path: string, winners: readonly Exchange[]): Promise<void> {
    const { answer } = await this.#next().get(path)
    const shown = answer?.['externalId'] as string
    if (!JSON.stringify(winners[0]?.body).includes(`"${shown}"`)) {
      this.problems.push(`${path} shows ${shown}, which is not what the winner wrote`)
    }
  }

  async #patch(path: string, operation: JsonObject): Promise<void> {
    const { status, text } = await this.#send('PATCH', path, { body: patchOf(operation) })
    if (status >= 300) this.problems.push(`PATCH ${path} was answered ${status}: ${text}`)
  }

  async #created(endpoint: string, body: JsonObject): Promise<string> {
    const { answer, text } = await this.#send('POST', endpoint, { body })
    if (answer?.['id'] === undefined) throw new Error(`${endpoint} was not created: ${text}`)
    return answer['id'] as string
  }

  async #send(
    method: string,
    path: string,
    options: Parameters<ScimClient['send']>[2],
  ): Promise<Exchange> {
    this.#requests += 1
    return await this.#next().send(method, path, options)
  }

  /** The one bridge and the other in turn. */
  #next(): ScimClient {
    this.#turn += 1
    const client = this.#clients[this.#turn % this.#clients.length]
    if (client === undefined) throw new Error('there is no bridge')
    return client
  }
}

/** A language has to look like one. */
function valueOf(path: (typeof ownAttributes)[number], change: number): string {
  return path === 'preferredLanguage' ? `en-x-${change}` : `${path} ${change}`
}
