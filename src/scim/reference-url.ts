import { scimErrors } from './error.ts'
import type { JsonValue } from './json.ts'
import { bulkIdIn } from './message/bulk-reference.ts'
import type { AttributeDefinition } from './schema/definition.ts'

/** The resource that a `$ref` names by its endpoint and its id, absolute or relative; undefined where it ends in the endpoint,
 *  as a template makes it of an id that a person has not. A reference to a new resource stands for its id, and says nothing of its
 *  type. RFC 7643 §2.3.7, §2.4, RFC 7644 §3.7.2
 *  @param definition of the `$ref`.
 *  @param at its path, for the error.
 *  @example `../Users/2819c223` is the User 2819c223
 *  @throws {ScimError} invalidValue when it is no URL of such a resource. */
export function resourceAtUrl(
  definition: AttributeDefinition,
  url: JsonValue,
  at: string,
): Referred | undefined {
  const isNew = typeof url === 'string' && bulkIdIn(url) !== undefined
  return isNew ? { id: url } : existingAtUrl(definition, url, at)
}

interface Referred {
  readonly type?: string
  readonly id: string
}

function existingAtUrl(
  { referenceTypes = [] }: AttributeDefinition,
  url: JsonValue,
  at: string,
): Referred | undefined {
  const [path = ''] = typeof url === 'string' ? url.split(/[?#]/u, 1) : []
  const segments = path.split('/').filter((each) => each.trim() !== '')
  const typeAt = (index: number): string | undefined =>
    referenceTypes.find((each) => `${each}s` === segments.at(index))
  if (typeAt(-1) !== undefined) return undefined
  const type = typeAt(-2)
  const id = decoded(segments.at(-1) ?? '')?.trim() ?? ''
  if (type !== undefined && id !== '') return { type, id }
  const endpoints = referenceTypes.map((each) => `/${each}s/{id}`).join(' or ')
  throw scimErrors.invalidValue(`${at} must be a URL that ends in ${endpoints}.`)
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
