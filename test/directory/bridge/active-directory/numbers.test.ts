import assert from 'node:assert/strict'
import { oneLine } from '../users-map.ts'
import { DomainScene } from './domain-scene.ts'

describe('Numbers of new users in Active Directory (Samba)', function () {
  this.timeout(60_000)

  it('are those behind the highest, compared as numbers', async () => {
    const scene = await DomainScene.open(false, {
      'users.numbers': oneLine({ uidNumber: { from: 5000, to: 60_000 } }),
    })
    try {
      const { people: base } = scene.bridge.section
      const numbers = async (): Promise<readonly string[]> => {
        const entries = await scene.admin.search({ base, filter: '(uidNumber=*)' })
        return entries.flatMap(({ attributes }) => attributes['uidNumber'] ?? []).toSorted()
      }
      await scene.user()
      assert.deepEqual(await numbers(), ['5000'])
      const name = scene.unusedName()
      await scene.admin.add(`CN=${name},${base}`, {
        objectClass: 'user',
        sAMAccountName: name,
        uidNumber: '20000',
      })
      await scene.user()
      assert.deepEqual(await numbers(), ['20000', '20001', '5000'])
    } finally {
      await scene.close()
    }
  })
})
