import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { enterprise, patchOf, sceneFor, type ShownUser, withoutMeta } from '../users/scene.ts'
import {
  enterpriseUser,
  fullUser,
  minimalUser,
  movedAddress,
  newUser,
  replacement,
} from '../../../support/rfc-bodies.ts'

const group = 'urn:ietf:params:scim:schemas:core:2.0:Group'

type Stored = Readonly<Record<string, readonly string[]>>

const storedName = { cn: ['Ms. Barbara J Jensen, III'], sn: ['Jensen'], givenName: ['Barbara'] }

const storedFull: Stored = {
  ...storedName,
  uid: ['bjensen@example.com'],
  scimExternalId: ['701984'],
  displayName: ['Babs Jensen'],
  labeledURI: ['https://login.example.com/bjensen'],
  mail: ['bjensen@example.com'],
  postalAddress: ['100 Universal City Plaza$Hollywood, CA 91608 USA'],
  street: ['100 Universal City Plaza'],
  l: ['Hollywood'],
  st: ['CA'],
  postalCode: ['91608'],
  homePostalAddress: ['456 Hollywood Blvd$Hollywood, CA 91608 USA'],
  telephoneNumber: ['555-555-5555'],
  mobile: ['555-555-4444'],
  employeeType: ['Employee'],
  title: ['Tour Guide'],
  preferredLanguage: ['en-US'],
}

describe('The examples of RFC 7643 §8 and RFC 7644 §3, end to end', () => {
  const scene = sceneFor()

  /** What the entry of a user holds beside its password and object classes. */
  const stored = async (id: string): Promise<Stored> => {
    const entry = await scene().admin.read((await scene().dnOf(id)) ?? '', ['*'])
    const { objectClass: _, userPassword: __, ...attributes } = entry?.attributes ?? {}
    return attributes
  }

  const created = async (body: JsonObject): Promise<ShownUser> => {
    const { status, answer, headers, text } = await scene().bridge.scim.post('/Users', body)
    assert.equal(status, 201, text)
    const user = answer as ShownUser
    assert.equal(headers.get('location'), `${scene().bridge.baseUrl}/Users/${user.id}`)
    assert.deepEqual(await scene().get(user.id), user)
    return user
  }

  afterEach('take everybody away', async () => {
    const { scim } = scene().bridge
    for (const endpoint of ['/Groups', '/Users']) {
      const { answer } = await scim.get(`${endpoint}?attributes=id`)
      for (const { id } of (answer?.['Resources'] ?? []) as readonly { readonly id: string }[]) {
        await scim.delete(`${endpoint}/${id}`)
      }
    }
  })

  it('RFC 7643 §8.1: the minimal user is stored with what inetOrgPerson demands', async () => {
    const { id } = await created(minimalUser)
    const name = 'bjensen@example.com'
    assert.notEqual(id, minimalUser['id'])
    assert.deepEqual(await stored(id), { uid: [name], cn: [name], sn: [name] })
  })

  it('RFC 7643 §8.2: of the full user everything is stored that the map names', async () => {
    const user = await created(fullUser)
    assert.deepEqual(await stored(user.id), storedFull)
    const dn = (await scene().dnOf(user.id)) ?? ''
    assert.ok(await scene().admin.canBind(dn, 't1meMa$heen'))
    assert.ok(!JSON.stringify(user).includes('t1meMa'))
  })

  it('RFC 7643 §8.3: of the enterprise user, too, with his manager', async () => {
    const boss = await scene().user({ displayName: 'John Smith' })
    const user = await created(enterpriseUser(boss.id))
    assert.deepEqual(await stored(user.id), {
      ...storedFull,
      employeeNumber: ['701984'],
      o: ['Universal Studios'],
      departmentNumber: ['Tour Operations'],
      manager: [await scene().dnOf(boss.id)],
    })
    assert.deepEqual(user[enterprise], {
      employeeNumber: '701984',
      organization: 'Universal Studios',
      department: 'Tour Operations',
      manager: {
        value: boss.id,
        $ref: `${scene().bridge.baseUrl}/Users/${boss.id}`,
        displayName: 'John Smith',
      },
    })
  })

  it('RFC 7643 §8.4: the group is stored with its members, and the members show it', async () => {
    const [babs, mandy] = [await scene().user(), await scene().user()]
    const answer = await scene().bridge.scim.post('/Groups', {
      schemas: [group],
      id: 'e9e30dba-f08f-4109-8486-d5c6a331660a',
      displayName: 'Tour Guides',
      members: [
        { value: babs.id, $ref: `https://example.com/v2/Users/${babs.id}`, display: 'Babs Jensen' },
        { value: mandy.id, $ref: `https://example.com/v2/Users/${mandy.id}`, display: 'Mandy' },
      ],
    })
    assert.equal(answer.status, 201, answer.text)
    const { id } = answer.answer as ShownUser
    const dn = (await scene().dnOf(id)) ?? ''
    assert.deepEqual(await scene().admin.values(dn, 'member'), [
      await scene().dnOf(babs.id),
      await scene().dnOf(mandy.id),
    ])
    const { groups } = (await scene().get(babs.id)) as unknown as { groups: unknown }
    const $ref = `${scene().bridge.baseUrl}/Groups/${id}`
    assert.deepEqual(groups, [{ value: id, $ref, display: 'Tour Guides', type: 'direct' }])
  })

  it('RFC 7644 §3.3 and §3.12: the new user is created once, and a second time he is in use', async () => {
    const user = await created(newUser)
    assert.deepEqual(withoutMeta(user), { ...newUser, id: user.id, active: true })
    const again = await scene().bridge.scim.post('/Users', newUser)
    assert.equal(again.status, 409)
    assert.equal(again.answer?.['scimType'], 'uniqueness')
    assert.equal(again.answer?.['status'], '409')
  })

  it('RFC 7644 §3.4.2: lists and filters find her', async () => {
    const { id } = await created(fullUser)
    const { scim } = scene().bridge
    const filters = [
      'userName eq "bjensen@example.com"',
      'name.familyName co "ens"',
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"',
      'title pr and userType eq "Employee"',
      'title pr or userType eq "Intern"',
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
      'userType ne "Intern" and not (emails co "example.org")',
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      'schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"',
    ]
    for (const filter of filters) {
      assert.deepEqual(
        (await scene().find(filter)).map((each) => each.id),
        [id],
        filter,
      )
    }
    // ims is not mapped, and what cannot be stored cannot be asked for either.
    const ims = 'emails[type eq "work"] or ims[type eq "xmpp" and value co "@foo.com"]'
    const unmapped = await scim.get(`/Users?filter=${encodeURIComponent(ims)}`)
    assert.equal(unmapped.answer?.['scimType'], 'invalidFilter')
    const found = await scim.post('/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      attributes: ['displayName', 'userName'],
      filter: 'displayName sw "babs"',
      startIndex: 1,
      count: 10,
    })
    assert.equal(found.answer?.['totalResults'], 1, found.text)
    const { schemas, userName, displayName } = fullUser
    assert.deepEqual(found.answer?.['Resources'], [{ schemas, id, userName, displayName }])
  })

  it('RFC 7644 §3.5.1: the replacement takes away what it does not name', async () => {
    const { id } = await created(fullUser)
    const put = await scene().bridge.scim.put(`/Users/${id}`, replacement)
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(await stored(id), {
      uid: ['bjensen'],
      scimExternalId: ['bjensen'],
      cn: ['Ms. Barbara J Jensen III'],
      sn: ['Jensen'],
      givenName: ['Barbara'],
      mail: ['bjensen@example.com', 'babs@jensen.org'],
    })
  })

  const { mail: _, ...withoutMail } = storedFull
  const moved = {
    street: ['911 Universal City Plaza'],
    postalAddress: ['911 Universal City Plaza$Hollywood, CA 91608 US'],
  }
  const patches: readonly (readonly [title: string, operation: JsonObject, after: Stored])[] = [
    [
      '§3.5.2.1: an address of a type that is not mapped is not kept',
      {
        op: 'add',
        value: { emails: [{ value: 'babs@example.com', type: 'other' }], title: 'Babsy' },
      },
      { ...storedFull, title: ['Babsy'] },
    ],
    [
      '§3.5.2.2: values go by a filter of several terms',
      { op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' },
      withoutMail,
    ],
    [
      '§3.5.2.3: the whole of the work address is replaced',
      { op: 'replace', path: 'addresses[type eq "work"]', value: movedAddress },
      { ...storedFull, ...moved },
    ],
    [
      '§3.5.2.3: one part of the work address is replaced',
      {
        op: 'replace',
        path: 'addresses[type eq "work"].streetAddress',
        value: '1010 Broadway Ave',
      },
      { ...storedFull, street: ['1010 Broadway Ave'] },
    ],
    [
      '§3.5.2.3: attributes are replaced without a path',
      {
        op: 'replace',
        value: { emails: [{ value: 'b@example.com', type: 'work' }], title: 'Babs' },
      },
      { ...storedFull, mail: ['b@example.com'], title: ['Babs'] },
    ],
  ]
  for (const [title, operation, after] of patches) {
    it(`RFC 7644 ${title}`, async () => {
      const { id } = await created(fullUser)
      const { status, text } = await scene().patch(id, operation)
      assert.equal(status, 200, text)
      assert.deepEqual(await stored(id), after)
    })
  }

  it('RFC 7644 §3.5.2: members are added, removed, exchanged and replaced', async () => {
    const [babs, mandy, james] = [
      await scene().userId(),
      await scene().userId(),
      await scene().userId(),
    ]
    const id = await scene().group([babs, mandy], 'Tour Guides')
    const element = {
      display: 'James Smith',
      $ref: `https://example.com/v2/Users/${james}`,
      value: james,
    }
    const steps: readonly (readonly [
      operations: readonly JsonObject[],
      after: readonly string[],
    ])[] = [
      [[{ op: 'add', path: 'members', value: [element] }], [babs, mandy, james]],
      [[{ op: 'remove', path: `members[value eq "${babs}"]` }], [mandy, james]],
      [
        [
          { op: 'remove', path: `members[value eq "${mandy}"]` },
          { op: 'add', path: 'members', value: [{ value: babs }] },
        ],
        [babs, james],
      ],
      [[{ op: 'replace', path: 'members', value: [{ value: mandy }, element] }], [mandy, james]],
      [[{ op: 'remove', path: 'members' }], []],
    ]
    for (const [operations, after] of steps) {
      const { status, text } = await scene().bridge.scim.patch(
        `/Groups/${id}`,
        patchOf(...operations),
      )
      assert.equal(status, 204, text)
      assert.deepEqual(new Set(await scene().memberIds(id)), new Set(after))
    }
  })

  it('RFC 7644 §3.6: she is deleted, and then there is nobody to find', async () => {
    const { id } = await created(fullUser)
    const { scim } = scene().bridge
    assert.equal((await scim.delete(`/Users/${id}`)).status, 204)
    const gone = await scim.get(`/Users/${id}`)
    assert.deepEqual(gone.answer, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '404',
      detail: `User ${JSON.stringify(id)} not found.`,
    })
  })
})
