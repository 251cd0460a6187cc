import assert from 'node:assert/strict'
import { equals } from '../../../src/directory/filter.ts'
import {
  attributesToRefer,
  managerReference,
  memberReference,
  planReference,
} from '../../../src/mapping/reference-attribute.ts'
import type { Mappings } from '../../../src/mapping/mappings.ts'
import { groupEntry, groupsBase, mappings, people } from './example.ts'

const placeholder = 'cn=empty-membership,dc=example,dc=org'

function withReferences(references: string | undefined): Mappings {
  const given = references === undefined ? {} : { references }
  return mappings({
    users: { manager: { unknown: 'ignore', ...given } },
    groups: { members: { placeholder, ...given } },
  })
}

describe('An attribute by which entries name others', () => {
  it('is kept right by whom the settings say, and on OpenLDAP by the bridge when they say nothing', () => {
    for (const [references, isKept] of [
      [undefined, false],
      ['bridge', false],
      ['server', true],
    ] as const) {
      assert.equal(memberReference(withReferences(references)).isKept, isKept)
      assert.equal(managerReference(withReferences(references))?.isKept, isKept)
    }
  })

  it('has a placeholder where groups need one, and people have none', () => {
    const all = mappings()
    assert.equal(memberReference(all).placeholder, placeholder)
    assert.equal(managerReference(all)?.placeholder, undefined)
  })

  it('is none where no manager is mapped', () => {
    assert.equal(managerReference(mappings({ users: { manager: undefined } })), undefined)
  })

  it('is changed without being read', () => {
    const reference = memberReference(
      mappings({ groups: { protectedValues: { description: 'locked' } } }),
    )
    assert.deepEqual(attributesToRefer(reference), ['entryUUID', 'entryCSN', 'description'])
  })

  it('is changed value by value, the new one first, on the entry that was read', () => {
    const entry = groupEntry()
    const [before, now] = [`uid=a,${people}`, `uid=b,${people}`]
    const plan = planReference(memberReference(mappings()), entry, { added: now, removed: before })
    assert.deepEqual(plan, {
      operations: [
        {
          kind: 'modify',
          dn: `cn=staff,${groupsBase}`,
          modifications: [
            { operation: 'add', attribute: 'member', values: [now] },
            { operation: 'delete', attribute: 'member', values: [before] },
          ],
          assertion: equals('entryUUID', entry.text('entryUUID') ?? ''),
        },
      ],
      read: [],
    })
  })
})
