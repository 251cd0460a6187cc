import { schemaUrns } from '../urn.ts'
import { attribute } from './definition.ts'
import type { SchemaDefinition } from './definition.ts'

const fixed = { mutability: 'immutable' } as const

/** The core schema of groups. RFC 7643 §4.2, §8.7.1 */
export const groupSchema: SchemaDefinition = {
  id: schemaUrns.group,
  name: 'Group',
  description: 'Group',
  attributes: [
    // Section 8.7.1 says optional, section 4.2 says REQUIRED; a group without a name is of no use.
    // It is how OneLogin finds a group again, so that there must not be two of a name.
    attribute('displayName', 'The name of the group.', { required: true, uniqueness: 'server' }),
    attribute('members', 'The members of the group.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'The id of the member.', fixed),
        attribute('$ref', 'The URL of the member.', {
          ...fixed,
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User', 'Group'],
        }),
        attribute('display', 'The name of the member.', fixed),
        attribute('type', 'The resource type of the member.', {
          ...fixed,
          canonicalValues: ['User', 'Group'],
        }),
      ],
    }),
  ],
}
