import { AdminClient } from '../../support/admin-client.ts'
import type { BridgeProcess } from '../../support/bridge-process.ts'
import type { DirectorySection } from '../../support/directory-section.ts'
import type { DirectoryServer } from '../../support/directory-server.ts'
import { ScimClient } from '../../walkthrough/scim-client.ts'
import { pollution, sectionMark } from './corpus.ts'

const users = 8
const groups = 4

/** The users and groups that requests are aimed at, and a client in its right mind. */
export class Scene {
  readonly #scim: ScimClient
  readonly #admin: AdminClient
  readonly #section: DirectorySection
  readonly #name: string
  #ids: { readonly user: readonly string[]; readonly group: readonly string[] } = {
    user: [],
    group: [],
  }
  #round = 0

  /** @param name of what is created, which no other scene on the directory has. */
  constructor(
    server: DirectoryServer,
    bridge: BridgeProcess,
    section: DirectorySection,
    name: string,
  ) {
    this.#scim = new ScimClient(bridge.baseUrl, bridge.token)
    this.#admin = new AdminClient(server)
    this.#section = section
    this.#name = name
  }

  /** The text with the ids in the places that `idOf` has marked, and the base of the users where `sectionMark` stands. */
  filledIn(text: string): string {
    return text
      .replaceAll(sectionMark, this.#section.people)
      .replace(
        /~~(user|group)(\d+)~~/gu,
        (_, kind: 'user' | 'group', index: string) => this.#ids[kind][Number(index)] ?? '',
      )
  }

  /** Removes whatever has come into being. */
  async clear(): Promise<void> {
    for (const base of [this.#section.groups, this.#section.people]) {
      const entries = await this.#admin.search({ base, attributes: ['1.1'] })
      for (const { dn } of entries.toSorted((one, other) => other.dn.length - one.dn.length)) {
        if (dn.toLowerCase() !== base.toLowerCase()) await this.#admin.remove(dn)
      }
    }
  }

  /** Begins anew. */
  async reset(): Promise<void> {
    await this.clear()
    const user: string[] = []
    for (let index = 0; index < users; index += 1) {
      user.push(
        await this.#made('/Users', {
          userName: `${this.#name}-${index}`,
          title: 'x',
          emails: [{ value: `s${index}@example.org`, type: 'work' }],
        }),
      )
    }
    const group: string[] = []
    for (let index = 0; index < groups; index += 1) {
      const members = user.slice(index, index + 3).map((value) => ({ value }))
      group.push(await this.#made('/Groups', { displayName: `standing ${index}`, members }))
    }
    this.#ids = { user, group }
  }

  async #made(path: string, body: { readonly [name: string]: unknown }): Promise<string> {
    const { status, answer, text } = await this.#scim.post(path, body as never)
    if (status !== 201) throw new Error(`${path} ${status} ${text}`)
    return textOf(answer?.['id'])
  }

  /** What an ordinary client is answered wrongly; nothing, as a rule. */
  async canary(): Promise<string[]> {
    const problems: string[] = []
    const name = `${this.#name}-canary-${this.#round++}`
    const expect = (what: string, isRight: boolean, { text }: { readonly text: string }): void => {
      if (!isRight) problems.push(`an ordinary client: ${what}: ${text.slice(0, 300)}`)
      if (text.includes(pollution)) problems.push(`an ordinary client: a prototype is polluted`)
    }
    const created = await this.#scim.post('/Users', { userName: name, title: 'before' })
    const id = textOf(created.answer?.['id'])
    expect(
      'a user is created',
      created.status === 201 && created.answer?.['userName'] === name,
      created,
    )
    const patched = await this.#scim.patch(
      `/Users/${id}`,
      patchOf({ op: 'replace', path: 'title', value: 'after' }),
    )
    expect('a user is patched', patched.status === 200, patched)
    const found = await this.#scim.get(
      `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`,
    )
    expect('a user is found', found.answer?.['totalResults'] === 1, found)
    const group = await this.#scim.post('/Groups', { displayName: name, members: [{ value: id }] })
    expect('a group is created', group.status === 201, group)
    const groupPath = `/Groups/${textOf(group.answer?.['id'])}`
    const left = await this.#scim.patch(
      groupPath,
      patchOf({ op: 'remove', path: `members[value eq "${id}"]` }),
    )
    expect('a member is removed', left.status === 204, left)
    const read = await this.#scim.get(`/Users/${id}`)
    expect(
      'a user is read',
      read.answer?.['title'] === 'after' && read.answer['groups'] === undefined,
      read,
    )
    for (const path of [groupPath, `/Users/${id}`]) {
      const deleted = await this.#scim.delete(path)
      expect('a resource is deleted', deleted.status === 204, deleted)
    }
    const gone = await this.#scim.get(`/Users/${id}`)
    expect('a deleted user is gone', gone.status === 404, gone)
    return problems
  }
}

function patchOf(operation: { readonly [name: string]: string }) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
