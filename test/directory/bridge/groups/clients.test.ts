import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { GroupScene, ids, patchOpUrn, type Person } from './group-scene.ts'

/** A body that a client sends, by the ids of the people in it and of the group itself. */
type Body = (ann: string, ben: string, group: string) => JsonObject

interface Case {
  readonly sends: string
  readonly body: Body
  /** Who is a member at the start: A(nn), B(en), E(ve). */
  readonly before: string
  readonly after: string
  readonly displayName?: string
}

const patchOp = (...operations: JsonObject[]): JsonObject => ({
  schemas: [patchOpUrn],
  Operations: operations,
})

const cases: Readonly<Record<string, readonly Case[]>> = {
  'OneLogin, in the manner of SCIM 1.1 (OL-11)': [
    {
      sends: 'a member without operation, to be added',
      body: (ann) => ({ schemas: ['urn:scim:schemas:core:1.0'], members: [{ value: ann }] }),
      before: '',
      after: 'A',
    },
    {
      sends: 'a member with the operation add',
      body: (ann) => ({ members: [{ value: ann, operation: 'add' }] }),
      before: 'B',
      after: 'AB',
    },
    {
      sends: 'a member with the operation delete',
      body: (_, ben) => ({ members: [{ value: ben, operation: 'delete' }] }),
      before: 'AB',
      after: 'A',
    },
    {
      sends: 'one object in place of the list, to be deleted',
      body: (_, ben) => ({
        schemas: ['urn:scim:schemas:core:1.0'],
        members: { value: ben, operation: 'delete' },
      }),
      before: 'AB',
      after: 'A',
    },
    {
      sends: 'additions and deletions in one list',
      body: (ann, ben) => ({
        schemas: ['urn:scim:schemas:core:1.0'],
        members: [{ value: ann }, { value: ben, operation: 'delete' }],
      }),
      before: 'B',
      after: 'A',
    },
    {
      sends: 'the deletion of the last member',
      body: (ann) => ({ members: [{ value: ann, operation: 'delete' }] }),
      before: 'A',
      after: '',
    },
    {
      sends: 'an operation that nobody knows, which changes nothing',
      body: (ann) => ({ members: [{ value: ann, operation: 'promote' }] }),
      before: 'B',
      after: 'B',
    },
    {
      sends: 'a member who is there, and the deletion of one who is not',
      body: (ann, ben) => ({ members: [{ value: ann }, { value: ben, operation: 'delete' }] }),
      before: 'A',
      after: 'A',
    },
  ],
  'OneLogin, in the manner of SCIM 2.0 (OL-12)': [
    {
      sends: 'an addition',
      body: (ann) => patchOp({ op: 'add', path: 'members', value: [{ value: ann }] }),
      before: 'B',
      after: 'AB',
    },
    {
      sends: 'a removal with the member as its value',
      body: (ann) => patchOp({ op: 'remove', path: 'members', value: [{ value: ann }] }),
      before: 'AB',
      after: 'B',
    },
    {
      sends: 'a replacement of all members',
      body: (ann, ben) =>
        patchOp({ op: 'replace', path: 'members', value: [{ value: ann }, { value: ben }] }),
      before: 'E',
      after: 'AB',
    },
    {
      sends: 'a removal with a filter in the path',
      body: (ann) => patchOp({ op: 'remove', path: `members[value eq "${ann}"]` }),
      before: 'ABE',
      after: 'BE',
    },
  ],
  'Entra ID': [
    {
      sends: 'a new name (E-12)',
      body: () => patchOp({ op: 'Replace', path: 'displayName', value: 'Renamed by Entra' }),
      before: 'A',
      after: 'A',
      displayName: 'Renamed by Entra',
    },
    {
      sends: 'an addition with a $ref of null (E-13)',
      body: (ann) => patchOp({ op: 'Add', path: 'members', value: [{ $ref: null, value: ann }] }),
      before: 'B',
      after: 'AB',
    },
    {
      sends: 'an addition of several members, some of whom are there (E-13)',
      body: (ann, ben) =>
        patchOp({
          op: 'Add',
          path: 'members',
          value: [
            { $ref: null, value: ann },
            { $ref: null, value: ben },
          ],
        }),
      before: 'B',
      after: 'AB',
    },
    {
      sends: 'a removal with the member as its value, which takes only him (E-14)',
      body: (ann) =>
        patchOp({ op: 'Remove', path: 'members', value: [{ $ref: null, value: ann }] }),
      before: 'ABE',
      after: 'BE',
    },
    {
      sends: 'a removal with a filter in the path (E-14)',
      body: (ann) => patchOp({ op: 'remove', path: `members[value eq "${ann}"]` }),
      before: 'AB',
      after: 'B',
    },
  ],
  Okta: [
    {
      sends: 'a new name with the id of the group inside the value (O-8)',
      body: (_ann, _ben, group) =>
        patchOp({ op: 'replace', value: { id: group, displayName: 'Renamed by Okta' } }),
      before: 'AB',
      after: 'AB',
      displayName: 'Renamed by Okta',
    },
    {
      sends: 'a removal by filter and an addition with a display name (O-9)',
      body: (ann, ben) =>
        patchOp(
          { op: 'remove', path: `members[value eq "${ann}"]` },
          { op: 'add', path: 'members', value: [{ value: ben, display: 'ben@example.com' }] },
        ),
      before: 'A',
      after: 'B',
    },
    {
      sends: 'a full push (O-9)',
      body: (ann, ben) =>
        patchOp({ op: 'replace', path: 'members', value: [{ value: ann }, { value: ben }] }),
      before: 'BE',
      after: 'AB',
    },
    {
      sends: 'a full push of nobody (O-9)',
      body: () => patchOp({ op: 'replace', path: 'members', value: [] }),
      before: 'AB',
      after: '',
    },
  ],
}

describe('PATCH /Groups/:id as clients send it, on an OpenLDAP', () => {
  let scene: GroupScene
  let people: Readonly<Record<string, Person>>
  let count = 0

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const [ann, ben, eve] = (await scene.addPeople('client', 3)) as [Person, Person, Person]
    people = { A: ann, B: ben, E: eve }
  })

  after(async () => scene.close())

  function named(letters: string): readonly Person[] {
    return letters.split('').flatMap((letter) => people[letter] ?? [])
  }

  for (const [client, forms] of Object.entries(cases)) {
    describe(client, () => {
      for (const form of forms) {
        it(`may send ${form.sends}`, async () => {
          count += 1
          const name = `Client group ${count}`
          const group = await scene.createGroup(name, named(form.before))
          const [ann = '', ben = ''] = named('AB').map(({ id }) => id)
          const patched = await scene.bridge.scim.patch(
            `/Groups/${group}`,
            form.body(ann, ben, group),
          )
          assert.equal(patched.status, 204, patched.text)
          assert.deepEqual(await scene.shownMembers(group), ids(named(form.after)))
          assert.deepEqual(await scene.stored(group, 'cn'), [form.displayName ?? name])
        })
      }
    })
  }
})
