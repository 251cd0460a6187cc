import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { isJsonObject } from '../../../../src/scim/json.ts'
import { applyPatch } from '../../../../src/scim/patch/apply-patch.ts'
import type { PatchOutcome } from '../../../../src/scim/patch/apply-patch.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import type { PatchStorage, Place } from '../../../../src/scim/patch/patch-storage.ts'
import type { AttributePath } from '../../../../src/scim/schema/attribute-path.ts'
import { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { enterpriseUrn, scimError, users } from '../example.ts'

const places: Readonly<Record<string, Place>> = { work: 'written', home: 'readOnly' }

function typeOf(element: JsonValue): string {
  const type = isJsonObject(element) ? element['type'] : undefined
  return typeof type === 'string' ? type.toLowerCase() : 'work'
}

/** Keeps one address of each type, at home without the city; core attributes without a status, and of e-mail addresses those at work; those at home are shown alone. */
const storage: PatchStorage = {
  schema: new ResourceSchema({
    ...users.resourceType,
    schema: {
      ...users.resourceType.schema,
      attributes: users.resourceType.schema.attributes.filter(
        ({ name }) => !['active', 'nickName'].includes(name),
      ),
    },
    schemaExtensions: [],
  }),
  known: users,
  placeOf: ({ attribute, subAttribute }: AttributePath, element: JsonValue): Place => {
    const type = typeOf(element)
    const part = subAttribute?.name ?? 'type'
    if (attribute.name === 'addresses') {
      return type === 'home' && ['locality', 'primary'].includes(part) ? 'nowhere' : 'written'
    }
    if (attribute.name !== 'emails') return 'written'
    return (['value', 'type'].includes(part) && places[type]) || 'nowhere'
  },
  isUntyped: () => false,
  roomOf: ({ attribute }, element) =>
    attribute.name === 'addresses' ? typeOf(element) : undefined,
}

const work = { value: 'w', type: 'work' }
const home = { value: 'h', type: 'home', primary: true }

function patch(operation: JsonObject, attributes: JsonObject = {}): PatchOutcome {
  const resource = { userName: 'k', emails: [work, home], ...attributes }
  return applyPatch(storage, resource, decodePatch({ Operations: [operation] }))
}

describe('applyPatch where not everything is stored', () => {
  it('names what only the schemas know, without values', () => {
    const cases: readonly [JsonObject, readonly string[]][] = [
      [{ op: 'add', path: 'nickName', value: 'x' }, ['nickName']],
      [{ op: 'remove', path: `${enterpriseUrn}:manager` }, [`${enterpriseUrn}:manager`]],
      [{ op: 'replace', path: enterpriseUrn, value: { division: 'x' } }, [enterpriseUrn]],
      [{ op: 'add', value: { nickName: 'x', [enterpriseUrn]: {} } }, ['nickName', enterpriseUrn]],
      [
        { op: 'add', path: 'emails[type eq "other"].value', value: 'x' },
        ['emails[type eq "other"].value'],
      ],
      [{ op: 'add', path: 'emails[type eq "Ann"].value', value: 'x' }, ['emails.value']],
      [
        { op: 'add', path: 'emails[value eq "w"].display', value: 'x' },
        ['emails[type eq "work"].display'],
      ],
      [
        { op: 'add', path: 'emails', value: [{ value: 'x', display: 'y', primary: false }] },
        ['emails.display'],
      ],
    ]
    for (const [operation, ignored] of cases) {
      const outcome = patch(operation)
      assert.deepEqual(outcome.ignored, ignored, JSON.stringify(operation))
    }
  })

  it('names nothing where everything is stored', () => {
    const { ignored } = patch({ op: 'add', path: 'emails', value: [{ ...work, value: 'x' }] })
    assert.deepEqual(ignored, [])
  })

  it('refuses to take away a value whose new place is not stored, or is only shown', () => {
    for (const type of ['other', 'home']) {
      const operation = { op: 'replace', path: 'emails[value eq "w"].type', value: type }
      assert.throws(() => patch(operation), scimError('invalidValue', /with the types work\.$/))
    }
  })

  it('refuses to take away a part that is not stored where the element would be', () => {
    const addresses = [{ formatted: 'f', locality: 'l', type: 'work', primary: true }]
    const operation = { op: 'replace', path: 'addresses[type eq "work"].type', value: 'home' }
    const isRefused = scimError('invalidValue', /would be lost/)
    assert.throws(() => patch(operation, { addresses }), isRefused)
    const [{ locality: _, ...whole } = {}] = addresses
    const moved = patch(operation, { addresses: [whole] })
    assert.deepEqual(moved.resource['addresses'], [{ ...whole, type: 'home' }])
  })

  it('refuses to take away an element where there is room for one and another is there', () => {
    const addresses = ['home', 'work'].map((type) => ({ formatted: type, type }))
    const operation = { op: 'replace', path: 'addresses[type eq "home"].type', value: 'work' }
    const isRefused = scimError('invalidValue', /would be lost/)
    assert.throws(() => patch(operation, { addresses }), isRefused)
  })

  it('adds to the element that is there where there is room for one, as by its value path', () => {
    const addresses = [{ formatted: 'f', locality: 'l', type: 'work' }]
    const given = { locality: 'x', region: 'r', type: 'Work' }
    const changed = [{ ...addresses[0], locality: 'x', region: 'r' }]
    const operations = [
      { op: 'add', path: 'addresses', value: [given] },
      { op: 'add', path: 'addresses', value: given },
      { op: 'add', value: { addresses: [given, given] } },
      { op: 'add', path: 'addresses', value: [{ ...given, formatted: 'f' }] },
      { op: 'add', path: 'addresses[type eq "work"]', value: { locality: 'x', region: 'r' } },
    ]
    for (const operation of operations) {
      const { resource, ignored } = patch(operation, { addresses })
      assert.deepEqual(resource['addresses'], changed, JSON.stringify(operation))
      assert.deepEqual(ignored, [])
    }
  })

  it('refuses two elements in one value where there is room for one', () => {
    const value = ['x', 'y'].map((locality) => ({ formatted: 'f', locality, type: 'work' }))
    for (const op of ['add', 'replace']) {
      const operation = { op, path: 'addresses', value }
      assert.throws(() => patch(operation), scimError('invalidValue', /room for one/))
    }
  })

  it('names what the parts of an element have no place for', () => {
    const addresses = [{ formatted: 'f', type: 'work' }]
    const value = { formatted: 'h', locality: 'x' }
    const partly = { op: 'add', path: 'addresses[type eq "home"]', value }
    assert.deepEqual(patch(partly, { addresses }).ignored, ['addresses[type eq "home"].locality'])
  })

  it('refuses to change what is only shown, by whatever the path finds it', () => {
    for (const path of ['emails[type eq "home"]', 'emails[value eq "h"]', 'emails.value']) {
      const operation = { op: 'remove', path }
      assert.throws(() => patch(operation), scimError('mutability', /is read-only\.$/), path)
    }
  })

  it('lets what is only shown stop being primary when another becomes so', () => {
    const value = { value: 'x', primary: true }
    const { resource } = patch({ op: 'add', path: 'emails[type eq "work"]', value })
    assert.deepEqual(resource['emails'], [
      { value: 'x', type: 'work', primary: true },
      { ...home, primary: false },
    ])
  })

  it('keeps values that a replacement says nothing stored of', () => {
    const value = { nothing: 'x' }
    const { resource } = patch({ op: 'replace', path: 'emails[type eq "work"]', value })
    assert.deepEqual(resource['emails'], [work, home])
  })

  it('leaves a list alone that would be replaced by what nobody keeps', () => {
    const lists: readonly [name: string, value: JsonValue, ignored: string][] = [
      ['emails', [{ value: 'x', type: 'other' }], 'emails[type eq "other"]'],
      ['emails', { VALUE: 'x', TYPE: 'Other' }, 'emails[type eq "other"]'],
      ['emails', [{ display: 'x' }], 'emails.display'],
      ['emails', [{ value: 'h', type: 'home' }], 'emails[type eq "home"]'],
      ['addresses', [{ type: 'home', locality: 'x' }], 'addresses[type eq "home"].locality'],
    ]
    const addresses = [{ formatted: 'f', type: 'work' }]
    for (const [path, value, name] of lists) {
      for (const operation of [
        { op: 'replace', path, value },
        { op: 'replace', value: { [path]: value } },
      ]) {
        const { resource, ignored } = patch(operation, { addresses })
        assert.deepEqual([resource['emails'], resource['addresses']], [[work, home], addresses])
        assert.deepEqual(ignored, [name])
      }
    }
  })

  it('takes a list away by one without values, and by a template whose macros have none', () => {
    for (const value of [
      [],
      null,
      '',
      [{}],
      [{ value: '', type: 'work' }],
      [{ value: '', type: 'work', display: 'x' }],
      [{ type: 'work' }],
    ]) {
      const { resource } = patch({ op: 'replace', path: 'emails', value })
      assert.equal(resource['emails'], undefined, JSON.stringify(value))
    }
    const addresses = [{ formatted: 'f', type: 'work' }]
    const rest = { type: 'home', locality: 'x' }
    const value = [{ ...rest, formatted: '' }]
    const { resource } = patch({ op: 'replace', path: 'addresses', value }, { addresses })
    assert.deepEqual(resource['addresses'], [rest])
  })

  it('replaces a list by what is kept of another one', () => {
    const value = [{ value: 'x', type: 'other' }, { value: 'y' }]
    const { resource, ignored } = patch({ op: 'replace', path: 'emails', value })
    assert.deepEqual(resource['emails'], [{ value: 'x', type: 'other' }, { value: 'y' }])
    assert.deepEqual(ignored, ['emails[type eq "other"]'])
  })

  it('refuses a status that nobody keeps: a user would stay as he is', () => {
    for (const operation of [
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', value: { active: false, title: 'x' } },
    ]) {
      assert.throws(() => patch(operation), scimError('invalidPath', /^active is not stored/))
    }
  })

  it('refuses what not even the schemas know', () => {
    assert.throws(() => patch({ op: 'add', path: 'nothing', value: 1 }), scimError('invalidPath'))
    const path = 'emails[nothing eq "x"].value'
    assert.throws(() => patch({ op: 'add', path, value: 'x' }), scimError('invalidFilter'))
  })
})
