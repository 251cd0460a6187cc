import assert from 'node:assert/strict'
import type { DirectoryKind } from '../../../src/directory/directory.ts'
import { compileMappings } from '../../../src/mapping/mappings.ts'
import { mappings, schema } from './example.ts'

const { users, groups } = mappings()

describe('The kind of directory that the settings name', () => {
  const missing: readonly (readonly [DirectoryKind, string])[] = [
    ['activeDirectory', 'objectGUID'],
    ['389ds', 'nsUniqueId'],
  ]
  for (const [kind, attribute] of missing) {
    it(`is not ${kind} where the schema has no ${attribute}, and then nothing else is said`, () => {
      const settings = { users: users.settings, groups: groups.settings }
      assert.throws(() => compileMappings(settings, { kind, schema, hasPasswordModify: true }), {
        problems: [
          {
            path: 'directory.kind',
            reason: `is "${kind}", but the directory's schema has no attribute ${attribute}, which every directory of that kind has; set it to what the directory is, or leave it out where the rootDSE tells it`,
          },
        ],
      })
    })
  }
})
