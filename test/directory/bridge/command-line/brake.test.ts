import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { exampleTree } from '../../../support/openldap-server.ts'
import { freePort } from '../../../support/free-port.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { brakeSceneFor } from '../brake/brake-scene.ts'
import { directoryVariables, type Ended, preset, runCli, type Variables } from './run-cli.ts'

describe('brake, against an OpenLDAP', () => {
  const scene = brakeSceneFor({ maxCount: '2', maxShare: '100' })

  async function brake(args: readonly string[], variables: Variables = {}): Promise<Ended> {
    return await runCli(['brake', '--config', preset, ...args], {
      ...directoryVariables(sharedOpenldap(), scene().bridge.section),
      SCIM_BRAKE_ENABLED: 'true',
      SCIM_BRAKE_ENTRY: scene().entryDn,
      SCIM_BRAKE_MAX_COUNT: '2',
      SCIM_BRAKE_MAX_SHARE: '100',
      ...variables,
    })
  }

  it('shows how many were deleted or deactivated of how many that may be', async () => {
    const [one = ''] = await scene().users(1)
    await scene().remove(one)
    const { code, out, complaints } = await brake([])
    assert.equal(code, 0, complaints)
    assert.match(out, /^Within the last 60 minutes:\n {2}1 of at most 2 users/u)
    assert.match(out, / {2}0 of at most 2 groups deleted or emptied\nThe brake is off/u)
  })

  it('ends with 1 while the brake is on, and says since when', async () => {
    for (const id of await scene().users(3)) await scene().remove(id)
    const { code, out } = await brake([])
    assert.equal(code, 1)
    assert.match(out, /The brake is on since 20\d\d-\S+Z, after 2 users: .*--release/u)
  })

  it('tells groups that are stopped from users who are not', async () => {
    for (let time = 0; time < 3; time += 1) await scene().removeGroup(await scene().group())
    const groupsOnly = await brake([])
    assert.equal(groupsOnly.code, 1)
    assert.match(groupsOnly.out, /after 2 groups: no group is deleted or emptied, users are/u)
    for (const id of await scene().users(3)) await scene().remove(id)
    const { out } = await brake([])
    assert.match(out, /after 2 users: nothing is deleted.*\nThe brake is on .*after 2 groups: no/u)
  })

  it('releases the brake, so that as many go on, and records that in the journal', async () => {
    const folder = await temporaryFolder('brake')
    try {
      const file = path.join(folder.path, 'journal.jsonl')
      const ids = await scene().users(6)
      for (const id of ids.slice(0, 3)) await scene().remove(id)
      const { code, out, complaints } = await brake(['--release'], { SCIM_JOURNAL_FILE: file })
      assert.equal(code, 0, complaints)
      assert.match(out, /^The brake is released/u)
      assert.deepEqual(await scene().values(), [])
      assert.match(await readFile(file, 'utf8'), /"actor":"command line".*"path":"--release"/u)
      const statuses = []
      for (const id of ids.slice(3)) statuses.push((await scene().remove(id)).status)
      assert.deepEqual(statuses, [204, 204, 403])
    } finally {
      await folder.remove()
    }
  })

  it('has nothing to do where the brake is off, and leaves what others keep in the attribute', async () => {
    const add = { operation: 'add', type: 'description', values: ['Ours'] } as const
    await scene().admin.modify(scene().entryDn, add)
    assert.equal((await brake(['--release'])).code, 0)
    assert.deepEqual(await scene().values(), ['Ours'])
  })

  const refused: [what: string, variables: () => Promise<Variables>, code: number, why: RegExp][] =
    [
      [
        'there is no brake',
        async () => ({ SCIM_BRAKE_ENABLED: 'false' }),
        1,
        /^There is no brake: brake\.entry is not set, or brake\.enabled is false/u,
      ],
      [
        'the directory cannot be reached',
        async () => ({ SCIM_DIRECTORY_URLS: `ldap://127.0.0.1:${await freePort()}` }),
        69,
        /cannot be reached/u,
      ],
      [
        'its entry is not there',
        async () => ({ SCIM_BRAKE_ENTRY: `cn=nobody,${exampleTree.suffix}` }),
        78,
        /brake\.entry does not exist in the directory/u,
      ],
      [
        'the schema has no such attribute',
        async () => ({ SCIM_BRAKE_ATTRIBUTE: 'noSuchAttribute' }),
        78,
        /brake\.attribute the directory's schema has no attribute noSuchAttribute/u,
      ],
      [
        'the attribute can have one value only',
        async () => ({ SCIM_BRAKE_ATTRIBUTE: 'displayName' }),
        78,
        /brake\.attribute displayName cannot have values added and removed one by one/u,
      ],
      [
        'the entry can have no such attribute',
        async () => ({ SCIM_BRAKE_ATTRIBUTE: 'title' }),
        78,
        /brake\.attribute no object class of brake\.entry allows title/u,
      ],
    ]
  for (const [what, variables, code, why] of refused) {
    it(`ends with ${code} where ${what}`, async () => {
      for (const args of [[], ['--release']]) {
        const ended = await brake(args, await variables())
        assert.equal(ended.code, code, ended.complaints)
        assert.match(ended.complaints, why)
      }
    })
  }

  it('says so at the check of a bridge that has none, and finds that of the example directory', async () => {
    const variables = directoryVariables(sharedOpenldap(), scene().bridge.section)
    const without = await runCli(['check', '--config', preset], variables)
    assert.equal(without.code, 0, without.complaints)
    assert.match(without.out, /Nothing stops mass deletions/u)
    const having = await runCli(['check', '--config', preset], {
      ...variables,
      SCIM_BRAKE_ENABLED: 'true',
    })
    assert.equal(having.code, 0, having.complaints)
    assert.doesNotMatch(having.out, /Nothing stops/u)
  })
})
