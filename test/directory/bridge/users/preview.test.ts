import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { enterprise, patchOf, sceneFor, type ShownUser } from './scene.ts'

type Write = readonly [method: string, path: string, body?: JsonValue]

const heads = (text: string): string => text.replaceAll(/^version: 1\n\n?/gmu, '').trim()

const replaced = (value: JsonObject): JsonObject => patchOf({ op: 'replace', value })

describe('Prefer: dry-run on a write of a user', () => {
  const scene = sceneFor()

  /** Shows what a write would send, then makes it. */
  const compare = async ([method, path, body]: Write): Promise<string> => {
    const options = body === undefined ? {} : { body }
    const preview = await scene().writesNothing(async () => {
      const recorded = (
        await scene()
          .bridge.journal()
          .catch(() => [])
      ).length
      const shown = await scene().bridge.scim.send(method, path, {
        ...options,
        headers: { prefer: 'dry-run' },
      })
      assert.equal(
        (
          await scene()
            .bridge.journal()
            .catch(() => [])
        ).length,
        recorded,
      )
      return shown
    })
    assert.equal(preview.status, 200, preview.text)
    assert.equal(preview.headers.get('preference-applied'), 'dry-run')
    assert.match(preview.headers.get('content-type') ?? '', /^text\/plain/u)
    const made = await scene().bridge.scim.send(method, path, options)
    assert.ok(made.status < 300, made.text)
    const sent = await scene().bridge.ldifOf(made.headers.get('x-request-id'))
    assert.equal(heads(preview.text), heads(sent).replaceAll(/\n{2,}/gu, '\n\n'))
    return preview.text
  }

  it('shows the LDIF that a creation then sends, with password, lock and manager', async () => {
    const boss = await scene().userId()
    const ldif = await compare([
      'POST',
      '/Users',
      {
        userName: scene().unusedName(),
        externalId: '1',
        password: 'Correct-Horse-7',
        active: false,
        emails: [{ value: 'a@example.org' }],
        [enterprise]: { manager: boss },
      },
    ])
    assert.match(ldif, /changetype: add/u)
    assert.match(ldif, /userPassword: value withheld/u)
  })

  it('shows those who get the new user as their manager', async () => {
    const userName = scene().unusedName()
    await scene().user({ [enterprise]: { manager: userName } })
    const ldif = await compare(['POST', '/Users', { userName }])
    assert.match(ldif, /delete: scimPendingManager/u)
  })

  it('shows the LDIF that a PUT and a PATCH then send, and nothing for one that changes nothing', async () => {
    const user: ShownUser = await scene().user({ title: 'Clerk' })
    const path = `/Users/${user.id}`
    await compare(['PUT', path, { ...user, title: 'Boss', externalId: '7' }])
    await compare(['PATCH', path, replaced({ title: 'Clerk', displayName: 'Ada' })])
    assert.equal(await compare(['PATCH', path, replaced({ title: 'Clerk' })]), '')
  })

  it('shows a rename, with the changes behind it and those who get their manager by it', async () => {
    const user = await scene().user()
    const path = `/Users/${user.id}`
    await compare(['PATCH', path, replaced({ userName: scene().unusedName() })])
    await compare(['PATCH', path, replaced({ userName: scene().unusedName(), title: 'x' })])
    const userName = scene().unusedName()
    await scene().user({ [enterprise]: { manager: userName } })
    const ldif = await compare(['PATCH', path, replaced({ userName, title: 'y' })])
    assert.match(ldif, new RegExp(`^manager: ${scene().dn(`uid=${userName}`)}$`, 'mu'))
  })

  it('shows the LDIF that a DELETE then sends', async () => {
    const user = await scene().user()
    await compare(['DELETE', `/Users/${user.id}`])
  })

  it('is answered with the same errors as the write itself', async () => {
    const user = await scene().user()
    const headers = { prefer: 'dry-run' }
    const cases: (readonly [...Write, status: number])[] = [
      ['POST', '/Users', { userName: user.userName }, 409],
      ['POST', '/Users', {}, 400],
      ['PATCH', `/Users/${user.id}`, replaced({ active: 'maybe' }), 400],
      ['DELETE', '/Users/01234567-89ab-cdef-0123-456789abcdef', undefined, 404],
    ]
    for (const [method, path, body, status] of cases) {
      const options = body === undefined ? { headers } : { headers, body }
      const answer = await scene().bridge.scim.send(method, path, options)
      assert.equal(answer.status, status, answer.text)
    }
  })
})

const records = (text: string): string[] =>
  text
    .replaceAll(/^version: 1\n/gmu, '')
    .trim()
    .split(/\n{2,}/u)
    .toSorted((one, next) => one.localeCompare(next))

describe('Prefer: dry-run on a DELETE that disables', () => {
  const scene = sceneFor({ 'users.onDelete': 'disable' })

  it('shows the lock and the groups that are left, also where the last member goes', async () => {
    const user = await scene().user()
    const other = await scene().userId()
    await scene().group([user.id])
    await scene().group([user.id, other])
    const preview = await scene().writesNothing(() =>
      scene().bridge.scim.send('DELETE', `/Users/${user.id}`, { headers: { prefer: 'dry-run' } }),
    )
    const made = await scene().bridge.scim.delete(`/Users/${user.id}`)
    assert.equal(made.status, 204)
    const journal = await scene().bridge.journal()
    const failed = new Set(
      journal.flatMap((each) =>
        each.kind === 'outcome' && each.outcome === 'failed' ? [each.writeId] : [],
      ),
    )
    const id = made.headers.get('x-request-id')
    const sent = journal.flatMap((each) =>
      each.kind === 'intent' && each.requestId === id && !failed.has(each.writeId)
        ? [each.ldif]
        : [],
    )
    assert.deepEqual(records(preview.text), records(sent.join('\n')))
  })
})
