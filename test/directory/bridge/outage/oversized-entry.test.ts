import assert from 'node:assert/strict'
import { errorChain } from '../../../../src/logging/error-chain.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { assertError, type Scene, sceneFor, type ShownUser, tally } from '../users/scene.ts'

const maxMessageBytes = 400_000
const settings = {
  'directory.maxMessageBytes': String(maxMessageBytes),
  'directory.connections': '1',
}

/** A user whom another tool has made larger than the bridge reads. */
async function largeUser(scene: Scene, attributes: JsonObject = {}): Promise<ShownUser> {
  const user = await scene.user(attributes)
  const values = [Buffer.alloc(maxMessageBytes, 'a')]
  const dn = scene.dn(`uid=${user.userName}`)
  await scene.admin.modify(dn, { operation: 'replace', type: 'jpegPhoto', values })
  return user
}

function assertUnreadable({ status, answer, text }: Exchange, { id }: ShownUser): void {
  const detail = `The resource "${id}" has more values than the bridge reads at once, so that it cannot be shown, alone or in a list, nor changed. Delete it, ask for other attributes, or let an administrator take values from it in the directory or raise directory.maxMessageBytes of the bridge.`
  assert.deepEqual([status, answer?.['detail']], [500, detail], text)
}

describe('An entry that is larger than directory.maxMessageBytes', () => {
  const scene = sceneFor(settings)
  let large: ShownUser
  let other: ShownUser

  before(async () => {
    large = await largeUser(scene())
    other = await scene().user()
  })

  const reads: readonly (readonly [string, () => string])[] = [
    ['alone', () => `/Users/${large.id}`],
    ['in the list of all', () => '/Users'],
    ['in a list by cursor', () => '/Users?cursor'],
    ['in a list by name', () => '/Users?sortBy=userName'],
    ['in what a filter finds', () => `/Users?filter=userName%20eq%20%22${large.userName}%22`],
  ]
  for (const [where, path] of reads) {
    it(`is never taken for gone: read ${where} it is a 500 that names it and says what to do`, async () => {
      assertUnreadable(await scene().bridge.scim.get(path()), large)
    })
  }

  it('is logged once with its id, without its name', async () => {
    const heard = scene().bridge.events.length
    await scene().bridge.scim.get('/Users')
    const events = scene().bridge.events.slice(heard)
    const told = events.filter(({ level }) => ['warn', 'error'].includes(level))
    assert.deepEqual(
      told.map(({ message }) => message),
      ['request failed'],
    )
    const text = JSON.stringify(errorChain(told[0]?.error))
    assert.match(text, new RegExp(`the entry with the id ${large.id} is too large`, 'u'))
    assert.match(text, /a message of \d+ bytes, where directory\.maxMessageBytes is 400000/u)
    assert.ok(!text.includes(large.userName), text)
  })

  it('is shown as far as it can be read', async () => {
    const { id, userName } = await scene().get(large.id, '?attributes=userName')
    assert.deepEqual([id, userName], [large.id, large.userName])
    const list = await scene().bridge.scim.get('/Users?attributes=userName')
    assert.deepEqual([list.status, list.answer?.['totalResults']], [200, 2])
  })

  it('is not changed', async () => {
    await scene().writesNothing(async () => {
      const patch = { op: 'replace', path: 'title', value: 'x' }
      assertUnreadable(await scene().patch(large.id, patch), large)
    })
  })

  it('ends no other request on the same connection', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, number) => [
        await scene().bridge.scim.get(`/Users/${large.id}`),
        await scene().patch(other.id, { op: 'replace', path: 'title', value: `${number}` }),
        await scene().bridge.scim.get(`/Users/${other.id}`),
      ]),
    )
    assert.deepEqual(
      [0, 1, 2].map((which) => tally(answers.flatMap((each) => each[which] ?? []))),
      [{ 500: 40 }, { 200: 40 }, { 200: 40 }],
    )
  })
})

describe('DELETE of an entry that is larger than directory.maxMessageBytes', () => {
  const deleting = sceneFor(settings)
  const disabling = sceneFor({ ...settings, 'users.onDelete': 'disable' })
  const moving = sceneFor({
    ...settings,
    'users.onDelete': 'move',
    'users.deletedBase': exampleTree.groups,
    'users.givesUp': '[uid, mail]',
  })

  it('removes it, and takes it out of its groups', async () => {
    const user = await largeUser(deleting())
    const group = await deleting().group([user.id])
    const deleted = await deleting().bridge.scim.delete(`/Users/${user.id}`)
    assert.equal(deleted.status, 204, deleted.text)
    assert.equal((await deleting().bridge.scim.get(`/Users/${user.id}`)).status, 404)
    assert.deepEqual(await deleting().memberIds(group), [])
  })

  it('holds to the version that the client names', async () => {
    const user = await largeUser(deleting())
    const { meta } = await deleting().get(user.id, '?attributes=meta.version')
    const remove = async (version: string): Promise<number> => {
      const headers = { 'if-match': version }
      return (await deleting().bridge.scim.send('DELETE', `/Users/${user.id}`, { headers })).status
    }
    assert.equal(await remove('W/"another"'), 412)
    assert.equal(await remove((meta as { version: string }).version), 204)
  })

  it('locks the account where users are disabled instead', async () => {
    const user = await largeUser(disabling())
    const deleted = await disabling().bridge.scim.delete(`/Users/${user.id}`)
    assert.equal(deleted.status, 204, deleted.text)
    const { active } = await disabling().get(user.id, '?attributes=active')
    assert.equal(active, false)
  })

  it('moves it where users are moved instead, without what it gives up', async () => {
    const user = await largeUser(moving(), { emails: [{ type: 'work', value: 'ada@example.org' }] })
    const deleted = await moving().bridge.scim.delete(`/Users/${user.id}`)
    assert.equal(deleted.status, 204, deleted.text)
    const dn = (await moving().dnOf(user.id)) ?? ''
    assert.equal(dn, `uid=${user.userName}-${user.id},${exampleTree.groups}`)
    assert.deepEqual(await moving().admin.values(dn, 'mail'), [])
    await moving().admin.remove(dn)
  })

  it('removes a group, however many values it has', async () => {
    const id = await deleting().group()
    const dn = (await deleting().dnOf(id)) ?? ''
    const values = Array.from({ length: 20 }, (_, i) => `${i}${'x'.repeat(maxMessageBytes / 20)}`)
    await deleting().admin.modify(dn, { operation: 'add', type: 'cn', values })
    assert.equal((await deleting().bridge.scim.get(`/Groups/${id}`)).status, 500)
    const deleted = await deleting().bridge.scim.delete(`/Groups/${id}`)
    assert.equal(deleted.status, 204, deleted.text)
  })
})

/** Addresses of 60 KB together, others for each number. */
function emails(number: number): JsonObject[] {
  return Array.from({ length: 20 }, (_, i) => ({
    type: 'work',
    value: `${number}-${i}-${'x'.repeat(3000)}@example.org`,
  }))
}

describe('A change that would make an entry larger than directory.maxMessageBytes', () => {
  const scene = sceneFor(settings)

  const refused = {
    status: 400,
    scimType: 'invalidValue',
    detail:
      'emails[type eq "work"] is too large: with it the resource could not be read any more. Send less, take values away from it first, or let an administrator raise directory.maxMessageBytes of the bridge.',
  }

  it('is refused before anything is written, and the entry can be read and made smaller', async () => {
    const { id } = await scene().user()
    let made = 0
    let answer = await scene().patch(id, { op: 'add', path: 'emails', value: emails(made) })
    while (answer.status === 200 && made < 10) {
      made += 1
      const addition = { op: 'add', path: 'emails', value: emails(made) }
      answer = await scene().patch(id, addition)
    }
    assertError(answer, refused)
    assert.equal(made, 6)
    const shown = await scene().get(id)
    assert.equal((shown['emails'] as readonly JsonObject[]).length, made * 20)
    const smaller = await scene().patch(id, { op: 'replace', path: 'emails', value: emails(0) })
    assert.equal(smaller.status, 200, smaller.text)
  })

  it('is refused of one who is created, too', async () => {
    const userName = scene().unusedName()
    const body = {
      userName,
      name: { familyName: 'x' },
      emails: [0, 1, 2, 3, 4, 5, 6].flatMap(emails),
    }
    assertError(await scene().bridge.scim.post('/Users', body), refused)
    assert.deepEqual(await scene().find(`userName eq "${userName}"`), [])
  })
})
