import type { ResourceTypeDefinition } from './definition.ts'
import { enterpriseUserSchema } from './enterprise-user.ts'
import { groupSchema } from './group.ts'
import { userSchema } from './user.ts'

/** People, with everything that RFC 7643 §4.1 and §4.3 know of them. */
export const userResourceType: ResourceTypeDefinition = {
  id: 'User',
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: userSchema,
  schemaExtensions: [{ schema: enterpriseUserSchema, required: false }],
}

/** Groups, with everything that RFC 7643 §4.2 knows of them. */
export const groupResourceType: ResourceTypeDefinition = {
  id: 'Group',
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  schemaExtensions: [],
}
