import assert from 'node:assert/strict'
import { childDn } from '../../../src/directory/dn.ts'
import type { AttributeValue } from '../../../src/directory/entry.ts'
import { DirectoryError, type DirectoryFailure } from '../../../src/directory/error.ts'
import { equals, present } from '../../../src/directory/filter.ts'
import type { LdapDirectory } from '../../../src/directory/ldap-directory.ts'
import type { LdapOperation, Modification } from '../../../src/directory/operation.ts'
import { addSection, type DirectorySection } from '../../support/directory-section.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { profile389 } from '../../support/server-profile.ts'
import { shared389ds } from '../../support/shared-389ds.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'

const { person, group } = profile389

interface Scene extends DirectorySection {
  readonly someone: string
  /** A group with her as its only member. */
  readonly team: string
}

let count = 0
function adds(more: Readonly<Record<string, readonly AttributeValue[]>>) {
  return ({ people }: Scene): LdapOperation => {
    count += 1
    return person(`refused-${count}`, people, more)
  }
}

function changes(
  dn: (scene: Scene) => string,
  ...modifications: readonly (readonly [Modification['operation'], string, ...string[]])[]
) {
  return (scene: Scene): LdapOperation => ({
    kind: 'modify',
    dn: dn(scene),
    modifications: modifications.map(([operation, attribute, ...values]) => ({
      operation,
      attribute,
      values,
    })),
  })
}

const someone = (scene: Scene): string => scene.someone
const nobody = (scene: Scene): string => childDn('uid', 'nobody', scene.people)
const agarcia = `uid=agarcia,${exampleTree.people}`

type Row = readonly [
  what: string,
  operation: (scene: Scene) => LdapOperation,
  code: number,
  failure: DirectoryFailure,
  attribute?: string,
]

const refusals: readonly Row[] = [
  ['a uid that another person has', adds({ uid: ['AGARCIA', 'x'] }), 19, 'notUnique', 'uid'],
  ['a uid that is not ASCII', adds({ uid: ['é'] }), 19, 'invalidValue', 'uid'],
  ['a mail that is not ASCII', adds({ mail: ['é@example.org'] }), 21, 'invalidValue', 'mail'],
  [
    'a telephoneNumber that is not ASCII',
    adds({ telephoneNumber: ['ë'] }),
    21,
    'invalidValue',
    'telephoneNumber',
  ],
  ['an empty value', adds({ title: [''] }), 21, 'invalidValue', 'title'],
  [
    'two values where one may be',
    adds({ displayName: ['a', 'b'] }),
    65,
    'tooManyValues',
    'displayName',
  ],
  [
    'an attribute that is not in its classes',
    adds({ scimExternalId: ['1'] }),
    65,
    'schemaViolation',
    'scimExternalId',
  ],
  ['a password that is too short', adds({ userPassword: ['short'] }), 19, 'passwordRefused'],
  [
    'a member who is there already',
    ({ team, ...scene }) =>
      changes(() => team, ['add', 'member', scene.someone])({ team, ...scene }),
    20,
    'valueExists',
    'member',
  ],
  [
    'the removal of somebody who is no member',
    changes(({ team }) => team, ['delete', 'member', agarcia]),
    16,
    'valueAbsent',
    'member',
  ],
  [
    'a change of the name other than by a rename',
    changes(someone, ['replace', 'uid', 'x']),
    67,
    'schemaViolation',
    'uid',
  ],
  [
    'a change of what the server keeps',
    changes(someone, ['replace', 'nsUniqueId', profile389.identity.other.toString()]),
    53,
    'refused',
  ],
  [
    'a change of somebody who is gone',
    changes(nobody, ['replace', 'title', 'x']),
    50,
    'noSuchEntry',
  ],
  [
    'the deletion of somebody who is gone',
    (scene) => ({ kind: 'delete', dn: nobody(scene) }),
    50,
    'noSuchEntry',
  ],
  [
    'a change of an entry that the bridge has no right to',
    changes(() => exampleTree.people, ['replace', 'description', 'x']),
    50,
    'refused',
  ],
  [
    'the deletion of a base of the bridge',
    () => ({ kind: 'delete', dn: exampleTree.groups }),
    50,
    'refused',
  ],
]

describe('What 389 DS refuses', () => {
  let directory: LdapDirectory
  let scene: Scene

  before(async () => {
    const server = shared389ds()
    const section = await addSection(server)
    directory = await openLdapDirectory(
      { url: server.ldapsUrl, bridge: server.bridge },
      { tls: { caFile: server.caFile } },
    )
    const one = person('someone', section.people)
    const team = group('team', section.groups, { member: [one.dn] })
    await directory.execute({ operations: [one, team], read: [] })
    scene = { ...section, someone: one.dn, team: team.dn }
  })

  after(async () => {
    await directory.close()
    await scene.remove()
  })

  for (const [what, operation, code, failure, attribute] of refusals) {
    it(`answers ${code} to ${what}, which is ${failure}`, async () => {
      const refused = directory.execute({ operations: [operation(scene)], read: [] })
      await assert.rejects(refused, (error) => {
        assert.ok(error instanceof DirectoryError, String(error))
        assert.deepEqual([error.resultCode, error.failure], [code, failure])
        if (attribute !== undefined) assert.equal(error.attribute, attribute)
        return true
      })
    })
  }

  it('answers 13 to a Password Modify without TLS, which is refused (RFC 3062)', async () => {
    const { url, bridge } = shared389ds()
    const clear = await openLdapDirectory({ url, bridge })
    const operation = {
      kind: 'passwordModify',
      dn: scene.someone,
      newPassword: 'Long enough 1',
    } as const
    await assert.rejects(clear.execute({ operations: [operation], read: [] }), {
      resultCode: 13,
      failure: 'refused',
    })
    await clear.close()
  })

  it('hides from the bridge what lies outside of its bases', async () => {
    for (const base of [exampleTree.secret, exampleTree.suffix]) {
      const entries: string[] = []
      const request = { base, scope: 'sub', filter: present('uid'), attributes: [] } as const
      for await (const { dn } of directory.search(request)) entries.push(dn)
      assert.equal(
        entries.some((dn) => /ou=(secret|services)/i.test(dn)),
        false,
      )
    }
  })

  it('finds a member in any spelling, which its Compare does not', async () => {
    const { team, people } = scene
    const odd = person('a,b', people)
    const member = { operation: 'add', attribute: 'member', values: [odd.dn] } as const
    const joins = { kind: 'modify', dn: team, modifications: [member] } as const
    await directory.execute({ operations: [odd, joins], read: [] })
    for (const dn of [
      odd.dn,
      odd.dn.replace(String.raw`\,`, String.raw`\2C`),
      scene.someone.toUpperCase(),
    ]) {
      assert.equal(await directory.compare(team, 'member', dn), true)
    }
    assert.equal(await directory.compare(team, 'member', agarcia), false)
    const request = {
      base: team,
      scope: 'base',
      filter: equals('member', odd.dn),
      attributes: [],
    } as const
    for await (const entry of directory.search(request)) assert.equal(entry.dn, team)
  })
})
