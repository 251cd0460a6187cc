import type { ScimError } from '../error.ts'
import type { JsonObject } from '../json.ts'
import { messageUrns } from '../urn.ts'

/** The body that tells a client of an error; the status is a text. RFC 7644 §3.12 */
export function errorMessage(error: ScimError): JsonObject {
  return {
    schemas: [messageUrns.error],
    status: String(error.status),
    ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
    detail: error.message,
  }
}
