import { type ScimError, scimErrors } from '../scim/error.ts'

/** That no resource has an id. The id is quoted, for what a detail quotes is kept out of the log: a client may send a DN or a
 *  login in its place. RFC 7644 §3.12 */
export function notFound(type: string, id: string): ScimError {
  return scimErrors.notFound(`${type} ${JSON.stringify(id)} not found.`)
}
