import assert from 'node:assert/strict'
import { ScimError } from '../../../src/scim/error.ts'
import type { ScimType } from '../../../src/scim/error.ts'
import type { PatchStorage } from '../../../src/scim/patch/patch-storage.ts'
import { attribute } from '../../../src/scim/schema/definition.ts'
import type { SchemaDefinition } from '../../../src/scim/schema/definition.ts'
import { ResourceSchema } from '../../../src/scim/schema/resource-schema.ts'
import { groupResourceType, userResourceType } from '../../../src/scim/schema/resource-types.ts'

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const badgeUrn = 'urn:example:badge:1.0'

export const users = new ResourceSchema(userResourceType)
export const groups = new ResourceSchema(groupResourceType)

/** An extension that an administrator could have made up, with what RFC 7643's own schemas do not have. */
export const badgeSchema: SchemaDefinition = {
  id: badgeUrn,
  name: 'Badge',
  description: 'The badge of the user',
  attributes: [
    attribute('serial', 'Its number.', { type: 'integer', required: true }),
    attribute('weight', 'In grams.', { type: 'decimal' }),
    attribute('validUntil', 'When it ends.', { type: 'dateTime' }),
    attribute('doors', 'What it opens.', { multiValued: true }),
    attribute('chip', 'Its chip.', { mutability: 'immutable', caseExact: true }),
    attribute('printed', 'When it was printed.', { mutability: 'readOnly' }),
    attribute('history', 'Who had it.', { returned: 'request' }),
    attribute('pins', 'Ways to open it.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'The pin.', { returned: 'never' }),
        attribute('label', 'Its name.', { returned: 'always' }),
      ],
    }),
    attribute('owner', 'Whose it is.', {
      type: 'complex',
      subAttributes: [
        attribute('value', 'The id.', { mutability: 'immutable' }),
        attribute('note', 'Anything.'),
      ],
    }),
  ],
}

/** Users with the extension for badges beside the one of RFC 7643. */
export const badgedUsers = new ResourceSchema({
  ...userResourceType,
  schemaExtensions: [
    ...userResourceType.schemaExtensions,
    { schema: badgeSchema, required: false },
  ],
})

/** A service provider that keeps everything a schema has. */
export function keepsAll(schema: ResourceSchema): PatchStorage {
  return {
    schema,
    known: schema,
    placeOf: () => 'written',
    isUntyped: () => false,
    roomOf: () => undefined,
  }
}

/** A predicate for `assert.throws`: a ScimError of this type whose detail matches. */
export function scimError(scimType: ScimType, detail: RegExp = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ScimError, String(error))
    assert.equal(error.scimType, scimType, error.message)
    assert.match(error.message, detail)
    return true
  }
}
