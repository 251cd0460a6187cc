import assert from 'node:assert/strict'
import {
  hasTag,
  hasVersion,
  withReferencesInVersion,
} from '../../../src/provisioning/entity-tag.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { metaOf } from '../../../src/scim/meta.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
// As OpenLDAP makes them, with a point.
const version = 'W/"20261122084405.000001Z#000000#000#000000"'

function shownVersion(resource: JsonObject): string {
  return metaOf(withReferencesInVersion({ ...resource, meta: { version } }), 'version') ?? ''
}

describe('the version that an answer shows (RFC 7644 §3.14)', () => {
  it('is that of the entry where no reference is shown', () => {
    const user = { userName: 'a', [enterprise]: { department: 'Sums' } }
    assert.equal(shownVersion(user), version)
  })

  it('leaves a resource without a version as it is', () => {
    const group = { displayName: 'g', members: [{ value: '1' }] }
    assert.equal(withReferencesInVersion(group), group)
  })

  it('leaves the rest of meta, and of the resource, as it is', () => {
    const meta = { resourceType: 'Group', version, location: 'https://x' }
    const shown = withReferencesInVersion({ displayName: 'g', members: [{ value: '1' }], meta })
    const changed = metaOf(shown, 'version') ?? ''
    assert.deepEqual(shown, {
      displayName: 'g',
      members: [{ value: '1' }],
      meta: { ...meta, version: changed },
    })
    assert.match(changed, /^W\/"20261122084405\.000001Z#000000#000#000000\.[\w-]{12}"$/u)
  })

  const member = { value: '1', $ref: 'https://x/Users/1', display: 'Ada', type: 'User' }
  const changes: readonly (readonly [string, JsonObject, JsonObject])[] = [
    ['a member goes', { members: [member, { value: '2' }] }, { members: [member] }],
    ['a member is renamed', { members: [member] }, { members: [{ ...member, display: 'Eve' }] }],
    ['a user comes into a group', { groups: [] }, { groups: [{ value: 'g' }] }],
    [
      'a group is renamed',
      { groups: [{ value: 'g', display: 'A' }] },
      { groups: [{ value: 'g', display: 'B' }] },
    ],
    [
      'the manager is renamed',
      { [enterprise]: { manager: { value: '1', displayName: 'A' } } },
      { [enterprise]: { manager: { value: '1', displayName: 'B' } } },
    ],
  ]
  for (const [what, before, after] of changes) {
    it(`is another when ${what}, though the entry stays, and If-Match goes by the entry`, () => {
      const [old, current] = [shownVersion(before), shownVersion(after)]
      assert.notEqual(old, current)
      assert.equal(shownVersion(before), old)
      assert.equal(hasTag(old, current), false)
      assert.equal(hasTag(current, current), true)
      assert.equal(hasVersion(old, current), true)
      assert.equal(hasVersion(old, version), true)
      assert.equal(hasVersion(version, current), true)
    })
  }
})

describe('hasTag and hasVersion (RFC 9110 §13.1)', () => {
  const matching = ['W/"1"', '"1"', 'W/"0", W/"1"', '"0","1"', '*', ' * ']
  for (const header of matching) {
    it(`find the version 1 in ${header}`, () => {
      assert.equal(hasTag(header, 'W/"1"'), true)
      assert.equal(hasVersion(header, 'W/"1"'), true)
    })
  }

  const others = ['', ' ', '1', 'W/1', '"11"', 'W/"2"', '"*"', '"1.0"', '"1.abcdefghijk"']
  for (const header of others) {
    it(`do not find the version 1 in ${JSON.stringify(header)}`, () => {
      assert.equal(hasTag(header, 'W/"1"'), false)
      assert.equal(hasVersion(header, 'W/"1"'), false)
    })
  }

  it('find no version where there is none', () => {
    assert.equal(hasTag('W/"1"', undefined), false)
    assert.equal(hasVersion('W/"1"', undefined), false)
  })
})
