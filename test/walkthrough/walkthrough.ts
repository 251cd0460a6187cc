import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../src/scim/json.ts'
import type { OneLogin, Person } from './onelogin.ts'
import { ScimClient, type Exchange } from './scim-client.ts'

/** What the directory calls what the walk-through looks at. */
export interface WalkthroughNames {
  /** The attribute that holds the userName. */
  readonly userName: string
  /** The attribute that holds the members of a group. */
  readonly member: string
  /** Groups name users by their userName, and not by their DN. */
  readonly isMemberByName?: boolean
  /** Attributes of a person that no change of the userName may touch, the identity among them. */
  readonly kept: readonly string[]
  /** What is shown of a new person beside what was given, because the mapping makes it from the userName. */
  readonly made?: (userName: string) => JsonObject
}

/** The directory as its administrator sees it, by other means than the bridge. */
export interface DirectoryView {
  readonly names: WalkthroughNames
  /** The DNs of the entries below a base that match. */
  find(filter: string): Promise<readonly string[]>
  /** The values of an attribute of an entry; none when either is absent. */
  values(dn: string, attribute: string): Promise<readonly string[]>
  setPassword(dn: string, password: string): Promise<void>
  canBind(dn: string, password: string): Promise<boolean>
  /** Returns when the directory's own upkeep of references, which may lag behind, has come to what is expected. */
  eventually(check: () => Promise<void>): Promise<void>
}

/** What the steps share. */
export interface WalkthroughContext {
  readonly onelogin: OneLogin
  /** Left out where nothing but the bridge can be reached; then its word is all there is. */
  readonly directory?: DirectoryView
  /** A group that is in the directory already, with members whom nobody may lose. */
  readonly existingGroup: string
  /** What steps remember for later ones. */
  readonly ids: Map<string, string>
}

/** A step as an administrator of OneLogin goes through it. */
export interface WalkthroughStep {
  readonly title: string
  readonly run: (context: WalkthroughContext) => Promise<void>
}

const robert: Person = {
  userName: 'robertt',
  firstName: 'Robert',
  lastName: 'Taylor',
  email: 'robert.taylor@example.org',
  department: 'Engineering',
}
const renamed: Person = { ...robert, userName: 'robertty' }
// Min-jun reports to Robert and arrives before him. Nothing but his name is known: every other macro is blank.
const minJun: Person = {
  userName: 'minjunk',
  firstName: 'Min-jun',
  lastName: 'Kim',
  managerId: 'robert.taylor@example.org',
  managerName: ['Robert', 'Taylor'],
}
const password = 'Correct-Horse-7'

/** The walk-through of an administrator who connects OneLogin to the bridge. */
export const walkthrough: readonly WalkthroughStep[] = [
  {
    title: 'The connection test finds nobody, and only a known token is let in',
    run: async ({ onelogin }) => {
      const test = await onelogin.findUser('a-name-that-surely-does-not-exist')
      assert.equal(test.status, 200)
      assert.deepEqual(test.answer, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 0,
        startIndex: 1,
        itemsPerPage: 0,
        Resources: [],
      })
      const stranger = new ScimClient(onelogin.scim.baseUrl, 'not-the-token')
      assert.equal((await stranger.get('/Users')).status, 401)
    },
  },
  {
    title: 'A user is created, after somebody who reports to him',
    run: async (context) => {
      const { onelogin, directory, ids } = context
      await arrive(context, 'minjunk', minJun)
      assert.equal(await managerOf(context, 'minjunk'), undefined)
      const created = await arrive(context, 'robertt', robert)
      const formatted = 'Robert Taylor'
      const showsFormatted = (await advertisedName(onelogin)).includes('formatted')
      assert.deepEqual(withoutMeta(created), {
        schemas: [
          'urn:ietf:params:scim:schemas:core:2.0:User',
          'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
        ],
        id: idIn(ids, 'robertt'),
        userName: 'robertt',
        name: { familyName: 'Taylor', givenName: 'Robert', ...(showsFormatted && { formatted }) },
        active: true,
        emails: [{ value: 'robert.taylor@example.org', type: 'work', primary: true }],
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Engineering' },
        ...directory?.names.made?.('robertt'),
      })
      assert.equal(await managerOf(context, 'minjunk'), idIn(ids, 'robertt'))
      assert.equal((await onelogin.createUser(robert)).status, 409)
      await directory?.eventually(async () => {
        assert.equal((await findPerson(directory, 'robertt')).length, 1)
      })
    },
  },
  {
    title: 'His user name changes: the same entry is renamed, and nothing else of it changes',
    run: async (context) => {
      const { onelogin, directory, ids, existingGroup } = context
      const group = await groupNamed(onelogin, existingGroup)
      ids.set('existing group', idOf(group))
      assert.ok([200, 204].includes((await addTo(context, group, 'robertt')).status))
      const id = idIn(ids, 'robertt')
      const [oldDn = ''] = await findPerson(directory, 'robertt')
      const before = await keptValues(directory, oldDn)

      const answer = await onelogin.updateUser(id, renamed)

      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.answer?.['id'], id)
      assert.equal(answer.answer?.['userName'], 'robertty')
      assert.equal(count(await onelogin.findUser('robertt')), 0)
      assert.equal(count(await onelogin.findUser('robertty')), 1)
      assert.equal(await managerOf(context, 'minjunk'), id)
      await directory?.eventually(async () => {
        const { member, isMemberByName = false } = directory.names
        const [newDn = ''] = await findPerson(directory, 'robertty')
        const [oldMember, newMember] = isMemberByName ? ['robertt', 'robertty'] : [oldDn, newDn]
        assert.deepEqual(await keptValues(directory, newDn), before)
        assert.deepEqual(
          await directory.find(`(${member}=${newMember})`),
          await directory.find(`(cn=${existingGroup})`),
        )
        assert.deepEqual(
          await directory.find(`(manager=${newDn})`),
          await findPerson(directory, 'minjunk'),
        )
        if (newDn === oldDn) return
        assert.deepEqual(await directory.find(`(|(${member}=${oldMember})(manager=${oldDn}))`), [])
      })
    },
  },
  {
    title: 'The groups of the directory appear, and one of them is assigned to the user',
    run: async (context) => {
      const { onelogin, ids, existingGroup } = context
      const group = await groupNamed(onelogin, existingGroup)
      const before = memberIds(group)
      assert.ok((await addTo(context, group, 'minjunk')).status < 300)
      const again = await groupNamed(onelogin, existingGroup)
      assert.deepEqual(
        memberIds(again).sort(),
        [...new Set([...before, idIn(ids, 'minjunk')])].sort(),
      )
    },
  },
  {
    title:
      'A rule maps a role to a group that does not exist yet: it is created empty, then filled',
    run: async (context) => {
      const { onelogin, directory, ids } = context
      const created = await onelogin.createGroup('Project Aurora')
      assert.equal(created.status, 201, created.text)
      assert.equal(created.answer?.['displayName'], 'Project Aurora')
      assert.deepEqual(created.answer?.['members'] ?? [], [])
      const id = idOf(created.answer)
      ids.set('aurora', id)
      const [robertId, minJunId] = [idIn(ids, 'robertt'), idIn(ids, 'minjunk')]

      assert.ok((await onelogin.addMembers(id, [robertId])).status < 300)
      assert.ok((await onelogin.addMembers(id, [robertId, minJunId])).status < 300)

      const group = await groupNamed(onelogin, 'Project Aurora')
      assert.deepEqual(memberIds(group).sort(), [robertId, minJunId].sort())
      await directory?.eventually(async () => {
        const [dn = ''] = await directory.find('(cn=Project Aurora)')
        assert.equal((await directory.values(dn, directory.names.member)).length, 2)
      })
    },
  },
  {
    title: 'Access is taken away by Suspend, and given back',
    run: async (context) => {
      const { onelogin, directory, ids } = context
      const id = idIn(ids, 'minjunk')
      const [dn = ''] = await findPerson(directory, 'minjunk')
      await directory?.setPassword(dn, password)
      assert.notEqual(await directory?.canBind(dn, password), false)

      const suspended = await onelogin.updateUser(id, minJun, false)
      assert.equal(suspended.status, 200, suspended.text)
      assert.equal(suspended.answer?.['active'], false)
      assert.notEqual(await directory?.canBind(dn, password), true)

      const found = await onelogin.findUser('minjunk')
      assert.equal(count(found), 1)
      const enabled = await onelogin.updateUser(id, minJun, true)
      assert.equal(enabled.answer?.['active'], true)
      assert.notEqual(await directory?.canBind(dn, password), false)
    },
  },
  {
    title: 'Access is taken away by Delete: the entry is gone, and no group names it',
    run: async (context) => {
      const { onelogin, directory, ids } = context
      const id = idIn(ids, 'robertt')
      const [dn = ''] = await findPerson(directory, 'robertty')

      assert.equal((await onelogin.deleteUser(id)).status, 204)

      assert.equal((await onelogin.scim.get(`/Users/${id}`)).status, 404)
      assert.equal(count(await onelogin.findUser('robertty')), 0)
      const groups = await onelogin.listGroups()
      assert.ok(!groups.text.includes(id))
      await directory?.eventually(async () => {
        const { member } = directory.names
        assert.deepEqual(await findPerson(directory, 'robertty'), [])
        assert.deepEqual(await directory.find(`(|(${member}=${dn})(manager=${dn}))`), [])
      })
    },
  },
  {
    title: 'What the walk-through made is taken away again, down to an empty group',
    run: async ({ onelogin, ids, existingGroup }) => {
      const aurora = idIn(ids, 'aurora')
      assert.ok((await onelogin.removeMembers(aurora, [idIn(ids, 'minjunk')])).status < 300)
      const emptied = await groupNamed(onelogin, 'Project Aurora')
      assert.deepEqual(memberIds(emptied), [])
      assert.equal((await onelogin.scim.delete(`/Groups/${aurora}`)).status, 204)
      assert.equal((await onelogin.deleteUser(idIn(ids, 'minjunk'))).status, 204)
      const kept = await groupNamed(onelogin, existingGroup)
      assert.ok(!memberIds(kept).includes(idIn(ids, 'minjunk')))
    },
  },
]

/** What OneLogin does for each user who gets the app: look, then create. */
async function arrive(
  { onelogin, ids }: WalkthroughContext,
  key: string,
  person: Person,
): Promise<JsonObject> {
  assert.equal(count(await onelogin.findUser(person.userName)), 0)
  const created = await onelogin.createUser(person)
  assert.equal(created.status, 201, created.text)
  const id = idOf(created.answer)
  assert.equal(created.headers.get('location'), `${onelogin.scim.baseUrl}/Users/${id}`)
  ids.set(key, id)
  return created.answer ?? {}
}

/** Adds somebody to a group; a dialect that replaces the list sends those who are there as well. */
async function addTo(
  { onelogin, ids }: WalkthroughContext,
  group: JsonObject,
  who: string,
): Promise<Exchange> {
  const isWhole = onelogin.dialect.name.includes('replacement')
  const present = isWhole ? memberIds(group) : []
  return await onelogin.addMembers(idOf(group), [...present, idIn(ids, who)])
}

async function managerOf(
  { onelogin, ids }: WalkthroughContext,
  who: string,
): Promise<string | undefined> {
  const { answer } = await onelogin.scim.get(`/Users/${idIn(ids, who)}`)
  const extension = answer?.['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User']
  const manager = (extension as JsonObject | undefined)?.['manager'] as JsonObject | undefined
  return manager?.['value'] as string | undefined
}

/** OneLogin has no way to ask for one group: it reads them all. */
async function groupNamed(onelogin: OneLogin, displayName: string): Promise<JsonObject> {
  const { status, answer, text } = await onelogin.listGroups()
  assert.equal(status, 200, text)
  const groups = (answer?.['Resources'] ?? []) as readonly JsonObject[]
  const group = groups.find((each) => each['displayName'] === displayName)
  assert.ok(group, `there is no group ${displayName}`)
  return group
}

/** The sub-attributes of `name` that the bridge says it has. */
async function advertisedName(onelogin: OneLogin): Promise<readonly JsonValue[]> {
  const { answer } = await onelogin.scim.get('/Schemas/urn:ietf:params:scim:schemas:core:2.0:User')
  const attributes = (answer?.['attributes'] ?? []) as unknown as readonly Definition[]
  const name = attributes.find((each) => each.name === 'name')
  return (name?.subAttributes ?? []).map((each) => each.name)
}

interface Definition {
  readonly name: string
  readonly subAttributes?: readonly Definition[]
}

async function findPerson(
  directory: DirectoryView | undefined,
  userName: string,
): Promise<readonly string[]> {
  return (await directory?.find(`(${directory.names.userName}=${userName})`)) ?? []
}

async function keptValues(
  directory: DirectoryView | undefined,
  dn: string,
): Promise<readonly (readonly string[])[]> {
  if (directory === undefined) return []
  return await Promise.all(
    directory.names.kept.map(async (name) => await directory.values(dn, name)),
  )
}

function memberIds(group: JsonObject): string[] {
  const members = (group['members'] ?? []) as readonly JsonObject[]
  return members.flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
}

function count({ status, answer, text }: Exchange): unknown {
  assert.equal(status, 200, text)
  return answer?.['totalResults']
}

function idIn(ids: ReadonlyMap<string, string>, key: string): string {
  const id = ids.get(key)
  assert.ok(id !== undefined, `no id is known for ${key}: an earlier step failed`)
  return id
}

function idOf(resource: JsonObject | undefined): string {
  const id = resource?.['id']
  assert.ok(typeof id === 'string')
  return id
}

function withoutMeta(resource: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => name !== 'meta'))
}
