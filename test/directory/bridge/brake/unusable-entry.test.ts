import assert from 'node:assert/strict'
import type { Overrides } from '../../../support/bridge.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { assertRefused } from '../groups/group-scene.ts'
import { brakeSceneFor } from './brake-scene.ts'

const cannotCount = {
  status: 503,
  detail: /^The bridge cannot count deletions and deactivations .*brake\.entry must be an entry/u,
}

const unusable: [what: string, overrides: Overrides][] = [
  ['entry is not there', { 'brake.entry': `cn=nobody,${exampleTree.suffix}` }],
  ['entry may not be read', { 'brake.entry': exampleTree.bridge }],
  ['entry may not be written', { 'brake.entry': exampleTree.people }],
  ['entry allows no such attribute', { 'brake.attribute': 'title' }],
  ['attribute may be written and not be read', { 'brake.attribute': 'userPassword' }],
]

for (const [what, overrides] of unusable) {
  describe(`A brake whose ${what}`, () => {
    const scene = brakeSceneFor({}, overrides)

    before(async () => {
      const classes = {
        operation: 'add',
        type: 'objectClass',
        values: ['simpleSecurityObject'],
      } as const
      const password = {
        operation: 'add',
        type: 'userPassword',
        values: ['unused-secret'],
      } as const
      await scene().admin.modify(scene().entryDn, classes, password)
    })

    it('lets nothing be deleted or deactivated, and everything else go on', async () => {
      const id = await scene().userId()
      const group = await scene().group([id])
      assertRefused(await scene().remove(id), cannotCount)
      assertRefused(await scene().deactivate(id), cannotCount)
      assertRefused(await scene().removeGroup(group), cannotCount)
      const title = { op: 'replace', path: 'title', value: 'Clerk' }
      assert.equal((await scene().patch(id, title)).status, 200)
      assert.equal((await scene().get(id))['active'], true)
    })
  })
}
