import assert from 'node:assert/strict'
import { compileMappings } from '../../../src/mapping/mappings.ts'
import { type Changes, mappings, people, problemsOf, schema } from './example.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const manager = (settings: object): Changes => ({ users: { manager: settings } })
/** Two of them can be given up. */
const givesUp = [
  'shoeSize',
  'uniqueMember',
  'entryDN',
  'objectClass',
  'userPassword',
  'pwdAccountLockedTime',
  'member',
  'mail',
  'uid',
]
const attribute = (key: string, line: unknown): Changes => ({ attributes: { [key]: line } })

describe('The preset for OpenLDAP', () => {
  it('works on the schema of OpenLDAP', () => {
    assert.deepEqual(problemsOf({}), [])
  })

  it('works without the schema of the bridge once the lines that name it are left out', () => {
    const users = { optionalClasses: undefined, manager: { unknown: 'ignore' } }
    const groups = { optionalClasses: undefined, attributes: { displayName: 'cn' } }
    assert.deepEqual(problemsOf({ users, groups, ...attribute('externalId', undefined) }), [])
  })

  it('is refused on a kind of directory that is not served', () => {
    const { users, groups } = mappings()
    assert.throws(
      () =>
        compileMappings(
          { users: users.settings, groups: groups.settings },
          { kind: 'other', schema, hasPasswordModify: true },
        ),
      /directory\.kind: is needed, for the rootDSE does not tell what the directory is/u,
    )
  })
})

describe('A mapping that cannot work', () => {
  const lines: readonly (readonly [string, string, unknown, string])[] = [
    ['a SCIM attribute that does not exist', 'shoeSize', 'title', 'is not an attribute of User'],
    ['a value path that is none', 'emails[type eq]', 'title', 'is not an attribute of User'],
    [
      'an LDAP attribute that does not exist',
      'nickName',
      'shoeSize',
      "the directory's schema has no attribute shoeSize",
    ],
    [
      'an LDAP attribute that no object class allows',
      'nickName',
      'uniqueMember',
      'no object class of these entries allows uniqueMember',
    ],
    [
      'an LDAP attribute that only the server writes',
      'nickName',
      'entryDN',
      'entryDN cannot be written; give it isReadOnly: true to show it alone',
    ],
    [
      'the object classes',
      'nickName',
      'objectClass',
      'objectClass cannot be written; give it isReadOnly: true to show it alone',
    ],
    ['the passwords', 'nickName', 'userPassword', 'userPassword is not shown to anybody'],
    [
      'a picture as text',
      'nickName',
      'jpegPhoto',
      'jpegPhoto holds bytes, and this is an attribute for text',
    ],
    [
      'text as bytes',
      'x509Certificates',
      'initials',
      'initials holds text, and this is an attribute for bytes',
    ],
    ['what a section maps', 'active', 'initials', 'is mapped by the section active'],
    ['the password as an attribute', 'password', 'initials', 'is mapped by the section password'],
    [
      'the manager as an attribute',
      `${enterprise}:manager.value`,
      'seeAlso',
      'is mapped by the section manager',
    ],
    ['what the bridge makes', 'id', 'initials', 'is made by the bridge and cannot be mapped'],
    ['groups of a user', 'groups', 'initials', 'is made by the bridge and cannot be mapped'],
    [
      'an attribute with parts as a whole',
      'name',
      'initials',
      'has parts; map one of them, such as name.formatted',
    ],
    [
      'an element with parts as a whole',
      'addresses[type eq "home"]',
      'initials',
      'has parts; map one of them, such as addresses[type eq "work"].formatted',
    ],
    [
      'a whole extension',
      enterprise,
      'initials',
      `has parts; map one of them, such as ${enterprise}.employeeNumber`,
    ],
    [
      'a part of elements without type',
      'addresses.country',
      'initials',
      'has several values; name the type, such as addresses[type eq "work"].country',
    ],
    [
      'a value path that asks for more than equality',
      'ims[type ne "xmpp"]',
      'initials',
      'may ask for equality only, such as [type eq "work"]',
    ],
    [
      'a value path that asks for the value',
      'ims[value eq "x"]',
      'initials',
      'asks for the value that it is to hold',
    ],
    [
      'one value as the primary one',
      'nickName',
      { attribute: 'initials', isPrimary: true },
      'cannot have isPrimary, for it has one value only',
    ],
    [
      'two primary values',
      'emails[type eq "home"]',
      { attribute: 'businessCategory', isPrimary: true },
      'emails[type eq "work"] has isPrimary already, and at most one value of emails is primary',
    ],
    [
      'one LDAP attribute written twice',
      'nickName',
      'surname',
      'sn is written by name.familyName already; give one of the two isReadOnly: true',
    ],
    [
      'one SCIM attribute mapped twice',
      'USERNAME',
      'initials',
      'is userName, which is mapped already',
    ],
    [
      'a fallback that is not mapped',
      'nickName',
      { attribute: 'initials', fallback: ['locale'] },
      'the fallback locale is not mapped',
    ],
  ]
  for (const [what, key, line, reason] of lines) {
    it(`names ${what}`, () => {
      assert.deepEqual(problemsOf(attribute(key, line)), [`users.attributes.${key}: ${reason}`])
    })
  }

  const others: readonly (readonly [string, Changes, readonly string[]])[] = [
    [
      'an object class that does not exist, and that alone',
      { users: { objectClass: 'wizard' } },
      ["users.objectClass: the directory's schema has no object class wizard"],
    ],
    [
      'classes none of which is structural',
      { users: { objectClass: 'uidObject', optionalClasses: ['extensibleObject'] } },
      ['users.objectClass: an entry needs a structural object class; give it one in createClasses'],
    ],
    [
      'an optional class that is not auxiliary',
      { users: { optionalClasses: ['scimResource', 'account'] } },
      ['users.optionalClasses: account is not auxiliary and cannot be added to an entry'],
    ],
    [
      'an optional class that demands what is not mapped',
      { users: { optionalClasses: ['scimResource', 'dcObject'] } },
      ['users.optionalClasses: dcObject demands dc, which nothing is mapped to'],
    ],
    [
      'a required attribute that is not mapped',
      { users: { rdn: 'cn' }, ...attribute('userName', undefined) },
      [
        'users.attributes.name.formatted: the fallback userName is not mapped',
        'users.attributes.name.familyName: the fallback userName is not mapped',
        'users.attributes.name.givenName: the fallback userName is not mapped',
        'users.attributes.userName: is required and not mapped',
        'users.rdn: name.formatted may be absent; give it a fallback such as userName',
        'users.attributes.name.familyName: the object class demands sn, but this may be absent; give it a fallback such as userName',
        'users.attributes.name.formatted: the object class demands cn, but this may be absent; give it a fallback such as userName',
      ],
    ],
    [
      'an RDN that is not mapped',
      { users: { rdn: 'initials' } },
      ['users.rdn: initials is not mapped'],
    ],
    [
      'an RDN that is never written',
      {
        users: { rdn: 'initials' },
        ...attribute('nickName', { attribute: 'initials', isReadOnly: true }),
      },
      ['users.rdn: initials is mapped, but isReadOnly'],
    ],
    [
      'an RDN that may be absent',
      { users: { rdn: 'displayName' } },
      ['users.rdn: displayName may be absent; give it a fallback such as userName'],
    ],
    [
      'a demanded attribute that is not mapped',
      attribute('name.familyName', undefined),
      [
        'users.attributes.name.formatted: the fallback name.familyName is not mapped',
        'users.attributes: the object class demands sn, which nothing is mapped to',
      ],
    ],
    [
      'a demanded attribute that may be absent',
      attribute('name.familyName', 'sn'),
      [
        'users.attributes.name.familyName: the object class demands sn, but this may be absent; give it a fallback such as userName',
      ],
    ],
    [
      'a demanded attribute that is never written',
      attribute('name.familyName', { attribute: 'sn', isReadOnly: true, fallback: ['userName'] }),
      [
        'users.attributes.name.familyName: the object class demands sn, but this may be absent; give it a fallback such as userName',
      ],
    ],
    [
      'a place for new entries where they are not served',
      { users: { createBase: 'ou=other,dc=example,dc=org' } },
      ['users.createBase: lies outside of what is served, so that a new entry would not be found'],
    ],
    [
      'a place for new entries below the only level that is served',
      { users: { scope: 'one', createBase: `ou=new,${people}` } },
      ['users.createBase: lies outside of what is served, so that a new entry would not be found'],
    ],
    [
      'a place for deleted entries where they are served',
      { users: { onDelete: 'move', deletedBase: `ou=former,${people}` } },
      [
        'users.deletedBase: lies within what is served, so that a user who was moved there would not be gone',
      ],
    ],
    [
      'what nobody can give up who is moved',
      {
        users: {
          onDelete: 'move',
          deletedBase: 'ou=former,dc=example,dc=org',
          createClasses: ['groupOfNames'],
          fixed: { member: 'cn=x' },
          givesUp,
        },
      },
      [
        "users.givesUp: the directory's schema has no attribute shoeSize",
        'users.givesUp: no object class of these entries allows uniqueMember',
        'users.givesUp: entryDN cannot be written',
        'users.givesUp: objectClass says what the entry is, and cannot go',
        'users.givesUp: userPassword could not be put back if the move failed',
        'users.givesUp: pwdAccountLockedTime says that the account is disabled',
        'users.givesUp: member is demanded by the object class and must be a distinguished name, which no id is',
      ],
    ],
    [
      'a status without attribute',
      { users: { active: { attribute: 'enabled', inactive: 'no' } } },
      ["users.active.attribute: the directory's schema has no attribute enabled"],
    ],
    [
      'a status that only the server writes',
      { users: { active: { attribute: 'entryDN', inactive: 'no' } } },
      ['users.active.attribute: entryDN cannot be written'],
    ],
    [
      'a status that is mapped as well',
      { users: { active: { attribute: 'employeeType', inactive: 'no' } } },
      ['users.active.attribute: employeeType is written by userType already'],
    ],
    [
      'a manager in an attribute that is not allowed',
      manager({ attribute: 'uniqueMember', unknown: 'ignore' }),
      ['users.manager.attribute: no object class of these entries allows uniqueMember'],
    ],
    [
      'a look-up by what is no attribute',
      manager({ lookup: ['id', 'shoeSize'], unknown: 'ignore' }),
      ['users.manager.lookup: shoeSize is not an attribute of User'],
    ],
    [
      'a look-up that can find nobody',
      manager({ lookup: ['nickName'], unknown: 'ignore' }),
      ['users.manager.lookup: names nothing that is mapped'],
    ],
    [
      'Password Modify on a server that has none',
      { users: { password: { method: 'passwordModify' } }, hasPasswordModify: false },
      ['users.password.method: the directory has no Password Modify operation (RFC 3062)'],
    ],
    [
      'a password in entries that have none',
      {
        users: {
          objectClass: 'account',
          optionalClasses: undefined,
          attributes: { userName: 'uid' },
          manager: undefined,
          active: undefined,
        },
      },
      ['users.password.method: no object class of these entries allows userPassword'],
    ],
    [
      'groups that demand a member without placeholder',
      { groups: { members: { attribute: 'member' } } },
      ['groups.members.placeholder: is required, for the object class demands member'],
    ],
    [
      'members in an attribute that is not allowed',
      { groups: { members: { attribute: 'uniqueMember', placeholder: 'cn=x' } } },
      [
        'groups.attributes: the object class demands member, which nothing is mapped to',
        'groups.members.attribute: no object class of these entries allows uniqueMember',
      ],
    ],
    [
      'members as an attribute',
      { groups: { attributes: { displayName: 'cn', members: 'seeAlso' } } },
      ['groups.attributes.members: is mapped by the section members'],
    ],
  ]
  for (const [what, changes, expected] of others) {
    it(`names ${what}`, () => {
      assert.deepEqual(problemsOf(changes), expected)
    })
  }

  it('names every problem at once', () => {
    const all = problemsOf({
      users: { rdn: 'initials', active: { attribute: 'enabled', inactive: 'no' } },
      groups: { members: { attribute: 'member' } },
      attributes: { shoeSize: 'title' },
    })
    assert.equal(all.length, 4)
  })
})

describe('A mapping that can work', () => {
  const table: readonly (readonly [string, Changes])[] = [
    [
      'shows what only the server writes',
      attribute('nickName', { attribute: 'entryDN', isReadOnly: true }),
    ],
    [
      'shows one LDAP attribute twice',
      attribute('nickName', { attribute: 'sn', isReadOnly: true }),
    ],
    [
      'names an attribute by its other name',
      {
        users: { rdn: 'userid' },
        ...attribute('userName', 'userid'),
      },
    ],
    [
      'has a demanded attribute filled by the status',
      {
        users: {
          objectClass: 'account',
          createClasses: [],
          rdn: 'uid',
          attributes: { userName: 'uid' },
          optionalClasses: undefined,
          active: { attribute: 'description', active: 'on', inactive: 'off' },
          manager: undefined,
          password: undefined,
        },
      },
    ],
    [
      'looks a manager up by what is mapped, whatever else the default names',
      { ...manager({ unknown: 'ignore' }), ...attribute('externalId', undefined) },
    ],
    [
      'moves deleted users out of the only level that is served',
      { users: { scope: 'one', onDelete: 'move', deletedBase: `ou=former,${people}` } },
    ],
    [
      'joins values to a fallback',
      attribute('nickName', { attribute: 'initials', fallback: ['displayName userName'] }),
    ],
    [
      'has another class whose attribute fills in',
      { users: { objectClass: 'uidObject', createClasses: ['inetOrgPerson'] } },
    ],
  ]
  for (const [sentence, changes] of table) {
    it(`is not refused because it ${sentence}`, () => {
      assert.deepEqual(problemsOf(changes), [])
    })
  }
})
