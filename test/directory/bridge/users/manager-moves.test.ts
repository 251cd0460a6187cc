import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import { enterprise, sceneFor } from './scene.ts'

/** A user by what tests say of him. */
interface Named {
  readonly id: string
  readonly userName: string
}

/** A report to be, and the manager whom a write gives him. */
interface Pair {
  readonly boss: Named
  /** The name of the report. */
  readonly report: string
}

/** A report who was to get a manager, and what the write was answered. */
interface Written {
  readonly report: string
  readonly answer: Exchange
}

/** A write that gives a report his manager. */
interface Way {
  readonly name: string
  /** The manager himself is written, and the report behind him. */
  readonly isOfManager?: boolean
  /** @param whenFound has something done right before the report gets his manager. */
  readonly write: (whenFound: (pair: Pair) => Promise<void>) => Promise<Written>
}

const reportingTo = (value: string): JsonObject => ({ [enterprise]: { manager: { value } } })
const accepted = ({ status, text }: Exchange): void => assert.ok(status < 300, text)
const naming = (boss: Named): JsonObject => ({
  op: 'replace',
  path: 'manager',
  value: { value: boss.id },
})

describe('A manager who is renamed or deleted by another bridge after he was found and before he is written', () => {
  const scene = sceneFor()
  let proxy: LdapProxy
  let bridge: TestBridge

  before(async () => {
    const server = sharedOpenldap()
    proxy = await LdapProxy.start(server.url)
    const { people, groups } = scene().bridge.section
    const bases = { 'users.base': people, 'groups.base': groups }
    bridge = await openTestBridge({ ...server, url: proxy.url }, bases)
  })

  after(async () => {
    await bridge.close()
    await proxy.close()
  })

  const create = async (userName: string, more: JsonObject = {}): Promise<Exchange> =>
    await bridge.scim.post('/Users', { userName, name: { familyName: 'Late' }, ...more })
  const change = async (id: string, ...operations: readonly JsonObject[]): Promise<Exchange> =>
    await bridge.scim.patch(`/Users/${id}`, { Operations: operations })
  const managersOf = async (userName: string): Promise<readonly string[]> =>
    await scene().admin.values(scene().dn(`uid=${userName}`), 'manager')

  const rename = async ({ id }: Named, userName: string): Promise<void> =>
    accepted(await scene().patch(id, { op: 'replace', path: 'userName', value: userName }))
  const remove = async ({ id }: Named): Promise<void> => {
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
  }

  const ways: readonly Way[] = [
    {
      name: 'a PATCH',
      write: async (whenFound) => {
        const [boss, report] = [await scene().user(), await scene().user()]
        const pair = { boss, report: report.userName }
        proxy.meanwhile('modify', async () => whenFound(pair))
        return { ...pair, answer: await change(report.id, naming(boss)) }
      },
    },
    {
      name: 'a PUT',
      write: async (whenFound) => {
        const [boss, report] = [await scene().user(), await scene().user()]
        const pair = { boss, report: report.userName }
        proxy.meanwhile('modify', async () => whenFound(pair))
        const body = { ...report, ...reportingTo(boss.id) }
        return { ...pair, answer: await bridge.scim.put(`/Users/${report.id}`, body) }
      },
    },
    {
      name: 'a POST',
      write: async (whenFound) => {
        const pair = { boss: await scene().user(), report: scene().unusedName() }
        proxy.meanwhile('add', async () => whenFound(pair))
        return { ...pair, answer: await create(pair.report, reportingTo(pair.boss.id)) }
      },
    },
    {
      name: 'the creation of the manager, for whom a report waited',
      isOfManager: true,
      write: async (whenFound) => {
        const userName = scene().unusedName()
        const { userName: report } = await scene().user(reportingTo(userName))
        proxy.meanwhile('modify', async () => {
          const id = await scene().idOf(scene().dn(`uid=${userName}`))
          await whenFound({ boss: { id, userName }, report })
        })
        return { report, answer: await create(userName) }
      },
    },
    {
      name: 'a rename of the manager to the name for which a report waited',
      isOfManager: true,
      write: async (whenFound) => {
        const userName = scene().unusedName()
        const { userName: report } = await scene().user(reportingTo(userName))
        const { id } = await scene().user()
        proxy.meanwhile('modify', async () => whenFound({ boss: { id, userName }, report }))
        const renamed = { op: 'replace', path: 'userName', value: userName }
        return { report, answer: await change(id, renamed) }
      },
    },
    {
      name: 'the creation of a report, while the manager for whom he was to wait is created',
      write: async (whenFound) => {
        const [userName, report] = [scene().unusedName(), scene().unusedName()]
        let id = ''
        proxy.meanwhile('add', async () => {
          id = await scene().userId({ userName })
        })
        proxy.meanwhile('modify', async () => whenFound({ boss: { id, userName }, report }))
        return { report, answer: await create(report, reportingTo(userName)) }
      },
    },
  ]

  for (const { name, isOfManager = false, write } of ways) {
    const assertRight = ({ status, text }: Exchange, isManagerGone: boolean): void => {
      if (isOfManager && isManagerGone) assert.equal(status, 404, text)
      else assert.ok(status < 300, text)
    }

    it(`is the manager under his new name after ${name}`, async () => {
      const next = scene().unusedName()
      const { report, answer } = await write(async ({ boss }) => rename(boss, next))
      assertRight(answer, false)
      assert.deepEqual(await managersOf(report), [scene().dn(`uid=${next}`)])
    })

    it(`leaves no dead DN when he is gone after ${name}`, async () => {
      const { report, answer } = await write(async ({ boss }) => remove(boss))
      assertRight(answer, true)
      assert.deepEqual(await managersOf(report), [])
    })

    it(`is followed when he is renamed once more after ${name}`, async () => {
      const [once, twice] = [scene().unusedName(), scene().unusedName()]
      const { report, answer } = await write(async ({ boss }) => {
        await rename(boss, once)
        proxy.meanwhile('modify', async () => rename(boss, twice))
      })
      assertRight(answer, false)
      assert.deepEqual(await managersOf(report), [scene().dn(`uid=${twice}`)])
    })

    it(`leaves the manager alone whom the other bridge sets after ${name}`, async () => {
      const other = await scene().user()
      const { report, answer } = await write(async (pair) => {
        await remove(pair.boss)
        proxy.meanwhile('modify', async () => {
          const id = await scene().idOf(scene().dn(`uid=${pair.report}`))
          accepted(await scene().patch(id, naming(other)))
        })
      })
      assertRight(answer, true)
      assert.deepEqual(await managersOf(report), [scene().dn(`uid=${other.userName}`)])
    })
  }

  it('is followed in the entry of a report who is renamed meanwhile as well', async () => {
    const [next, nextReport] = [scene().unusedName(), scene().unusedName()]
    const [boss, report] = [await scene().user(), await scene().user()]
    proxy.meanwhile('modify', async () => {
      await rename(boss, next)
      proxy.meanwhile('modify', async () => rename(report, nextReport))
    })
    accepted(await change(report.id, naming(boss)))
    assert.deepEqual(await managersOf(nextReport), [scene().dn(`uid=${next}`)])
  })

  it('is shown by the answer as he is then', async () => {
    const [boss, report] = [await scene().user(), await scene().user()]
    proxy.meanwhile('modify', async () => remove(boss))
    const { answer } = await change(report.id, naming(boss))
    assert.equal(answer?.[enterprise], undefined)
  })
})
