import assert from 'node:assert/strict'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { directoryVariables, type Ended, fileWith, preset, runCli } from './run-cli.ts'

describe('The command line with several tenants', () => {
  let folder: TemporaryFolder
  let first: DirectorySection
  let second: DirectorySection
  let body: string

  before(async () => {
    folder = await temporaryFolder('tenants')
    const server = sharedOpenldap()
    first = await addSection(server)
    second = await addSection(server)
    const user = { userName: 'acme-user', name: { familyName: 'User' }, displayName: 'User' }
    body = await fileWith(folder.path, 'user.json', JSON.stringify(user))
  })

  after(async () => {
    await first.remove()
    await second.remove()
    await folder.remove()
  })

  async function command(args: readonly string[], tenant: Place = second): Promise<Ended> {
    const [name = '', ...rest] = args
    return await runCli([name, '--config', preset, ...rest], {
      ...directoryVariables(sharedOpenldap(), first),
      SCIM_BRAKE_ENTRY: tenant.firstBrake ?? `cn=brake,${first.people}`,
      ...(tenant.upkeep !== undefined && { SCIM_UPKEEP_ENTRY: `cn=brake,${first.people}` }),
      SCIM_TENANTS: tenantsOf(tenant),
    })
  }

  it('previews a request for the tenant that is named, and without a name for the first', async () => {
    const named = await command([
      'preview',
      '--tenant',
      'acme',
      'POST',
      '/acme/Users',
      '--body',
      body,
    ])
    assert.equal(named.code, 0, named.complaints)
    assert.ok(named.out.includes(`,${second.people}\n`), named.out)
    const unnamed = await command(['preview', 'POST', '/Users', '--body', body])
    assert.ok(unnamed.out.includes(`,${first.people}\n`), unnamed.out)
  })

  it('checks all tenants, or the one that is named', async () => {
    const missing = { people: `ou=nowhere,${second.people}`, groups: second.groups }
    const all = await command(['check'], missing)
    assert.equal(all.code, 78)
    assert.match(all.out, /the mapping works on its schema\.$/mu)
    assert.match(
      all.complaints,
      /^The settings cannot work for tenant acme:\n {2}users\.base does not exist/u,
    )
    const named = await command(['check', '--tenant', 'acme'])
    assert.equal(named.code, 0, named.complaints)
    assert.match(named.out, /the mapping works on its schema for tenant acme\.$/mu)
    assert.doesNotMatch(named.out, /the mapping works on its schema\.$/mu)
  })

  it('shows the brake of the tenant that is named', async () => {
    const { code, complaints } = await command(['brake', '--tenant', 'acme'])
    assert.equal(code, 1)
    assert.match(complaints, /^There is no brake/u)
  })

  it('says that there is no tenant of another name', async () => {
    for (const args of [['check'], ['brake'], ['preview', 'DELETE', '/Users/1']]) {
      const { code, complaints } = await command([...args, '--tenant', 'ACME'])
      assert.equal(code, 64)
      assert.match(complaints, /^There is no tenant "ACME" in the settings\./u)
    }
  })

  const apart = 'must lie apart from the places of the sections at the top'
  const overlaps: readonly (readonly [what: string, place: () => Place, problem: string])[] = [
    ['the same', () => first, `tenants.acme.users.base ${apart}`],
    [
      'the same in another spelling',
      () => ({ ...second, people: first.people.toUpperCase() }),
      `tenants.acme.users.base ${apart}`,
    ],
    [
      'within it',
      () => ({ ...second, people: `ou=acme,${first.groups}` }),
      `tenants.acme.users.base ${apart}`,
    ],
    [
      'around it',
      () => ({ ...second, groups: first.groups.replace(/^[^,]*,/u, '') }),
      `tenants.acme.groups.base ${apart}`,
    ],
  ]
  for (const [what, place, problem] of overlaps) {
    it(`does nothing where the base of a tenant is that of another: ${what}`, async () => {
      for (const args of [['serve'], ['check'], ['brake'], ['preview', 'DELETE', '/Users/1']]) {
        const { code, complaints } = await command(args, place())
        assert.equal(code, 78, args[0])
        assert.ok(complaints.includes(problem), complaints)
      }
    })
  }

  it('does nothing where two tenants have one brake, or one entry for notes', async () => {
    for (const section of ['brake', 'upkeep']) {
      const own = { ...second, [section]: `CN=brake, ${first.people}` }
      const { code, complaints } = await command(['check'], own)
      assert.equal(code, 78)
      const problem = `tenants.acme.${section}.entry must not be the one of the sections at the top`
      assert.ok(complaints.includes(problem), complaints)
    }
  })

  const exposed = 'must not lie within a place of'
  const within: readonly (readonly [section: string, own: () => Place, problem: string])[] = [
    [
      'brake.entry of the first below the users of another',
      () => ({ ...second, firstBrake: `cn=brake,${second.people}` }),
      `brake.entry ${exposed} tenant acme, whose clients could see and change it`,
    ],
    [
      'upkeep.entry of another below the groups of the first',
      () => ({ ...second, upkeep: `cn=notes,${first.groups}` }),
      `tenants.acme.upkeep.entry ${exposed} the sections at the top, whose clients could see`,
    ],
  ]
  for (const [what, own, problem] of within) {
    it(`does not begin with ${what}`, async () => {
      const { code, complaints } = await command(['serve'], own())
      assert.equal(code, 78)
      assert.ok(complaints.includes(problem), complaints)
    })
  }
})

interface Place {
  readonly people: string
  readonly groups: string
  readonly brake?: string
  readonly upkeep?: string
  /** The brake of the first tenant, where it is not the usual one. */
  readonly firstBrake?: string
}

function tenantsOf({ people, groups, brake, upkeep }: Place): string {
  const parts = [
    'basePath: /acme',
    `tokens: [{ name: acme, sha256: ${'a'.repeat(64)} }]`,
    `users: { base: '${people}' }`,
    `groups: { base: '${groups}' }`,
    ...(brake === undefined ? [] : [`brake: { entry: '${brake}' }`]),
    ...(upkeep === undefined ? [] : [`upkeep: { entry: '${upkeep}' }`]),
  ]
  return `{ acme: { ${parts.join(', ')} } }`
}
