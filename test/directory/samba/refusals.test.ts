import assert from 'node:assert/strict'
import type { LdapDirectory } from '../../../src/directory/ldap-directory.ts'
import { childDn } from '../../../src/directory/dn.ts'
import type { AttributeValue } from '../../../src/directory/entry.ts'
import { DirectoryError, type DirectoryFailure } from '../../../src/directory/error.ts'
import type { LdapOperation, Modification } from '../../../src/directory/operation.ts'
import { DomainController } from '../../support/domain-controller.ts'
import { exampleDomain } from '../../support/samba.ts'
import { sambaProfile } from '../../support/server-profile.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'
import { addDomainSection, type DomainSection } from './domain-section.ts'
import { sharedSamba } from '../../support/shared-samba.ts'

const { person, group, passwordValue } = sambaProfile
/** What a server says to something that cannot be: its result code and what that comes to; nothing when it does it. */
type Answer = readonly [code: number, failure: DirectoryFailure, attribute?: string] | undefined

/** Security groups. MS-ADTS 2.2.12 */
const groupTypes = {
  global: '-2147483646',
  local: '-2147483644',
  universal: '-2147483640',
} as const

interface Scene extends DomainSection {
  /** A person who is there, and a group with her as its only member. */
  readonly someone: string
  readonly team: string
  /** Somebody who was a member of it. */
  readonly left: string
  /** A group of each scope, which the double knows. */
  readonly scopes: Readonly<Record<Scope, string>>
}

type Scope = keyof typeof groupTypes

interface Refusal {
  readonly what: string
  readonly operation: (scene: Scene) => LdapOperation
  readonly samba: Answer
  readonly activeDirectory: Answer
}

let count = 0
function fresh(): string {
  count += 1
  return `refused ${count}`
}

function adds(more: Readonly<Record<string, readonly AttributeValue[]>>) {
  return ({ people }: Scene): LdapOperation => person(fresh(), people, more)
}

function changes(
  dn: (scene: Scene) => string,
  operation: Modification['operation'],
  attribute: string,
  value: (scene: Scene) => string,
) {
  return (scene: Scene): LdapOperation => ({
    kind: 'modify',
    dn: dn(scene),
    modifications: [{ operation, attribute, values: [value(scene)] }],
  })
}

/** A group of a scope that has one of another scope as a member from the start, or gets it.
 *  @param answer what Active Directory says to that. */
function nests(outer: Scope, inner: Scope, answer: Answer): readonly Refusal[] {
  const common = { samba: undefined, activeDirectory: answer }
  return [
    {
      what: `a ${outer} group that is created with a ${inner} one`,
      operation: ({ groups, scopes }) =>
        group(fresh(), groups, { groupType: [groupTypes[outer]], member: [scopes[inner]] }),
      ...common,
    },
    {
      what: `a ${inner} group in a ${outer} one`,
      operation: changes(
        ({ scopes }) => scopes[outer],
        'add',
        'member',
        ({ scopes }) => scopes[inner],
      ),
      ...common,
    },
  ]
}

const nobody = ({ people }: Scene): string => childDn('cn', 'nobody', people)
const long = (length: number): readonly string[] => ['x'.repeat(length)]
const unquoted = Buffer.from('Long enough 1', 'utf16le')

/** MS-ADTS, MS-SAMR and what is met in the field for Active Directory; Samba 4.17 to 4.22 as it is. */
const refusals: readonly Refusal[] = [
  {
    what: 'a logon name that another person has',
    operation: adds({ sAMAccountName: ['AGARCIA'] }),
    samba: [68, 'notUnique', 'sAMAccountName'],
    activeDirectory: [68, 'notUnique', 'sAMAccountName'],
  },
  {
    what: 'a group with the logon name of a person',
    operation: ({ groups }) => group(fresh(), groups, { sAMAccountName: ['agarcia'] }),
    samba: [68, 'notUnique', 'sAMAccountName'],
    activeDirectory: [68, 'notUnique', 'sAMAccountName'],
  },
  {
    what: 'a principal name that another person has',
    operation: adds({ userPrincipalName: ['AGARCIA@example.org'] }),
    samba: [19, 'notUnique', 'userPrincipalName'],
    activeDirectory: [19, 'notUnique', 'userPrincipalName'],
  },
  {
    what: 'a logon name of 21 characters',
    operation: adds({ sAMAccountName: long(21) }),
    samba: undefined,
    activeDirectory: [80, 'invalidValue', 'sAMAccountName'],
  },
  {
    what: 'a logon name with a character that may not be in it',
    operation: adds({ sAMAccountName: ['a/b'] }),
    samba: [19, 'invalidValue', 'sAMAccountName'],
    activeDirectory: [80, 'invalidValue', 'sAMAccountName'],
  },
  ...(
    [
      ['title', 129],
      ['givenName', 65],
      ['displayName', 257],
      ['telephoneNumber', 65],
      ['employeeID', 17],
    ] as const
  ).map(([attribute, length]): Refusal => ({
    what: `${length} characters in ${attribute}`,
    operation: adds({ [attribute]: long(length) }),
    samba: [21, 'invalidValue', attribute],
    activeDirectory: [19, 'invalidValue', attribute],
  })),
  {
    what: 'a second value of a single-valued attribute',
    operation: changes(
      ({ someone }) => someone,
      'add',
      'displayName',
      () => 'second',
    ),
    samba: [20, 'tooManyValues', 'displayName'],
    activeDirectory: [19, 'tooManyValues', 'displayName'],
  },
  {
    what: 'a password that is too short',
    operation: adds({ unicodePwd: [passwordValue('short')] }),
    samba: [19, 'passwordRefused'],
    activeDirectory: [53, 'passwordRefused'],
  },
  {
    what: 'a password without quotes',
    operation: adds({ unicodePwd: [unquoted] }),
    samba: [53, 'passwordRefused'],
    activeDirectory: [53, 'passwordRefused'],
  },
  {
    what: 'somebody who is enabled without a password',
    operation: adds({ userAccountControl: ['512'] }),
    samba: undefined,
    activeDirectory: [53, 'passwordRefused'],
  },
  {
    what: 'a member who is there already',
    operation: changes(
      ({ team }) => team,
      'add',
      'member',
      ({ someone }) => someone,
    ),
    samba: [68, 'valueExists', 'member'],
    activeDirectory: [68, 'valueExists', 'member'],
  },
  {
    what: 'the removal of somebody who is no member',
    operation: changes(
      ({ team }) => team,
      'delete',
      'member',
      () => `CN=Clara Meyer,${exampleDomain.people}`,
    ),
    samba: [53, 'valueAbsent', 'member'],
    activeDirectory: [53, 'valueAbsent'],
  },
  {
    what: 'the removal of somebody who was removed before',
    operation: changes(
      ({ team }) => team,
      'delete',
      'member',
      ({ left }) => left,
    ),
    samba: [53, 'valueAbsent', 'member'],
    activeDirectory: [53, 'valueAbsent'],
  },
  {
    what: 'the removal of a member whose entry is gone',
    operation: changes(({ team }) => team, 'delete', 'member', nobody),
    samba: [53, 'valueAbsent'],
    activeDirectory: [53, 'valueAbsent'],
  },
  {
    what: 'a member who does not exist',
    operation: changes(({ team }) => team, 'add', 'member', nobody),
    samba: [32, 'noSuchReference'],
    activeDirectory: [32, 'noSuchReference'],
  },
  {
    what: 'a member by a GUID that does not exist',
    operation: changes(
      ({ team }) => team,
      'add',
      'member',
      () => '<GUID=11111111-1111-1111-1111-111111111111>',
    ),
    samba: [32, 'noSuchReference'],
    activeDirectory: [32, 'noSuchReference'],
  },
  ...nests('global', 'local', [53, 'unfitGroup']),
  ...nests('global', 'universal', [53, 'unfitGroup']),
  ...nests('universal', 'local', [53, 'unfitGroup']),
  {
    what: 'a manager who does not exist',
    operation: changes(({ someone }) => someone, 'replace', 'manager', nobody),
    samba: [19, 'noSuchReference'],
    activeDirectory: [19, 'noSuchReference'],
  },
  {
    what: 'a change of what the server computes',
    operation: changes(
      ({ someone }) => someone,
      'add',
      'memberOf',
      ({ team }) => team,
    ),
    samba: [53, 'readOnly', 'memberOf'],
    activeDirectory: [53, 'readOnly', 'memberOf'],
  },
  {
    what: 'a change of the name other than by a rename',
    operation: changes(
      ({ someone }) => someone,
      'replace',
      'cn',
      () => 'x',
    ),
    samba: [67, 'schemaViolation', 'cn'],
    activeDirectory: [67, 'schemaViolation', 'cn'],
  },
  {
    what: 'a change of an entry that the bridge has no right to',
    operation: changes(
      () => `CN=Emergency Access,${exampleDomain.secret}`,
      'replace',
      'title',
      () => 'x',
    ),
    samba: [50, 'refused'],
    activeDirectory: [50, 'refused'],
  },
  {
    what: 'the deletion of a base of the bridge',
    operation: () => ({ kind: 'delete', dn: exampleDomain.people }),
    samba: [50, 'refused'],
    activeDirectory: [50, 'refused'],
  },
]

describe('What a domain controller refuses', () => {
  let scene: Scene
  let controller: DomainController
  const directories = new Map<'samba' | 'activeDirectory', LdapDirectory>()

  before(async () => {
    const samba = sharedSamba()
    controller = await DomainController.start(samba)
    const { bridge, ldapsUrl, caFile } = samba
    const direct = await openLdapDirectory({ url: ldapsUrl, bridge }, { tls: { caFile } })
    directories.set('samba', direct)
    directories.set('activeDirectory', await openLdapDirectory({ url: controller.url, bridge }))
    const section = await addDomainSection(samba)
    const someone = person('someone', section.people, { displayName: ['Some One'] })
    const left = person('left', section.people)
    const team = group('team', section.groups, { member: [someone.dn, left.dn] })
    const leaves = { operation: 'delete', attribute: 'member', values: [left.dn] } as const
    const leaving = { kind: 'modify', dn: team.dn, modifications: [leaves] } as const
    await direct.execute({ operations: [someone, left, team, leaving], read: [] })
    const scopes = {
      global: group('global', section.groups, { groupType: [groupTypes.global] }),
      local: group('local', section.groups, { groupType: [groupTypes.local] }),
      universal: group('universal', section.groups, { groupType: [groupTypes.universal] }),
    }
    for (const scope of Object.values(scopes)) await execute('activeDirectory', scope)
    scene = {
      ...section,
      someone: someone.dn,
      team: team.dn,
      left: left.dn,
      scopes: {
        global: scopes.global.dn,
        local: scopes.local.dn,
        universal: scopes.universal.dn,
      },
    }
  })

  after(async () => {
    for (const directory of directories.values()) await directory.close()
    await controller.close()
    await scene.remove()
  })

  const execute = async (
    server: 'samba' | 'activeDirectory',
    operation: LdapOperation,
  ): Promise<void> => {
    const directory = directories.get(server)
    assert.ok(directory !== undefined)
    await directory.execute({ operations: [operation], read: [] })
  }

  for (const { what, operation, ...answers } of refusals) {
    for (const server of ['samba', 'activeDirectory'] as const) {
      const name = server === 'samba' ? 'Samba' : 'Active Directory'
      const answer = answers[server]
      if (answer === undefined) {
        it(`${name} takes ${what}`, async () => {
          await execute(server, operation(scene))
        })
        continue
      }
      const [code, failure, attribute] = answer
      it(`${name} answers ${code} to ${what}, which is ${failure}`, async () => {
        await assert.rejects(execute(server, operation(scene)), (error) => {
          assert.ok(error instanceof DirectoryError, String(error))
          const { resultCode } = error
          assert.deepEqual([resultCode, error.failure], [code, failure], String(error.cause))
          if (attribute !== undefined) assert.equal(error.attribute, attribute)
          return true
        })
      })
    }
  }
})
