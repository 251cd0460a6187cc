import { schemaUrns } from '../urn.ts'
import { attribute } from './definition.ts'
import type { SchemaDefinition } from './definition.ts'

/** The extension for people in an organization. RFC 7643 §4.3, §8.7.1 */
export const enterpriseUserSchema: SchemaDefinition = {
  id: schemaUrns.enterpriseUser,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    attribute('employeeNumber', 'What the organization numbers the user by.'),
    attribute('costCenter', 'The name of the cost center.'),
    attribute('organization', 'The name of the organization.'),
    attribute('division', 'The name of the division.'),
    attribute('department', 'The name of the department.'),
    attribute('manager', 'The user to whom this user reports.', {
      type: 'complex',
      subAttributes: [
        attribute('value', 'The id of the manager.'),
        attribute('$ref', 'The URL of the manager.', {
          type: 'reference',
          caseExact: true,
          mutability: 'readOnly',
          referenceTypes: ['User'],
        }),
        attribute('displayName', 'The name of the manager.', { mutability: 'readOnly' }),
      ],
    }),
  ],
}
