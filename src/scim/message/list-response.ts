import type { JsonObject } from '../json.ts'
import { messageUrns } from '../urn.ts'

/** One page of a result. */
export interface Page {
  readonly resources: readonly JsonObject[]
  /** How many resources match, on this page or not. */
  readonly totalResults: number
  /** The place of the first resource of the page, from 1; absent where the client goes by cursors. */
  readonly startIndex?: number
  /** Where the page before or behind this one is found. RFC 9865 §2 */
  readonly previousCursor?: string
  readonly nextCursor?: string
}

/** A page whose resources come one after the other. */
export interface StreamedPage extends Omit<Page, 'resources'> {
  readonly resources: AsyncIterable<JsonObject>
}

/** How long a piece of a list is at least: each is sent by itself, which costs more than to write a small resource. */
const pieceLength = 16_384

/** The same body as `listResponse`, piece by piece, so that a long list is never held as a whole. How many resources the page
 *  has is said behind them, when it is known. */
export async function* listResponseText({
  resources,
  totalResults,
  ...place
}: StreamedPage): AsyncGenerator<string, void, void> {
  const head = { schemas: [messageUrns.listResponse], totalResults, ...place }
  let piece = `${JSON.stringify(head).slice(0, -1)},"Resources":[`
  let itemsPerPage = 0
  for await (const resource of resources) {
    piece += `${itemsPerPage === 0 ? '' : ','}${JSON.stringify(resource)}`
    itemsPerPage += 1
    // The beginning is sent at once: it shows the client that there is an answer.
    if (itemsPerPage > 1 && piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield `${piece}],"itemsPerPage":${itemsPerPage}}`
}

/** The body that answers a query; an empty result is one as well. RFC 7644 §3.4.2 */
export function listResponse({ resources, totalResults, ...place }: Page): JsonObject {
  return {
    schemas: [messageUrns.listResponse],
    totalResults,
    itemsPerPage: resources.length,
    ...place,
    Resources: resources,
  }
}
