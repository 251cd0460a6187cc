import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { isJsonObject } from '../../../../src/scim/json.ts'
import { applyPatch } from '../../../../src/scim/patch/apply-patch.ts'
import type { PatchOutcome } from '../../../../src/scim/patch/apply-patch.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import type { PatchStorage } from '../../../../src/scim/patch/patch-storage.ts'
import type { AttributeDefinition } from '../../../../src/scim/schema/definition.ts'
import { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { scimError, users } from '../example.ts'

/** The sub-attributes that are stored of lists; all of those of the others. */
const kept: Readonly<Record<string, readonly string[]>> = {
  emails: ['value'],
  roles: ['value'],
  ims: ['value', 'primary'],
}

function storedOf(attribute: AttributeDefinition): AttributeDefinition {
  const { subAttributes = [] } = attribute
  const names = kept[attribute.name]
  return names === undefined
    ? attribute
    : { ...attribute, subAttributes: subAttributes.filter(({ name }) => names.includes(name)) }
}

/** Keeps e-mail addresses and roles without types, messenger addresses with the mark of the primary one, telephone numbers at
 *  work with their type and all the others without. */
const storage: PatchStorage = {
  schema: new ResourceSchema({
    ...users.resourceType,
    schema: {
      ...users.resourceType.schema,
      attributes: users.resourceType.schema.attributes.map(storedOf),
    },
  }),
  known: users,
  placeOf: ({ attribute, subAttribute }, element) => {
    const parts =
      attribute.name === 'phoneNumbers' && !isAtWork(element) ? ['value'] : kept[attribute.name]
    const isKept = subAttribute === undefined || parts?.includes(subAttribute.name) !== false
    return isKept ? 'written' : 'nowhere'
  },
  isUntyped: ({ attribute }, element) =>
    Object.hasOwn(kept, attribute.name) ||
    (attribute.name === 'phoneNumbers' && !isAtWork(element)),
  roomOf: () => undefined,
}

function isAtWork(element: JsonValue): boolean {
  return isJsonObject(element) && element['type'] === 'work'
}

function patch(before: JsonObject, ...Operations: readonly JsonObject[]): PatchOutcome {
  return applyPatch(storage, { userName: 'k', ...before }, decodePatch({ Operations }))
}

/** The values of a list after a PATCH. */
function valuesAfter(
  name: string,
  before: readonly JsonValue[],
  ...operations: readonly JsonObject[]
): JsonValue {
  const elements = (patch({ [name]: before }, ...operations).resource[name] ?? []) as JsonObject[]
  return elements.map(({ value }) => value ?? null)
}

const one = [{ value: 'a' }]
const work = 'emails[type eq "work"].value'

describe('A value path to elements that are stored without type (Entra ID)', () => {
  const changes: readonly [attribute: string, operation: JsonObject][] = [
    ['emails', { op: 'Replace', path: work, value: 'b' }],
    ['emails', { op: 'Add', path: work, value: 'b' }],
    ['emails', { op: 'Replace', path: 'emails[type eq "work"]', value: { value: 'b' } }],
    ['emails', { op: 'Add', path: 'emails[primary eq true].value', value: 'b' }],
    ['emails', { op: 'Replace', value: { [work]: 'b' } }],
    ['roles', { op: 'Add', path: 'roles[primary eq "True"].value', value: 'b' }],
    ['ims', { op: 'Replace', path: 'ims[type eq "xmpp"].value', value: 'b' }],
    ['ims', { op: 'Add', path: 'ims[type eq "xmpp" and primary eq true].value', value: 'b' }],
    ['phoneNumbers', { op: 'Replace', path: 'phoneNumbers[type eq "fax"].value', value: 'b' }],
  ]
  for (const [name, operation] of changes) {
    it(`makes the first element, and changes the only one: ${JSON.stringify(operation)}`, () => {
      assert.deepEqual(valuesAfter(name, [], operation), ['b'])
      const [element] = name === 'ims' ? [{ value: 'a', primary: true }] : one
      assert.deepEqual(valuesAfter(name, [element ?? ''], operation), ['b'])
    })
  }

  it('names the type that is not stored, and what else is not', () => {
    const { ignored } = patch({ emails: one }, { op: 'Replace', path: work, value: 'b' })
    assert.deepEqual(ignored, ['emails[type eq "work"].type'])
    for (const part of ['display', 'type']) {
      const path = `roles[primary eq "True"].${part}`
      const outcome = patch({ roles: one }, { op: 'Add', path, value: 'x' })
      assert.deepEqual(outcome.ignored, [`roles.${part}`])
    }
  })

  it('takes the only element away, and none where there is none', () => {
    for (const before of [one, []]) {
      const operation = { op: 'Remove', path: 'emails[type eq "work"]' }
      assert.deepEqual(valuesAfter('emails', before, operation), [])
      assert.deepEqual(valuesAfter('emails', before, { op: 'Replace', path: work, value: '' }), [])
    }
  })

  it('is 400 noTarget where several elements can be meant', () => {
    for (const operation of [
      { op: 'Replace', path: work, value: 'b' },
      { op: 'Remove', path: 'emails[type eq "work"]' },
    ]) {
      assert.throws(
        () => patch({ emails: [...one, { value: 'c' }] }, operation),
        scimError('noTarget', /several values/),
      )
    }
  })

  it('means the same element of one type throughout a PATCH', () => {
    const again = { op: 'Replace', path: work, value: 'c' }
    for (const before of [one, []]) {
      const operation = { op: 'Replace', path: work, value: 'b' }
      assert.deepEqual(valuesAfter('emails', before, operation, again), ['c'])
    }
  })

  it('is 400 invalidValue where the values of two types would become one', () => {
    const operations = ['work', 'mobile'].map((type) => ({
      op: 'Replace',
      path: `emails[type eq "${type}"].value`,
      value: type,
    }))
    for (const before of [one, []]) {
      assert.throws(
        () => patch({ emails: before }, ...operations),
        scimError('invalidValue', /types are not stored/),
      )
    }
  })

  it('leaves what was given to one type when another is taken away', () => {
    const replace = { op: 'Replace', path: work, value: 'b' }
    const remove = { op: 'Remove', path: 'emails[type eq "home"]' }
    assert.deepEqual(valuesAfter('emails', one, replace, remove), ['b'])
  })

  it('does not take an element that has a type for one without', () => {
    const before = [{ value: 'w', type: 'work' }]
    const operation = { op: 'Replace', path: 'phoneNumbers[type eq "fax"].value', value: 'f' }
    assert.deepEqual(valuesAfter('phoneNumbers', before, operation), ['w', 'f'])
  })

  it('does not mean an element by what would have found it', () => {
    const path = 'emails[type eq "work" and value eq "x"].value'
    const { resource, ignored } = patch({ emails: one }, { op: 'Replace', path, value: 'b' })
    assert.deepEqual(resource['emails'], one)
    assert.deepEqual(ignored, ['emails[type eq "work"].value'])
  })
})
