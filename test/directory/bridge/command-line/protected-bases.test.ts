import assert from 'node:assert/strict'
import { startBridge } from '../../../support/bridge-process.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'

describe('serve, with protected bases that are not in the directory', () => {
  it('warns of each of them, and of no other', async () => {
    const missing = ['cn=Users,dc=other,dc=example', `ou=nobody,${exampleTree.people}`]
    const bridge = await startBridge(sharedOpenldap(), {
      SCIM_USERS_PROTECTED_BASES: JSON.stringify([missing[0], exampleTree.people]),
      SCIM_GROUPS_PROTECTED_BASES: JSON.stringify([missing[1]]),
    })
    try {
      const warnings = (await bridge.log())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ message }) => message === 'settings name what is not there')
      assert.equal(warnings.length, 1)
      const [{ level, problems } = {}] = warnings
      assert.equal(level, 'warn')
      assert.match(
        String(problems),
        new RegExp(`^users\\.protectedBases names ${missing[0]}, `, 'u'),
      )
      assert.match(
        String(problems),
        new RegExp(`; groups\\.protectedBases names ${missing[1]}, `, 'u'),
      )
      assert.doesNotMatch(String(problems), new RegExp(`names ${exampleTree.people}`, 'u'))
    } finally {
      await bridge.stop()
    }
  })
})
