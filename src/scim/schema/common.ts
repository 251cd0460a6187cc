import { attribute } from './definition.ts'
import type { AttributeDefinition } from './definition.ts'

const kept = { mutability: 'readOnly' } as const

/** The attributes that every resource has, whatever its schemas. RFC 7643 §3, §3.1 */
export const commonAttributes: readonly AttributeDefinition[] = [
  attribute('schemas', 'The URNs of the schemas whose attributes are present.', {
    ...kept,
    type: 'reference',
    multiValued: true,
    required: true,
    caseExact: true,
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  attribute('id', 'The identifier of the resource, given by the service provider, never reused.', {
    ...kept,
    required: true,
    caseExact: true,
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'The identifier of the resource as the client knows it.', {
    caseExact: true,
  }),
  attribute('meta', 'What the service provider knows about the resource.', {
    ...kept,
    type: 'complex',
    subAttributes: [
      attribute('resourceType', 'The name of the resource type.', { ...kept, caseExact: true }),
      attribute('created', 'When the resource was added.', { ...kept, type: 'dateTime' }),
      attribute('lastModified', 'When the resource last changed.', { ...kept, type: 'dateTime' }),
      attribute('location', 'The URL of the resource.', {
        ...kept,
        type: 'reference',
        caseExact: true,
        referenceTypes: ['uri'],
      }),
      attribute('version', 'The version of the resource, as in its ETag.', {
        ...kept,
        caseExact: true,
      }),
    ],
  }),
]
