import assert from 'node:assert/strict'
import { sceneFor } from '../users/scene.ts'

// One letter, and a letter with an accent behind it: the same to people, to Unicode, and to LDAP (RFC 4518 §2.3).
const composed = 'Jos\u00e9 \u00c5ngstr\u00f6m'
const decomposed = 'Jose\u0301 A\u030angstro\u0308m'

function person(text: string) {
  const name = { formatted: text, givenName: text, familyName: text }
  return { userName: text, displayName: text, name }
}

describe('Texts that are the same in other code points (RFC 7644 §5)', () => {
  const scene = sceneFor()

  it('find a user by any spelling that the directory takes for his', async () => {
    const { id } = await scene().user(person(composed))
    const spellings = [
      composed,
      decomposed,
      decomposed.toUpperCase(),
      'Jos\u00e9\u00a0\u00c5ngstr\u00f6m',
      'Jos\u00e9   \u00c5ngstr\u00f6m',
      ` ${composed} `,
      '\uff2a\uff4f\uff53\u00e9 \u00c5ngstr\u00f6m',
    ]
    for (const spelling of spellings) {
      const value = JSON.stringify(spelling)
      for (const filter of [
        `userName eq ${value}`,
        `displayName eq ${value} and active eq true`,
        `not (userName ne ${value})`,
        `name.familyName ge ${value} and name.familyName le ${value}`,
      ]) {
        const found = await scene().find(filter)
        assert.deepEqual(
          found.map((each) => each.id),
          [id],
          filter,
        )
      }
    }
    for (const part of ['sw "jose\u0301  A\u030a"', 'co "e\u0301  a\u030a"', 'ew "stro\u0308m "']) {
      assert.equal((await scene().find(`userName ${part}`)).length, 1, part)
    }
    for (const spelling of spellings) {
      const second = await scene().bridge.scim.post('/Users', person(spelling))
      assert.equal(second.status, 409, second.text)
    }
  })

  it('write nothing', async () => {
    const { id } = await scene().user({ ...person(`${composed} 2`), title: composed })
    const spelt = `${decomposed} 2`
    for (const answer of [
      await scene().bridge.scim.put(`/Users/${id}`, { ...person(spelt), title: decomposed }),
      await scene().patch(id, { op: 'replace', path: 'userName', value: spelt }),
      await scene().patch(id, { op: 'add', value: { title: decomposed, ...person(spelt) } }),
    ]) {
      assert.equal(answer.status, 200, answer.text)
      assert.equal(await scene().sent(answer), '')
      assert.equal(answer.answer?.['userName'], `${composed} 2`)
    }
  })

  it('change what differs in more than that, under the name that is there', async () => {
    const { id } = await scene().user(person(`${composed} 3`))
    const changed = await scene().patch(id, {
      op: 'replace',
      path: 'userName',
      value: `JOSE\u0301 3`,
    })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(changed.answer?.['userName'], 'JOSE\u0301 3')
    assert.equal((await scene().find('userName eq "jos\u00e9 3"')).length, 1)
  })

  it('name a group', async () => {
    const member = await scene().userId()
    const group = await scene().group([member], composed)
    const filter = encodeURIComponent(`displayName eq "${decomposed}"`)
    const found = await scene().bridge.scim.get(`/Groups?filter=${filter}`)
    assert.equal(found.answer?.['totalResults'], 1)
    const second = await scene().bridge.scim.post('/Groups', { displayName: decomposed })
    assert.equal(second.status, 409, second.text)
    const put = await scene().bridge.scim.put(`/Groups/${group}`, {
      displayName: decomposed,
      members: [{ value: member }],
    })
    assert.equal(put.status, 200, put.text)
    assert.equal(await scene().sent(put), '')
  })

  it('name a member, a manager and the group of a user, however the directory spells his DN', async () => {
    const boss = await scene().userId(person(`${composed} 4`))
    const spelt = scene().dn(`uid=${decomposed.toLowerCase()}  4`)
    const report = await scene().entry(`uid=${scene().unusedName()}`, { manager: spelt })
    const { groups } = scene().bridge.section
    await scene().admin.add(`cn=spelt,${groups}`, {
      objectClass: 'groupOfNames',
      cn: 'spelt',
      member: spelt,
    })
    const group = await scene().idOf(`cn=spelt,${groups}`)
    assert.deepEqual(await scene().memberIds(group), [boss])
    const reports = await scene().find(`manager eq "${boss}"`)
    assert.deepEqual(
      reports.map(({ id }) => id),
      [await scene().idOf(report)],
    )
    const [user] = await scene().find(`groups.value eq "${group}"`)
    assert.equal(user?.id, boss)
    const removed = await scene().bridge.scim.patch(`/Groups/${group}`, {
      Operations: [{ op: 'remove', path: `members[value eq "${boss}"]` }],
    })
    assert.equal(removed.status, 204, removed.text)
    assert.deepEqual(await scene().memberIds(group), [])
  })
})
