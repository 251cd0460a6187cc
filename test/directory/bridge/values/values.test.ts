import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { selfSigned } from '../../connection/self-signed.ts'
import { certificateForNobody, usersMap } from '../users-map.ts'
import { assertError, sceneFor } from '../users/scene.ts'

const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex')
const otherJpeg = Buffer.from('ffd8ffe000104a46494600010200000100010000ffd9', 'hex')
const certificate = derOf(selfSigned('anna').certificate)
const otherCertificate = derOf(selfSigned('bert').certificate)

function derOf(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----|\s/gu, '')
}

function uriOf(bytes: Buffer): string {
  return `data:image/jpeg;base64,${bytes.toString('base64')}`
}

describe('Values of every syntax, on an OpenLDAP (RFC 4517 §3.3)', () => {
  const scene = sceneFor(
    usersMap({
      'photos[type eq "photo"]': 'jpegPhoto',
      'photos[type eq "photo"].value': undefined,
      x509Certificates: 'userCertificate',
      'addresses[type eq "work"].formatted': 'postalAddress',
      'addresses[type eq "home"].formatted': 'homePostalAddress',
      profileUrl: 'labeledURI',
      'ims[type eq "xmpp"]': 'roomNumber',
      entitlements: 'carLicense',
      roles: 'businessCategory',
    }),
  )

  async function dnOf(user: { readonly id: string }): Promise<string> {
    return (await scene().dnOf(user.id)) ?? assert.fail()
  }

  async function stored(user: { readonly id: string }, attribute: string) {
    return await scene().admin.values(await dnOf(user), attribute)
  }

  const roundTrips: readonly (readonly [what: string, attributes: JsonObject, ldap: object])[] = [
    [
      'a photo, as a data URI',
      { photos: [{ value: uriOf(jpeg), type: 'photo' }] },
      { jpegPhoto: [jpeg.toString('base64')] },
    ],
    [
      'several photos',
      {
        photos: [
          { value: uriOf(jpeg), type: 'photo' },
          { value: uriOf(otherJpeg), type: 'photo' },
        ],
      },
      { jpegPhoto: [jpeg.toString('base64'), otherJpeg.toString('base64')] },
    ],
    [
      'a certificate, which OpenLDAP takes with the option ;binary alone',
      { x509Certificates: [{ value: certificate }] },
      { 'userCertificate;binary': [certificate] },
    ],
    [
      'an address of several lines, at work and at home',
      {
        addresses: [
          { formatted: '1 Main St $ 2\\3\n\nBerlin', type: 'work' },
          { formatted: 'Home\nSweet Home', type: 'home' },
        ],
      },
      {
        postalAddress: ['1 Main St \\24 2\\5C3$$Berlin'],
        homePostalAddress: ['Home$Sweet Home'],
      },
    ],
    [
      'a URL',
      { profileUrl: 'https://example.org/~Anna' },
      { labeledURI: ['https://example.org/~Anna'] },
    ],
    [
      'messenger addresses, entitlements and roles',
      {
        ims: [{ value: 'anna@xmpp.example.org', type: 'xmpp' }],
        entitlements: [{ value: 'parking' }, { value: 'lunch' }],
        roles: [{ value: 'Student' }],
      },
      {
        roomNumber: ['anna@xmpp.example.org'],
        carLicense: ['parking', 'lunch'],
        businessCategory: ['Student'],
      },
    ],
    [
      'a language, and a fax number',
      {
        preferredLanguage: 'de-AT, en;q=0.8',
        phoneNumbers: [{ value: '+49 30 1234-5', type: 'fax' }],
      },
      { preferredLanguage: ['de-AT, en;q=0.8'], facsimileTelephoneNumber: ['+49 30 1234-5'] },
    ],
  ]
  for (const [what, attributes, ldap] of roundTrips) {
    it(`are stored and shown again: ${what}`, async () => {
      const created = await scene().user(attributes)
      const names = Object.keys(attributes)
      const shown = (user: JsonObject) =>
        Object.fromEntries(names.map((each) => [each, user[each]]))
      assert.deepEqual(shown(created), attributes)
      assert.deepEqual(shown(await scene().get(created.id)), attributes)
      const entry = await scene().admin.read(await dnOf(created), Object.keys(ldap))
      assert.deepEqual(entry?.attributes, ldap)
      const { id, ...bare } = await scene().user()
      const patched = await scene().patch(id, { op: 'add', value: attributes })
      assert.deepEqual(shown(patched.answer ?? {}), attributes, patched.text)
      const put = await scene().bridge.scim.put(`/Users/${id}`, bare)
      assert.equal(put.status, 200, put.text)
      assert.deepEqual(
        shown(put.answer ?? {}),
        Object.fromEntries(names.map((each) => [each, undefined])),
      )
    })
  }

  it('are found, whatever their syntax', async () => {
    const { id } = await scene().user(
      Object.fromEntries(roundTrips.flatMap(([, each]) => Object.entries(each))),
    )
    for (const filter of [
      `photos.value eq "${uriOf(jpeg)}"`,
      'photos[type eq "photo" and value sw "data:image/"]',
      `x509Certificates.value eq "${certificate}"`,
      'x509Certificates pr',
      'addresses[type eq "work" and formatted ew "Berlin"]',
      'addresses.formatted eq "Home\\nSweet Home"',
      'profileUrl eq "https://example.org/~Anna"',
      'ims.value eq "ANNA@xmpp.example.org"',
      'entitlements eq "lunch"',
      'roles[value eq "student"]',
      'preferredLanguage sw "de-"',
      'phoneNumbers[type eq "fax" and value co "1234"]',
    ]) {
      const found = await scene().find(filter)
      assert.ok(
        found.some((user) => user.id === id),
        filter,
      )
    }
  })

  it('are changed one by one, but whole where the syntax has no rule for equality', async () => {
    const user = await scene().user({
      x509Certificates: [{ value: certificate }],
      photos: [{ value: uriOf(jpeg) }],
      phoneNumbers: [{ value: '1', type: 'fax' }],
      entitlements: [{ value: 'parking' }],
    })
    const added = await scene().patch(user.id, {
      op: 'add',
      value: {
        x509Certificates: [{ value: otherCertificate }],
        photos: [{ value: uriOf(otherJpeg) }],
        phoneNumbers: [{ value: '2', type: 'fax' }],
        entitlements: [{ value: 'lunch' }],
      },
    })
    assert.equal(added.status, 200, added.text)
    const changes = (await scene().sent(added)).match(/^(?:add|delete|replace): .*$/gmu)
    assert.deepEqual(changes?.toSorted(), [
      'add: carLicense',
      'add: userCertificate;binary',
      'replace: facsimileTelephoneNumber',
      'replace: jpegPhoto',
    ])
    assert.deepEqual(await stored(user, 'facsimileTelephoneNumber'), ['1', '2'])
    const removed = await scene().patch(
      user.id,
      { op: 'remove', path: `x509Certificates[value eq "${certificate}"]` },
      { op: 'remove', path: 'phoneNumbers[value eq "1"]' },
      { op: 'remove', path: 'photos' },
    )
    assert.equal(removed.status, 200, removed.text)
    assert.deepEqual(removed.answer?.['x509Certificates'], [{ value: otherCertificate }])
    assert.deepEqual(await stored(user, 'userCertificate'), [otherCertificate])
    assert.deepEqual(await stored(user, 'facsimileTelephoneNumber'), ['2'])
    assert.deepEqual(await stored(user, 'jpegPhoto'), [])
  })

  it('keep the label of a URI, which SCIM does not know, as long as the URI stays', async () => {
    const user = await scene().user({ title: 'x' })
    await scene().admin.modify(await dnOf(user), {
      operation: 'add',
      type: 'labeledURI',
      values: ['https://example.org/anna My page'],
    })
    const read = await scene().get(user.id)
    assert.equal(read['profileUrl'], 'https://example.org/anna')
    assert.equal((await scene().find('profileUrl eq "https://example.org/anna"')).length, 1)
    const put = await scene().bridge.scim.put(`/Users/${user.id}`, { ...read, title: 'y' })
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(await stored(user, 'labeledURI'), ['https://example.org/anna My page'])
    await scene().patch(user.id, { op: 'replace', path: 'profileUrl', value: 'https://b.example' })
    assert.deepEqual(await stored(user, 'labeledURI'), ['https://b.example'])
  })

  const misfits: readonly (readonly [body: JsonObject, attribute: string, wanted: string])[] = [
    ...[
      'https://example.org/anna.jpg',
      'data:image/png;base64,iVBORw0KGgo=',
      `data:image/jpeg;base64,iVBORw0KGgo=`,
      'data:image/jpeg;base64,***',
    ].map(
      (value) =>
        [
          { photos: [{ value, type: 'photo' }] },
          'photos[type eq "photo"]',
          'a JPEG image as a data URI (data:image/jpeg;base64,...)',
        ] as const,
    ),
    [
      { x509Certificates: [{ value: 'AAAA' }] },
      'x509Certificates',
      'an X.509 certificate (DER in base64)',
    ],
    [{ profileUrl: 'https://example.org/a b' }, 'profileUrl', 'a URI without blanks'],
    [
      { phoneNumbers: [{ value: '☎ 1', type: 'fax' }] },
      'phoneNumbers[type eq "fax"]',
      'a fax number in letters, digits and signs of ASCII',
    ],
    [
      { phoneNumbers: [{ value: '☎ 1', type: 'work' }] },
      'phoneNumbers[type eq "work"]',
      'a telephone number in letters, digits and signs of ASCII',
    ],
    [{ emails: [{ value: 'ë@example.org' }] }, 'emails[type eq "work"]', 'text in ASCII'],
  ]

  it('are refused by name where the directory has no room for them, before anything is written', async () => {
    const { id, userName } = await scene().user()
    for (const [body, attribute, wanted] of misfits) {
      const detail = `${attribute} must be ${wanted}.`
      const expected = { status: 400, scimType: 'invalidValue', detail }
      await scene().writesNothing(async () => {
        const answers = await Promise.all([
          scene().bridge.scim.post('/Users', { userName: scene().unusedName(), ...body }),
          scene().bridge.scim.put(`/Users/${id}`, { userName, ...body }),
          scene().patch(id, { op: 'replace', value: { ...body, title: 'x' } }),
        ])
        for (const answer of answers) {
          assertError(answer, expected)
          assert.equal(await scene().sent(answer), '')
        }
      })
    }
  })

  it('are refused by the server where it alone can tell', async () => {
    const body = { userName: scene().unusedName(), x509Certificates: [certificateForNobody] }
    assertError(await scene().bridge.scim.post('/Users', body), {
      status: 400,
      scimType: 'invalidValue',
      detail: 'x509Certificates has a value that the directory does not take.',
    })
  })
})
