import assert from 'node:assert/strict'
import { eventually } from '../../../support/eventually.ts'
import { certificateForNobody, certificatesMap } from '../users-map.ts'
import {
  tally,
  assertError,
  enterprise,
  managerOf,
  patchOf,
  sceneFor,
  withoutMeta,
} from './scene.ts'

describe('A userName that changes renames the entry', () => {
  const scene = sceneFor(certificatesMap)

  it('keeps the id, in one rename and nothing else when nothing else changes', async () => {
    const created = await scene().user()
    const [id, was, is] = [created.id, created.userName, scene().unusedName()]

    const renamed = await scene().bridge.scim.put(`/Users/${id}`, { ...created, userName: is })

    assert.equal(renamed.status, 200, renamed.text)
    assert.equal(renamed.answer?.['id'], id)
    assert.equal(renamed.answer?.['userName'], is)
    assert.deepEqual(await scene().get(id), renamed.answer)
    assert.equal(await scene().dnOf(id), scene().dn(`uid=${is}`))
    assert.deepEqual(await scene().admin.values(scene().dn(`uid=${is}`), 'uid'), [is])
    assert.deepEqual((await scene().sent(renamed)).split('\n'), [
      `dn: ${scene().dn(`uid=${was}`)}`,
      'changetype: modrdn',
      `newrdn: uid=${is}`,
      'deleteoldrdn: 1',
    ])
    assert.deepEqual(await scene().find(`userName eq "${was}"`), [])
  })

  it('takes groups and the people who report along', async () => {
    const created = await scene().user()
    const id = created.id
    const report = await scene().userId({ [enterprise]: { manager: { value: id } } })
    const group = await scene().group([id])

    assert.equal(
      (await scene().patch(id, { op: 'replace', path: 'userName', value: scene().unusedName() }))
        .status,
      200,
    )

    await eventually(async () => {
      assert.equal(managerOf(await scene().get(report)), id)
      assert.deepEqual(await scene().memberIds(group), [id])
      const [shown] = (await scene().get(id))['groups'] as { value: string }[]
      assert.equal(shown?.value, group)
    })
  })

  it('can come with another manager for who is his own, and the other way round', async () => {
    const { id } = await scene().user()
    const other = await scene().userId()
    const rename = async (manager: string): Promise<void> => {
      const body = { userName: scene().unusedName(), [enterprise]: { manager: { value: manager } } }
      const renamed = await scene().bridge.scim.put(`/Users/${id}`, body)
      assert.equal(renamed.status, 200, renamed.text)
      await eventually(async () => assert.equal(managerOf(await scene().get(id)), manager))
    }
    for (const manager of [id, other, id, other]) await rename(manager)
  })

  it('comes together with the other changes, in one write', async () => {
    const created = await scene().user({ title: 'Analyst' })
    const is = scene().unusedName()
    const changed = await scene().patch(created.id, {
      op: 'replace',
      value: { userName: is, title: 'Engineer' },
    })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(changed.answer?.['title'], 'Engineer')
    assert.deepEqual(
      (await scene().sent(changed)).split('\n'),
      [
        [`dn: ${scene().dn(`uid=${created.userName}`)}`, 'changetype: modrdn'],
        [`newrdn: uid=${is}`, 'deleteoldrdn: 1', ''],
        [`dn: ${scene().dn(`uid=${is}`)}`, 'changetype: modify'],
        ['delete: title', 'title: Analyst', '-', 'add: title', 'title: Engineer', '-'],
      ].flat(),
    )
  })

  it('does not stay when a change behind it is refused: neither takes effect', async () => {
    const created = await scene().user({ title: 'Analyst' })
    const [id, is] = [created.id, scene().unusedName()]
    const refused = await scene().patch(id, {
      op: 'replace',
      value: {
        userName: is,
        title: 'Engineer',
        x509Certificates: [certificateForNobody],
      },
    })
    assertError(refused, {
      status: 400,
      scimType: 'invalidValue',
      detail: 'x509Certificates has a value that the directory does not take.',
    })
    // Where the rename is put back, the version is another one.
    assert.deepEqual(withoutMeta(await scene().get(id)), withoutMeta(created))
    assert.deepEqual(await scene().find(`userName eq "${is}"`), [])
  })

  it('is possible in letter case alone', async () => {
    const created = await scene().user()
    const [id, is] = [created.id, created.userName.toUpperCase()]
    const changed = await scene().patch(
      id,
      { op: 'replace', path: 'userName', value: is },
      { op: 'add', path: 'title', value: 'Engineer' },
    )
    assert.equal(changed.status, 200, changed.text)
    assert.equal(changed.answer?.['userName'], is)
    assert.equal(await scene().dnOf(id), scene().dn(`uid=${is}`))
    assert.deepEqual(await scene().admin.values(scene().dn(`uid=${is}`), 'uid'), [is])
    assert.equal((await scene().find(`userName eq "${is.toLowerCase()}"`)).length, 1)
  })

  it('is refused with 409 when the name is taken, in whatever case, and nothing changes', async () => {
    const [one, other] = [await scene().user(), await scene().user()]
    for (const taken of [other.userName, other.userName.toUpperCase()]) {
      await scene().writesNothing(async () => {
        assertError(
          await scene().patch(one.id, {
            op: 'replace',
            value: { userName: taken, title: 'Thief' },
          }),
          { status: 409, scimType: 'uniqueness', detail: 'userName is in use already.' },
        )
      })
    }
  })

  it('is won by one of twenty who want the same name at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => scene().userId()))
    const is = scene().unusedName()
    const answers = await Promise.all(
      ids.map((id) =>
        scene().patch(id, { op: 'replace', value: { userName: is, title: 'Winner' } }),
      ),
    )
    assert.deepEqual(tally(answers), { 200: 1, 409: 19 })
    for (const { status, answer } of answers) {
      if (status === 409) assert.equal(answer?.['scimType'], 'uniqueness')
    }
    assert.equal((await scene().find(`userName eq "${is}"`)).length, 1)
    assert.equal((await scene().find('title eq "Winner"')).length, 1)
  })

  it('is made once when twenty ask for it at the same time', async () => {
    const [id, is] = [await scene().userId(), scene().unusedName()]
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        scene().patch(id, { op: 'replace', path: 'userName', value: is }),
      ),
    )
    assert.deepEqual(
      [...new Set(answers.map(({ status, text }) => `${status} ${status === 200 ? '' : text}`))],
      ['200 '],
    )
    assert.equal((await scene().get(id)).userName, is)
  })

  it('leaves userName as it is when it is to be removed', async () => {
    const id = await scene().userId()
    await scene().writesNothing(async () => {
      const removed = await scene().bridge.scim.patch(
        `/Users/${id}`,
        patchOf({ op: 'remove', path: 'userName' }),
      )
      assertError(removed, {
        status: 400,
        scimType: 'mutability',
        detail: 'userName is required.',
      })
    })
  })
})
