import assert from 'node:assert/strict'
import type { JsonObject } from '../../../src/scim/json.ts'
import { normalizeResource } from '../../../src/scim/normalize.ts'
import { applyPatch } from '../../../src/scim/patch/apply-patch.ts'
import { splitMembership } from '../../../src/scim/patch/membership.ts'
import { decodePatch } from '../../../src/scim/patch/patch-operation.ts'
import { enterpriseUser, movedAddress } from '../../support/rfc-bodies.ts'
import { enterpriseUrn, groups, groupUrn, keepsAll, users } from './example.ts'

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const bjensen = enterpriseUser('26118915-6090-4610-87e4-49d8ca9f808d')

/** The group of RFC 7643 §8.4. */
const tourGuides: JsonObject = {
  schemas: [groupUrn],
  id: 'e9e30dba-f08f-4109-8486-d5c6a331660a',
  displayName: 'Tour Guides',
  members: [
    {
      value: '2819c223-7f76-453a-919d-413861904646',
      $ref: 'https://example.com/v2/Users/2819c223-7f76-453a-919d-413861904646',
      display: 'Babs Jensen',
    },
    {
      value: '902c246b-6245-4190-8e05-00816be7344a',
      $ref: 'https://example.com/v2/Users/902c246b-6245-4190-8e05-00816be7344a',
      display: 'Mandy Pepperidge',
    },
  ],
}

const [babs, mandy] = tourGuides['members'] as readonly JsonObject[]

describe('The examples of RFC 7643 §8', () => {
  it('are read as they stand, without what is read-only', () => {
    const { id: _, meta: __, groups: ___, ...writable } = bjensen
    const extension = bjensen[enterpriseUrn] as JsonObject
    const { value } = extension['manager'] as { readonly value: string }
    assert.deepEqual(normalizeResource(users, bjensen), {
      ...writable,
      [enterpriseUrn]: { ...extension, manager: { value } },
    })
  })

  it('are read as they stand, a group with its members', () => {
    const { id: _, ...writable } = tourGuides
    const members = [babs, mandy].map((member) => ({ value: member?.['value'] }))
    assert.deepEqual(normalizeResource(groups, tourGuides), { ...writable, members })
  })
})

function patchUser(operations: readonly JsonObject[]): JsonObject {
  const body = { schemas: [patchOp], Operations: operations }
  return applyPatch(keepsAll(users), bjensen, decodePatch(body)).resource
}

function patchGroup(operations: readonly JsonObject[]): JsonObject {
  const body = { schemas: [patchOp], Operations: operations }
  const decoded = decodePatch(body)
  assert.equal(splitMembership(keepsAll(groups), decoded).change.kind, 'delta')
  return applyPatch(keepsAll(groups), tourGuides, decoded).resource
}

/** Without the URL and the name, which the service provider makes. */
const jamesAlone = { value: '08e1d05d-121c-4561-8b96-473d93df9210' }
const james = {
  ...jamesAlone,
  $ref: 'https://example.com/v2/Users/08e1d05d121c45618b96473d93df9210',
  display: 'James Smith',
}

describe('The examples of RFC 7644 §3.5.2.1, add', () => {
  it('add a member to a group', () => {
    const after = patchGroup([{ op: 'add', path: 'members', value: [james] }])
    assert.deepEqual(after['members'], [babs, mandy, jamesAlone])
  })

  it('add attributes of a user without a path', () => {
    const after = patchUser([
      {
        op: 'add',
        value: { emails: [{ value: 'babs@example.com', type: 'other' }], nickName: 'Babsy' },
      },
    ])
    const before = bjensen['emails'] as readonly JsonObject[]
    assert.deepEqual(after['emails'], [...before, { value: 'babs@example.com', type: 'other' }])
    assert.equal(after['nickName'], 'Babsy')
  })
})

describe('The examples of RFC 7644 §3.5.2.2, remove', () => {
  it('remove a single member', () => {
    const path = 'members[value eq "2819c223-7f76-453a-919d-413861904646"]'
    assert.deepEqual(patchGroup([{ op: 'remove', path }])['members'], [mandy])
  })

  it('remove all members', () => {
    assert.ok(!('members' in patchGroup([{ op: 'remove', path: 'members' }])))
  })

  it('remove values by a filter of several terms', () => {
    const path = 'emails[type eq "work" and value ew "example.com"]'
    assert.deepEqual(patchUser([{ op: 'remove', path }])['emails'], [
      { value: 'babs@jensen.org', type: 'home' },
    ])
  })

  it('remove one member and add another', () => {
    const path = 'members[value eq "2819c223-7f76-453a-919d-413861904646"]'
    const after = patchGroup([
      { op: 'remove', path },
      { op: 'add', path: 'members', value: [james] },
    ])
    assert.deepEqual(after['members'], [mandy, jamesAlone])
  })
})

describe('The examples of RFC 7644 §3.5.2.3, replace', () => {
  it('replace all members', () => {
    const after = patchGroup([{ op: 'replace', path: 'members', value: [james] }])
    assert.deepEqual(after['members'], [jamesAlone])
  })

  it('replace the whole of the work address', () => {
    const after = patchUser([
      { op: 'replace', path: 'addresses[type eq "work"]', value: movedAddress },
    ])
    const [, home] = bjensen['addresses'] as readonly JsonObject[]
    assert.deepEqual(after['addresses'], [movedAddress, home])
  })

  it('replace one sub-attribute of the work address', () => {
    const path = 'addresses[type eq "work"].streetAddress'
    const after = patchUser([{ op: 'replace', path, value: '1010 Broadway Ave' }])
    const [work, home] = bjensen['addresses'] as readonly JsonObject[]
    assert.deepEqual(after['addresses'], [{ ...work, streetAddress: '1010 Broadway Ave' }, home])
  })

  it('replace attributes of a user without a path', () => {
    const emails = [
      { value: 'bjensen@example.com', type: 'work', primary: true },
      { value: 'babs@jensen.org', type: 'home' },
    ]
    const after = patchUser([{ op: 'replace', value: { emails, nickName: 'Babs' } }])
    assert.deepEqual(after, applyPatch(keepsAll(users), bjensen, []).resource)
  })
})
