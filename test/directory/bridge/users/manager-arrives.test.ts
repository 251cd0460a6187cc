import assert from 'node:assert/strict'
import { enterprise, managerOf, sceneFor } from './scene.ts'

describe('A manager who arrives after the people who report to him', () => {
  const scene = sceneFor()

  const waitingFor = async (value: string): Promise<string> => {
    const report = await scene().user({ [enterprise]: { manager: { value } } })
    assert.equal(managerOf(report), undefined)
    assert.deepEqual(
      await scene().admin.values(scene().dn(`uid=${report.userName}`), 'scimPendingManager'),
      [value],
    )
    return report.id
  }
  const isSet = async (report: string, boss: string): Promise<void> => {
    assert.equal(managerOf(await scene().get(report)), boss)
    const dn = String(await scene().dnOf(report))
    assert.deepEqual(await scene().admin.values(dn, 'scimPendingManager'), [])
    assert.deepEqual(await scene().admin.values(dn, 'manager'), [await scene().dnOf(boss)])
  }

  it('is set for all who wait for him when he is created, by whatever they know of him', async () => {
    const userName = scene().unusedName()
    const keys = [userName, `ext-${userName}`, `no-${userName}`, `${userName}@example.org`]
    const reports = await Promise.all([...keys, ...keys].map(waitingFor))
    const boss = await scene().userId({
      userName,
      externalId: `ext-${userName}`,
      emails: [{ value: `${userName}@example.org`, type: 'work' }],
      [enterprise]: { employeeNumber: `no-${userName}` },
    })
    for (const report of reports) await isSet(report, boss)
  })

  it('is set also when he has more names than one question to the directory has room for', async () => {
    const userName = scene().unusedName()
    const report = await waitingFor(`last-${userName}@example.org`)
    const many = Array.from(
      { length: 900 },
      (_, index) => `${'x'.repeat(1500)}${index}@example.org`,
    )
    const boss = await scene().userId({
      userName,
      emails: [...many, `last-${userName}@example.org`].map((value) => ({ value, type: 'work' })),
    })
    await isSet(report, boss)
  })

  it('is set when somebody is renamed to the name', async () => {
    const userName = scene().unusedName()
    const report = await waitingFor(userName)
    const boss = await scene().userId()
    await scene().patch(boss, { op: 'replace', path: 'userName', value: userName })
    await isSet(report, boss)
  })

  it('is set when a PATCH or a PUT gives somebody the key', async () => {
    const [one, other] = [scene().unusedName(), scene().unusedName()]
    const [first, second] = [await waitingFor(one), await waitingFor(other)]
    const boss = await scene().user()
    await scene().patch(boss.id, { op: 'add', path: 'externalId', value: one })
    await isSet(first, boss.id)
    await scene().bridge.scim.put(`/Users/${boss.id}`, {
      ...boss,
      [enterprise]: { employeeNumber: other },
    })
    await isSet(second, boss.id)
  })

  it('is set when his entry was made by others, as soon as somebody writes one of the two', async () => {
    const [one, other] = [scene().unusedName(), scene().unusedName()]
    const [first, second] = [await waitingFor(one), await waitingFor(other)]
    const boss = await scene().idOf(await scene().entry(`uid=${one}`))
    await scene().patch(boss, { op: 'add', path: 'title', value: 'Boss' })
    await isSet(first, boss)
    const next = await scene().idOf(await scene().entry(`uid=${other}`))
    const written = await scene().patch(second, { op: 'add', path: 'title', value: 'Report' })
    assert.equal(managerOf(written.answer), next)
    await isSet(second, next)
  })

  it('is not set for one whose manager was changed or taken away meanwhile', async () => {
    const userName = scene().unusedName()
    const [changed, removed, blanked] = [
      await waitingFor(userName),
      await waitingFor(userName),
      await waitingFor(userName),
    ]
    const other = await scene().userId()
    await scene().patch(changed, { op: 'replace', path: 'manager', value: other })
    await scene().patch(removed, { op: 'remove', path: 'manager' })
    const shown = await scene().get(blanked)
    await scene().bridge.scim.put(`/Users/${blanked}`, {
      ...shown,
      [enterprise]: { manager: { managerId: '', displayName: ' ' } },
    })
    await scene().userId({ userName })
    assert.equal(managerOf(await scene().get(changed)), other)
    for (const id of [removed, blanked]) {
      assert.equal(managerOf(await scene().get(id)), undefined)
      assert.deepEqual(
        await scene().admin.values(String(await scene().dnOf(id)), 'scimPendingManager'),
        [],
      )
    }
  })

  it('is waited for still after a PUT that names him again', async () => {
    const userName = scene().unusedName()
    const report = await waitingFor(userName)
    const shown = await scene().get(report)
    const put = await scene().bridge.scim.put(`/Users/${report}`, {
      ...shown,
      [enterprise]: { manager: { managerId: userName } },
    })
    assert.equal(await scene().sent(put), '')
    await isSet(report, await scene().userId({ userName }))
  })

  it('takes the place of the former manager, who stays until then', async () => {
    const former = await scene().userId()
    const report = await scene().userId({ [enterprise]: { manager: { value: former } } })
    const userName = scene().unusedName()
    const changed = await scene().patch(report, { op: 'replace', path: 'manager', value: userName })
    assert.equal(managerOf(changed.answer), former)
    await isSet(report, await scene().userId({ userName }))
    const dn = String(await scene().dnOf(report))
    assert.equal((await scene().admin.values(dn, 'manager')).length, 1)
  })

  it('does not come any more when the former manager is named again', async () => {
    const former = await scene().userId()
    const report = await scene().userId({ [enterprise]: { manager: { value: former } } })
    const userName = scene().unusedName()
    await scene().patch(report, { op: 'replace', path: 'manager', value: userName })
    await scene().patch(report, { op: 'replace', path: 'title', value: 'Between two managers' })
    await scene().patch(report, { op: 'replace', path: 'manager', value: former })
    await scene().userId({ userName })
    assert.equal(managerOf(await scene().get(report)), former)
  })

  it('is set in the end when both are created at the same time', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const userName = scene().unusedName()
        const create = async (isBoss: boolean): Promise<string> =>
          isBoss
            ? await scene().userId({ userName })
            : await scene().userId({ [enterprise]: { manager: { value: userName } } })
        const isBossFirst = index % 2 === 0
        const ids = await Promise.all([create(isBossFirst), create(!isBossFirst)])
        return isBossFirst ? ids : ids.toReversed()
      }),
    )
    for (const [boss = '', report = ''] of pairs) await isSet(report, boss)
  })
})
