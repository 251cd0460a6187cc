import { schemaUrns } from '../urn.ts'
import { attribute } from './definition.ts'
import type { SchemaDefinition } from './definition.ts'

const fixed = { mutability: 'immutable' } as const

/** RFC 7643 says immutable, too, of what follows from the value, and leaves it to the service provider whether a client may
 *  give it: nothing that he says of it would be stored. */
const derived = { mutability: 'readOnly' } as const

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
          ...derived,
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User', 'Group'],
        }),
        attribute('display', 'The name of the member.', derived),
        // A client need not say it; if he does, it is checked.
        attribute('type', 'The resource type of the member.', {
          ...fixed,
          canonicalValues: ['User', 'Group'],
        }),
      ],
    }),
  ],
}
