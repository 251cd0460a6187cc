import { scimErrors } from '../error.ts'
import { isJsonList, isJsonObject, type JsonValue } from '../json.ts'

/** The operations of a PATCH or of a bulk request, in their order; one that stands without a list is the only one.
 *  @param tooMany what a client is told of more than so many.
 *  @throws {ScimError} invalidSyntax when there is none, 413 when there are more than `most`. RFC 7644 §3.5.2, §3.7 */
export function listedOperations(
  given: JsonValue | undefined,
  most: number,
  tooMany: string,
): readonly JsonValue[] {
  const operations = isJsonObject(given) ? [given] : given
  if (!isJsonList(operations) || operations.length === 0) {
    throw scimErrors.invalidSyntax('Operations must be a list of at least one operation.')
  }
  if (operations.length > most) throw scimErrors.payloadTooLarge(tooMany)
  return operations
}
