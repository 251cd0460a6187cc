import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { assertError, enterprise, sceneFor } from './scene.ts'

const takesNot = (attribute: string) => ({
  status: 400,
  scimType: 'invalidValue',
  detail: `${attribute} has a value that the directory does not take.`,
})

const mustBe = (attribute: string, wanted: string) => ({
  ...takesNot(attribute),
  detail: `${attribute} must be ${wanted}.`,
})

describe('A value that the directory refuses', () => {
  const scene = sceneFor()

  const isNumber = 'a telephone number in letters, digits and signs of ASCII'
  const refused: readonly (readonly [what: JsonObject, attribute: string, wanted: string])[] = [
    [
      { emails: [{ value: 'ë@example.org', type: 'work' }] },
      'emails[type eq "work"]',
      'text in ASCII',
    ],
    [
      { phoneNumbers: [{ value: '☎ 0123', type: 'work' }] },
      'phoneNumbers[type eq "work"]',
      isNumber,
    ],
    [
      { phoneNumbers: [{ value: 'ä', type: 'mobile' }] },
      'phoneNumbers[type eq "mobile"]',
      isNumber,
    ],
    [
      { phoneNumbers: [{ value: 'ä', type: 'fax' }] },
      'phoneNumbers[type eq "fax"]',
      'a fax number in letters, digits and signs of ASCII',
    ],
  ]
  it('is told so of a name that is longer than the directory looks for', async () => {
    await scene().writesNothing(async () => {
      const userName = 'u'.repeat(20_000)
      const user = { userName, name: { familyName: 'Long' } }
      assertError(await scene().bridge.scim.post('/Users', user), takesNot('userName'))
      const group = { displayName: 'g'.repeat(60_000) }
      assertError(await scene().bridge.scim.post('/Groups', group), takesNot('displayName'))
    })
  })

  it('is told as invalidValue of the SCIM attribute, and nothing is written', async () => {
    const user = await scene().user({ title: 'Clerk' })
    for (const [value, attribute, wanted] of refused) {
      await scene().writesNothing(async () => {
        const userName = scene().unusedName()
        const answers = [
          await scene().bridge.scim.post('/Users', { userName, title: 'x', ...value }),
          await scene().bridge.scim.put(`/Users/${user.id}`, { ...user, title: 'x', ...value }),
          await scene().patch(user.id, { op: 'replace', value: { title: 'x', ...value } }),
        ]
        for (const answer of answers) {
          assertError(answer, mustBe(attribute, wanted))
          assert.ok(!answer.text.includes('dc=') && !answer.text.includes('uid='))
        }
      })
    }
  })

  it('is told of a value that goes along with a new name, and the old name stays', async () => {
    const user = await scene().user()
    for (const [value, attribute, wanted] of refused) {
      const userName = scene().unusedName()
      const answer = await scene().patch(user.id, { op: 'replace', value: { userName, ...value } })
      assertError(answer, mustBe(attribute, wanted))
      assert.equal((await scene().get(user.id)).userName, user.userName)
    }
  })

  it('is told of a userName that is longer than the database has room for', async () => {
    const user = await scene().user()
    const userName = 'x'.repeat(600)
    await scene().writesNothing(async () => {
      assertError(await scene().bridge.scim.post('/Users', { userName }), takesNot('userName'))
      assertError(
        await scene().patch(user.id, { op: 'replace', path: 'userName', value: userName }),
        takesNot('userName'),
      )
    })
    const filter = encodeURIComponent(`userName eq "${'x'.repeat(3000)}"`)
    assert.equal((await scene().bridge.scim.get(`/Users?filter=${filter}`)).status, 200)
  })

  it('is told of several values where the directory has room for one', async () => {
    const number = {
      ...takesNot('x'),
      detail: `${enterprise}:employeeNumber must be a single value.`,
    }
    assertError(
      await scene().bridge.scim.post('/Users', {
        userName: scene().unusedName(),
        [enterprise]: { employeeNumber: ['1', '2'] },
      }),
      number,
    )
  })

  it('is a control character, a lone surrogate or a NUL no more than another: it is stored or refused', async () => {
    for (const text of [
      '\u0000',
      'a\u0000b',
      'a\nb',
      '\u0007',
      'a\ud800b',
      '\ufeff',
      '\u200b',
      'a\u00adb',
    ]) {
      for (const attribute of ['userName', 'title', 'displayName']) {
        const body = { userName: scene().unusedName(), [attribute]: text }
        const created = await scene().bridge.scim.post('/Users', body)
        assert.ok([201, 400].includes(created.status), `${JSON.stringify(body)}: ${created.text}`)
        if (created.status !== 201) continue
        const id = (created.answer as { id: string }).id
        assert.deepEqual(await scene().get(id), created.answer)
        const stored = created.answer?.[attribute]
        if (stored !== undefined) {
          const found = await scene().find(`${attribute} eq ${JSON.stringify(stored)}`)
          assert.ok(
            found.some((user) => user.id === id),
            JSON.stringify(body),
          )
        }
        const renamed = await scene().patch(id, { op: 'replace', path: 'title', value: 'x' })
        assert.equal(renamed.status, 200, renamed.text)
        assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
      }
    }
  })

  it('leaves no name, DN or value in the log', () => {
    const { events } = scene().bridge
    assert.deepEqual(
      events.filter(({ level }) => level === 'error'),
      [],
    )
    const text = JSON.stringify(events)
    for (const part of ['dc=example', 'uid=', 'ë@example.org', 'Clerk']) {
      assert.ok(!text.includes(part), part)
    }
  })
})
