import assert from 'node:assert/strict'
import type { AskedOperation } from '../../../src/directory/complained-attribute.ts'
import type { DirectoryFailure } from '../../../src/directory/error.ts'
import type { LdapOperation } from '../../../src/directory/operation.ts'
import { failureOf, toDirectoryError } from '../../../src/directory/result-code.ts'
import type { ServerSoftware } from '../../../src/directory/server-software.ts'
import { resultError } from './result-error.ts'

const dn = 'uid=bob,ou=people,dc=example,dc=test'

const add: LdapOperation = {
  kind: 'add',
  dn,
  attributes: ['objectClass', 'uid', 'cn', 'mail', 'title', 'displayName'].map((type) => ({
    type,
    values: ['x'],
  })),
}
const twice: LdapOperation = {
  kind: 'add',
  dn,
  attributes: [
    { type: 'cn', values: ['x'] },
    { type: 'mail', values: ['a@b', 'A@B'] },
  ],
}
const longNamed: LdapOperation = { ...twice, dn: `uid=${'x'.repeat(250)},dc=example` }
const notAscii: LdapOperation = {
  kind: 'modify',
  dn,
  modifications: [
    { operation: 'replace', attribute: 'title', values: ['x'] },
    { operation: 'add', attribute: 'mail', values: ['ë'] },
  ],
}
const modify: LdapOperation = {
  kind: 'modify',
  dn,
  modifications: [
    { operation: 'replace', attribute: 'title', values: ['x'] },
    { operation: 'add', attribute: 'mail', values: ['x'] },
    { operation: 'replace', attribute: 'displayName', values: ['x'] },
  ],
}
const deletes: LdapOperation = {
  kind: 'modify',
  dn,
  modifications: [
    { operation: 'replace', attribute: 'mail', values: ['x'] },
    { operation: 'delete', attribute: 'title', values: ['x'] },
  ],
}
const member: LdapOperation = {
  kind: 'modify',
  dn: 'cn=g,ou=groups,dc=example,dc=test',
  modifications: [{ operation: 'add', attribute: 'member', values: [dn] }],
}
const memberGone: LdapOperation = {
  kind: 'modify',
  dn: 'cn=g,ou=groups,dc=example,dc=test',
  modifications: [{ operation: 'delete', attribute: 'member', values: [dn] }],
}
const setsPassword: LdapOperation = {
  kind: 'modify',
  dn,
  modifications: [
    { operation: 'replace', attribute: 'userPassword', values: ['x'] },
    { operation: 'replace', attribute: 'title', values: ['x'] },
  ],
}
const setsUnicodePwd: LdapOperation = {
  kind: 'modify',
  dn,
  modifications: [{ operation: 'replace', attribute: 'unicodePwd', values: [Buffer.of(1)] }],
}
const passwordModify: LdapOperation = { kind: 'passwordModify', dn, newPassword: 'x' }
const rename: LdapOperation = { kind: 'modifyDn', dn, newRdn: 'uid=bill', deleteOldRdn: true }
const move: LdapOperation = { ...rename, newSuperior: 'ou=former,dc=example,dc=test' }
const remove: LdapOperation = { kind: 'delete', dn }
const search: AskedOperation = { kind: 'search' }

type Row = readonly [AskedOperation, number, string, DirectoryFailure, string?]

const openldap: readonly Row[] = [
  [add, 68, '', 'alreadyExists'],
  [rename, 68, '', 'alreadyExists'],
  [add, 19, 'non-unique attributes found with (|(uid=bob))', 'notUnique', 'uid'],
  [add, 19, 'non-unique attributes found with (|(uid=mail))', 'notUnique', 'uid'],
  [rename, 19, 'non-unique attributes found with (|(uid=bill))', 'notUnique', 'uid'],
  [rename, 19, '', 'notUnique'],
  [modify, 19, '', 'invalidValue'],
  [add, 32, '', 'noSuchEntry'],
  [modify, 32, '', 'noSuchEntry'],
  [rename, 32, 'new superior not found', 'noSuchEntry'],
  [add, 65, "object class 'inetOrgPerson' requires attribute 'sn'", 'schemaViolation', 'sn'],
  [add, 65, "attribute 'Mail' not allowed", 'schemaViolation', 'mail'],
  [add, 17, 'title: attribute type undefined', 'schemaViolation', 'title'],
  [add, 21, 'objectClass: value #0 invalid per syntax', 'schemaViolation', 'objectClass'],
  [add, 21, 'mail: value #0 invalid per syntax', 'invalidValue', 'mail'],
  [modify, 21, 'title: value #0 invalid per syntax', 'invalidValue', 'title'],
  [add, 19, 'displayName: multiple values provided', 'tooManyValues', 'displayName'],
  [add, 20, 'mail: value #0 provided more than once', 'invalidValue', 'mail'],
  [modify, 20, 'title: value #0 provided more than once', 'invalidValue', 'title'],
  [modify, 20, 'modify/add: mail: value #0 already exists', 'valueExists', 'mail'],
  [deletes, 16, 'modify/delete: title: no such value', 'valueAbsent', 'title'],
  [modify, 18, 'modify/delete: title: no equality matching rule', 'refused', 'title'],
  [modify, 19, 'mail: no user modification allowed', 'readOnly', 'mail'],
  [modify, 64, "value of naming attribute 'uid' is not present in entry", 'schemaViolation', 'uid'],
  [modify, 69, 'structural object class modification not allowed', 'readOnly'],
  [add, 34, 'invalid DN', 'invalidValue'],
  [remove, 66, 'subordinate objects must be deleted first', 'notLeaf'],
  [remove, 53, 'no global superior knowledge', 'refused'],
  [modify, 122, '', 'assertionFailed'],
  [passwordModify, 19, 'Password fails quality checking policy', 'passwordRefused'],
  [setsPassword, 19, 'Password is in history of old passwords', 'passwordRefused'],
  [setsPassword, 19, 'title: multiple values provided', 'tooManyValues', 'title'],
  [search, 4, '', 'limitExceeded'],
  [search, 11, '', 'limitExceeded'],
  [search, 3, '', 'unavailable'],
  [search, 51, '', 'unavailable'],
  [search, 52, '', 'unavailable'],
  [search, 50, '', 'refused'],
  [search, 10, '', 'refused'],
  [search, 12, '', 'refused'],
  [search, 2, '', 'protocol'],
  [search, 4711, '', 'refused'],
]

const activeDirectory: readonly Row[] = [
  [
    member,
    53,
    '00002142: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0',
    'unfitGroup',
  ],
  [
    member,
    53,
    '00002143: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0',
    'unfitGroup',
  ],
  [
    member,
    53,
    '00002144: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0',
    'unfitGroup',
  ],
  [
    member,
    53,
    '00002145: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0',
    'unfitGroup',
  ],
  [
    member,
    53,
    '00002146: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0',
    'unfitGroup',
  ],
  [
    member,
    53,
    '00002141: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0',
    'refused',
  ],
  [
    rename,
    53,
    '00002146: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0',
    'refused',
  ],
  [
    add,
    68,
    '00002071: UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS), data 0',
    'alreadyExists',
  ],
  [
    add,
    68,
    '00000524: UpdErr: DSID-031A11FA, problem 6005 (ENTRY_EXISTS), data 0',
    'notUnique',
    'sAMAccountName',
  ],
  [
    add,
    68,
    '00000526: UpdErr: DSID-031A11FA, problem 6005 (ENTRY_EXISTS), data 0',
    'notUnique',
    'sAMAccountName',
  ],
  [modify, 19, '000021C8: AtrErr: DSID-03200BBA, #1: Att 90290 (userPrincipalName)', 'notUnique'],
  [
    setsPassword,
    53,
    '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM)',
    'passwordRefused',
  ],
  [
    member,
    68,
    '00000562: UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS)',
    'valueExists',
    'member',
  ],
  [
    memberGone,
    53,
    '00000561: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM)',
    'valueAbsent',
  ],
  [
    member,
    32,
    '0000208D: NameErr: DSID-03100238, problem 2001 (NO_OBJECT)',
    'noSuchReference',
    'member',
  ],
  [memberGone, 32, '0000208D: NameErr: DSID-03100238, problem 2001 (NO_OBJECT)', 'noSuchEntry'],
  [modify, 32, '0000208D: NameErr: DSID-03100238, problem 2001 (NO_OBJECT)', 'noSuchEntry'],
  [member, 19, '000020B5: AtrErr: DSID-03152804, #1: Att 1f (member)', 'noSuchReference', 'member'],
  [
    modify,
    19,
    '00002081: AtrErr: DSID-03190F80, #1: problem 1005, Att c (title)',
    'tooManyValues',
    'title',
  ],
  [
    modify,
    19,
    '00002082: AtrErr: DSID-03190F80, #1: problem 1005, Att c (title):len 258',
    'invalidValue',
    'title',
  ],
  [
    add,
    80,
    '00000523: SysErr: DSID-031A1256, problem 22 (Invalid argument)',
    'invalidValue',
    'sAMAccountName',
  ],
  [search, 1, '000004DC: LdapErr: DSID-0C090A5C, a successful bind must be completed', 'refused'],
  [
    add,
    16,
    '00000057: LdapErr: DSID-0C090E17, comment: Error in attribute conversion operation',
    'schemaViolation',
  ],
  [
    modify,
    67,
    '00002016: UpdErr: DSID-031B0D21, problem 6004 (CANT_ON_RDN)',
    'schemaViolation',
    'uid',
  ],
  [modify, 53, '0000209A: SvcErr: DSID-031A1021, problem 5003 (WILL_NOT_PERFORM)', 'readOnly'],
  [add, 19, '000020A6: AtrErr: DSID-03152D2C, #1: Att c (title)', 'readOnly', 'title'],
  [modify, 19, '000020B1: AtrErr: DSID-030F1164, #1: Att c (title)', 'readOnly', 'title'],
]

const samba: readonly Row[] = [
  [add, 68, 'Entry CN=x already exists', 'alreadyExists'],
  [add, 68, "00002071: samldb: samAccountName 'ALICE' already in use!", 'notUnique'],
  [add, 19, "0000202F: samldb: userPrincipalName 'a@b' already in use", 'notUnique'],
  [add, 19, "0000202F: samldb: sAMAccountName contains invalid '/' character", 'invalidValue'],
  [
    setsPassword,
    19,
    '0000052D: Constraint violation - check_password_restrictions: too short',
    'passwordRefused',
  ],
  [
    setsUnicodePwd,
    53,
    '00002035: setup_io: it is not possible to set a new password',
    'passwordRefused',
  ],
  [modify, 53, '00002035: Attribute mail cannot be modified, it is linked', 'readOnly', 'mail'],
  [member, 68, 'Attribute member already exists for target GUID 1-2-3', 'valueExists', 'member'],
  [memberGone, 53, "Attribute member doesn't exist for target GUID 1-2-3", 'valueAbsent', 'member'],
  [
    memberGone,
    53,
    'Attribute member already deleted for target GUID 1-2-3',
    'valueAbsent',
    'member',
  ],
  [member, 32, '00000525: Unable to find GUID for DN', 'noSuchReference', 'member'],
  [
    modify,
    20,
    '0000200D: SINGLE-VALUE attribute title on CN=x specified more than once',
    'tooManyValues',
    'title',
  ],
  [modify, 21, '0000200B: Invalid syntax of title', 'invalidValue', 'title'],
  [
    add,
    19,
    '0000202F: SINGLE-VALUE attribute displayName on CN=x specified more than once',
    'tooManyValues',
    'displayName',
  ],
  [
    add,
    16,
    "0000200A: objectclass_attrs: attribute 'nonsense' was not found in the schema!",
    'schemaViolation',
    'nonsense',
  ],
  [
    add,
    16,
    '0000200A: objectclass nonsense is not a valid objectClass in schema',
    'schemaViolation',
    'objectClass',
  ],
  [
    modify,
    19,
    "0000202F: objectclass_attrs: attribute 'title' on entry 'CN=x' can only be modified as system",
    'readOnly',
    'title',
  ],
  [modify, 53, "00002077: samldb: 'title' can't be deleted/empty!", 'schemaViolation', 'title'],
  [modify, 16, '', 'schemaViolation'],
  [memberGone, 53, '00002035: Unable to find GUID for DN CN=x', 'valueAbsent'],
  [move, 80, '00002095: objectclass: Cannot rename, parent does not exist!', 'noSuchEntry'],
  [rename, 80, '00002095: Other', 'refused'],
  [rename, 53, '00002035: Unwilling to perform. Old RDN must be deleted', 'refused'],
]

const port389: readonly Row[] = [
  [
    add,
    19,
    'Another entry with the same attribute value already exists (attribute: "uid")',
    'notUnique',
    'uid',
  ],
  [
    modify,
    65,
    'single-valued attribute "displayName" has multiple values',
    'tooManyValues',
    'displayName',
  ],
  [add, 65, 'missing attribute "sn" required by object class "person"', 'schemaViolation', 'sn'],
  [add, 19, 'The value is not 7-bit clean: ë', 'invalidValue'],
  [notAscii, 19, 'The value is not 7-bit clean: ë', 'invalidValue', 'mail'],
  [
    setsPassword,
    19,
    'invalid password syntax: password must be at least 8 characters long',
    'passwordRefused',
  ],
  [twice, 20, '', 'invalidValue', 'mail'],
  [add, 20, '', 'invalidValue'],
  [add, 65, 'unknown object class "nonsense"', 'schemaViolation', 'objectClass'],
  [modify, 20, '', 'valueExists', 'mail'],
  [memberGone, 16, '', 'valueAbsent', 'member'],
  [modify, 67, '', 'schemaViolation', 'uid'],
  [modify, 53, '', 'refused'],
  [passwordModify, 13, 'Operation requires a secure connection.', 'refused'],
  [longNamed, 1, '', 'invalidValue', 'uid'],
  [twice, 1, '', 'refused'],
]

const names: Readonly<Record<ServerSoftware, string>> = {
  openldap: 'OpenLDAP',
  activeDirectory: 'Active Directory',
  samba: 'Samba',
  '389ds': '389 DS',
  other: 'a server that is not known',
}

const servers: readonly (readonly [ServerSoftware, readonly Row[]])[] = [
  ['openldap', openldap],
  ['activeDirectory', activeDirectory],
  ['samba', samba],
  ['389ds', port389],
]

const taken = "0000202F: samldb: userPrincipalName 'a@b' already in use"
const second = '0000202F: SINGLE-VALUE attribute displayName on CN=x specified more than once'
const systemOnly =
  "0000202F: objectclass_attrs: attribute 'title' on entry 'CN=x' can only be modified as system"
const absent = "Attribute member doesn't exist for target GUID 1-2-3"
const gone = '00002035: Unable to find GUID for DN CN=x'

/** The words of one server in the text of another one: they are a name or a value there. */
const foreignWords: readonly (readonly [ServerSoftware, ...Row])[] = [
  ...(['openldap', '389ds'] as const).flatMap((software) => [
    [software, add, 19, taken, 'invalidValue'] as const,
    [software, add, 19, second, 'invalidValue'] as const,
    [software, modify, 19, systemOnly, 'invalidValue'] as const,
    [software, memberGone, 53, absent, 'refused'] as const,
    [software, memberGone, 53, gone, 'refused'] as const,
    [software, add, 80, '00000523: SysErr: DSID-031A1256', 'refused'] as const,
    [software, setsPassword, 80, '0000052D: SvcErr: DSID-031A12D2', 'refused'] as const,
    [software, member, 32, '0000208D: NameErr: DSID-03100238', 'noSuchEntry'] as const,
  ]),
  ['openldap', add, 19, 'Another entry with the same attribute value', 'invalidValue'],
  ['389ds', add, 19, 'non-unique attributes found with (|(uid=bob))', 'invalidValue'],
  ['389ds', modify, 19, 'mail: no user modification allowed', 'invalidValue'],
  ['openldap', modify, 65, 'single-valued attribute "title"', 'schemaViolation'],
  [
    'activeDirectory',
    add,
    68,
    "00002071: samldb: samAccountName 'x' already in use!",
    'alreadyExists',
  ],
  ['activeDirectory', modify, 19, taken, 'invalidValue'],
  ['activeDirectory', modify, 19, second, 'invalidValue'],
  ['activeDirectory', modify, 19, systemOnly, 'invalidValue'],
  ['activeDirectory', memberGone, 53, absent, 'refused'],
  ['activeDirectory', memberGone, 53, gone, 'readOnly'],
  ['activeDirectory', setsPassword, 53, '0000001F: SvcErr: password', 'refused'],
  ['activeDirectory', modify, 19, '00002082: AtrErr: multiple values', 'invalidValue'],
  ['activeDirectory', modify, 19, 'non-unique attributes found', 'invalidValue'],
  ['other', modify, 19, taken, 'invalidValue'],
]

/** Words of a server in a name or a value that its own text quotes. */
const quotedWords: readonly (readonly [ServerSoftware, ...Row])[] = [
  ['openldap', setsPassword, 19, 'non-unique attributes found with (|(uid=password))', 'notUnique'],
  ['openldap', add, 19, 'non-unique attributes found with (|(uid=multiple values))', 'notUnique'],
  ['389ds', setsPassword, 19, 'The value is not 7-bit clean: pässword', 'invalidValue'],
  [
    '389ds',
    add,
    19,
    'The value is not 7-bit clean: another entry with the same attribute value ë',
    'invalidValue',
  ],
  [
    'samba',
    modify,
    19,
    "0000202F: SINGLE-VALUE attribute title on CN=x 'y' already in use specified more than once",
    'tooManyValues',
  ],
  [
    'samba',
    modify,
    19,
    "0000202F: samldb: userPrincipalName 'SINGLE-VALUE attribute' is already in use by CN=x",
    'notUnique',
  ],
]

describe('toDirectoryError (RFC 4511 §4.1.9)', () => {
  for (const [software, rows] of servers) {
    for (const [asked, code, text, failure, attribute] of rows) {
      const named = attribute === undefined ? '' : ` of ${attribute}`
      it(`takes ${code} "${text.slice(0, 45)}" of ${names[software]} to ${asked.kind} as ${failure}${named}`, () => {
        const error = toDirectoryError(resultError(code, text), asked, { software })
        assert.equal(error.failure, failure)
        assert.equal(error.attribute, attribute)
        assert.equal(error.resultCode, code)
      })
    }
  }

  it('names nothing of several references of which one is to nobody', () => {
    const several: LdapOperation = {
      ...member,
      modifications: ['manager', 'secretary'].map((attribute) => ({
        operation: 'replace',
        attribute,
        values: [dn],
      })),
    }
    const answer = resultError(32, '0000208D: NameErr: DSID-03100238')
    const error = toDirectoryError(answer, several, { software: 'activeDirectory' })
    assert.equal(error.failure, 'noSuchReference')
    assert.equal(error.attribute, undefined)
  })

  const misleading = [
    ['reads no words of others in', foreignWords],
    ['reads no words in what is quoted by', quotedWords],
  ] as const
  for (const [what, rows] of misleading) {
    for (const [software, asked, code, text, failure] of rows) {
      it(`${what} ${code} "${text.slice(0, 75)}" of ${names[software]} to ${asked.kind}: ${failure}`, () => {
        assert.equal(failureOf({ code, diagnosticMessage: text }, asked, software), failure)
      })
    }
  }

  const group = 'CN=g,OU=Groups,OU=Staff,DC=example,DC=org'
  const filled: LdapOperation = {
    kind: 'add',
    dn: group,
    attributes: [{ type: 'member', values: ['CN=x,OU=People,OU=Staff,DC=example,DC=org'] }],
  }
  const ends = [
    ['OU=People,OU=Staff,DC=example,DC=org', 'noSuchReference'],
    ['OU=Groups,OU=Staff,DC=example,DC=org', 'noSuchReference'],
    ['', 'noSuchReference'],
    ['ou=staff,dc=example,dc=org', 'noSuchEntry'],
  ] as const
  for (const [matchedDn, failure] of ends) {
    it(`takes a search that ends at "${matchedDn}" for ${failure} where Active Directory misses something of a group that comes with a member`, () => {
      const answer = { code: 32, diagnosticMessage: '0000208D: NameErr: DSID-03100238', matchedDn }
      assert.equal(failureOf(answer, filled, 'activeDirectory'), failure)
      const empty: LdapOperation = { ...filled, attributes: [] }
      assert.equal(failureOf(answer, empty, 'activeDirectory'), 'noSuchEntry')
    })
  }

  it('takes of a server that is not known the words of OpenLDAP and 389 DS, and Win32 codes', () => {
    const known: readonly Row[] = [
      [add, 19, 'non-unique attributes found with (|(uid=bob))', 'notUnique'],
      [add, 19, 'Another entry with the same attribute value already exists', 'notUnique'],
      [add, 80, '00000523: SysErr: DSID-031A1256, problem 22', 'invalidValue'],
    ]
    for (const [asked, code, diagnosticMessage, failure] of known) {
      assert.equal(failureOf({ code, diagnosticMessage }, asked, 'other'), failure)
    }
  })

  it('goes by the code alone where it is not said whose answer it is', () => {
    const diagnosticMessage = 'non-unique attributes found with (|(uid=bob))'
    assert.equal(failureOf({ code: 19, diagnosticMessage }, add), 'invalidValue')
  })

  it('says the operation, the code and its name, and nothing of the text of the server', () => {
    const cause = resultError(21, 'mail: value #0 invalid per syntax')
    const details = { operationIndex: 2, isPartial: true } as const
    const error = toDirectoryError(cause, add, { software: 'openldap', ...details })
    assert.equal(error.message, 'add: LDAP result 21 (invalidAttributeSyntax)')
    assert.equal(error.operationIndex, 2)
    assert.equal(error.isPartial, true)
    assert.equal(error.cause, cause)
  })

  it('tells failures apart by code alone where the server says nothing', () => {
    assert.equal(failureOf({ code: 65, diagnosticMessage: '' }, modify), 'schemaViolation')
    assert.equal(failureOf({ code: 19, diagnosticMessage: '' }, passwordModify), 'passwordRefused')
    assert.equal(failureOf({ code: 53, diagnosticMessage: '' }, memberGone), 'refused')
  })

  it('takes 80 for a name that is too long, where the name is long, and for a fault of the server elsewhere', () => {
    const long = `uid=${'x'.repeat(300)}`
    const asked: readonly LdapOperation[] = [
      { kind: 'add', dn: `${long},ou=people,dc=example`, attributes: [] },
      { kind: 'modifyDn', dn: 'uid=bob,dc=example', newRdn: long, deleteOldRdn: true },
    ]
    for (const operation of asked) {
      const error = toDirectoryError(resultError(80, ''), operation)
      assert.equal(error.failure, 'invalidValue')
      assert.equal(error.attribute, 'uid')
    }
    assert.equal(failureOf({ code: 80, diagnosticMessage: '' }, add), 'refused')
  })
})
