import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { oneLine } from '../users-map.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { describeDomain, withLines } from './domain-scene.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const urn = 'urn:example:scim:schemas:extension:directory:1.0:User'

const extension = {
  'users.extensions': oneLine([
    {
      urn,
      name: 'Directory',
      attributes: [{ name: 'office' }, { name: 'proxyAddresses', multiValued: true }],
    },
  ]),
  ...withLines({
    [`${urn}:office`]: 'physicalDeliveryOfficeName',
    [`${urn}:proxyAddresses`]: 'proxyAddresses',
  }),
}

describeDomain('Attributes of people in Active Directory', {}, (scene) => {
  it('are stored as the preset maps them', async () => {
    const id = await scene().userId({
      title: 'Countess',
      phoneNumbers: [
        { type: 'work', value: '+44 1' },
        { type: 'mobile', value: '+44 2' },
      ],
      addresses: [{ type: 'work', streetAddress: '12 St James’s Square', locality: 'London' }],
      [enterprise]: { department: 'Engines', organization: 'Analytical', division: 'North' },
    })
    const expected = {
      title: 'Countess',
      telephoneNumber: '+44 1',
      mobile: '+44 2',
      streetAddress: '12 St James’s Square',
      l: 'London',
      department: 'Engines',
      company: 'Analytical',
      division: 'North',
    }
    for (const [attribute, value] of Object.entries(expected)) {
      assert.deepEqual(await scene().stored(id, attribute), [value], attribute)
    }
  })

  it('that have room for one value take the primary e-mail address, and the answer shows that alone', async () => {
    const emails = [
      { value: 'first@example.org', type: 'work' },
      { value: 'second@example.org', type: 'work', primary: true },
    ]
    const user = await scene().user({ emails })
    const id = textIn(user, 'id')
    const kept = [{ value: 'second@example.org', type: 'work', primary: true }]
    assert.deepEqual(await scene().stored(id, 'mail'), ['second@example.org'])
    assert.deepEqual(user['emails'], kept)
    assert.deepEqual((await scene().read(`/Users/${id}`))['emails'], kept)
    const value = [{ value: 'third@example.org', type: 'work' }]
    const added = await scene().patch(`/Users/${id}`, { op: 'add', path: 'emails', value })
    assert.deepEqual([added.status, added.answer?.['emails']], [200, kept])
  })

  it('refuse a value that is too long, by the name that clients know', async () => {
    const id = await scene().userId()
    for (const [attribute, length] of [
      ['title', 129],
      ['displayName', 257],
    ] as const) {
      const value = { [attribute]: 'x'.repeat(length) }
      assertRefused(await scene().patch(`/Users/${id}`, { op: 'replace', value }), {
        status: 400,
        scimType: 'invalidValue',
        detail: new RegExp(`^${attribute} `, 'u'),
      })
    }
  })
})

describeDomain('Attributes of an extension in Active Directory', extension, (scene) => {
  const addresses = ['SMTP:ada@example.org', 'smtp:a.lovelace@example.org']

  it('hold the office and all addresses of a person, with their prefixes', async () => {
    const user = await scene().user({ [urn]: { office: 'B 12', proxyAddresses: addresses } })
    const id = textIn(user, 'id')
    assert.deepEqual(await scene().stored(id, 'physicalDeliveryOfficeName'), ['B 12'])
    assert.deepEqual((await scene().stored(id, 'proxyAddresses')).toSorted(), addresses)
    const shown = user[urn] as JsonObject
    assert.equal(shown['office'], 'B 12')
    assert.deepEqual((shown['proxyAddresses'] as string[]).toSorted(), addresses)
  })

  it('get and lose one address without the others being written', async () => {
    const id = await scene().userId({ [urn]: { proxyAddresses: addresses } })
    const path = `${urn}:proxyAddresses`
    const value = ['smtp:ada@example.net']
    const added = await scene().patch(`/Users/${id}`, { op: 'add', path, value })
    assert.equal(added.status, 200, added.text)
    const ldif = await scene().bridge.ldifOf(added.headers.get('x-request-id'))
    assert.doesNotMatch(ldif, /lovelace/u)
    const removed = await scene().patch(`/Users/${id}`, { op: 'remove', path, value })
    assert.equal(removed.status, 200, removed.text)
    assert.deepEqual((await scene().stored(id, 'proxyAddresses')).toSorted(), addresses)
  })

  it('find a person by one of his addresses', async () => {
    const name = scene().unusedName()
    const own = `smtp:${name}@example.net`
    const id = await scene().userId({ [urn]: { proxyAddresses: [own, 'SMTP:shared@example.org'] } })
    const found = await scene().read(`/Users?filter=${urn}:proxyAddresses eq "${own}"`)
    const users = found['Resources'] as readonly JsonObject[]
    assert.deepEqual(
      users.map((user) => user['id']),
      [id],
    )
  })
})
