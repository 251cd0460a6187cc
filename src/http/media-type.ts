/** RFC 7644 §8.1 */
const scimJson = 'application/scim+json'

const plainJson = 'application/json'
const bodyTypes = new Set([scimJson, plainJson, 'text/json'])
const bodyCharsets = new Set(['utf-8', 'utf8', 'us-ascii'])

/** Whether a body of this Content-Type is read. None at all counts as JSON; any charset but UTF-8 is refused,
 *  because JSON has no other. RFC 8259 §8.1 */
export function isReadable(contentType: string): boolean {
  if (contentType.trim() === '') return true
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/iu.exec(contentType)?.[1]?.toLowerCase()
  return bodyTypes.has(essence(contentType)) && (charset === undefined || bodyCharsets.has(charset))
}

/** The Content-Type of an answer: what Accept names, else what the request used, else that of SCIM. OneLogin's own
 *  text wants `application/json`, Entra ID and Okta want `application/scim+json`. RFC 7644 §3.1
 *  @param accepted what Accept names, the preferred one first.
 *  @param contentType of the request; empty when it has none. */
export function answerType(accepted: readonly string[], contentType: string): string {
  const named = accepted
    .map((type) => type.toLowerCase())
    .find((type) => type === scimJson || type === plainJson)
  if (named !== undefined) return named
  const used = essence(contentType)
  return bodyTypes.has(used) && used !== scimJson ? plainJson : scimJson
}

/** The type without its parameters, in lower case. */
function essence(contentType: string): string {
  return contentType.replace(/;.*$/su, '').trim().toLowerCase()
}
