import { namedValues } from './complained-attribute.ts'
import type { DirectoryKind } from './directory.ts'
import type { AttributeValue } from './entry.ts'
import { DirectoryError } from './error.ts'
import { toWriteRequest } from './ldap-request.ts'
import { encodeMessage } from './message-encoding.ts'
import type { LdapOperation, Plan } from './operation.ts'
import type { ServerFacts } from './root-dse.ts'

/** How many bytes servers take in one request unless they are configured otherwise. They end the connection over a longer one,
 *  with everything else that is under way on it. */
const usualLimits: Readonly<Record<DirectoryKind, number>> = {
  // sockbuf_max_incoming_auth
  openldap: 4_194_303,
  // MaxReceiveBuffer. MS-ADTS 3.1.1.3.4.6
  activeDirectory: 10_485_760,
  // nsslapd-maxbersize
  '389ds': 2_097_152,
  other: 2_097_152,
}

// What goes along with the values: names, and controls such as an assertion.
const mostBesidesValues = 1_048_576

/** Asserts that the server takes each operation of a plan in one request.
 *  @param facts of the server, which are asked for only where the values are many bytes.
 *  @param maxRequestBytes of the settings; default: what is usual for the kind of directory.
 *  @throws {DirectoryError} `tooLarge`, with the attribute that has most of it. */
export async function assertFits(
  { operations, read }: Plan,
  facts: () => Promise<ServerFacts>,
  maxRequestBytes?: number,
): Promise<void> {
  const least = maxRequestBytes ?? Math.min(...Object.values(usualLimits))
  for (const [operationIndex, operation] of operations.entries()) {
    const bytes = bytesOf(namedValues(operation).flatMap(({ values }) => values))
    if (bytes + mostBesidesValues <= least) continue
    const known = await facts()
    const limit = maxRequestBytes ?? usualLimits[known.capabilities.kind]
    const request = toWriteRequest(operation, { facts: known, read })
    if (bytes <= limit && encodeMessage(longestMessageId, request).length <= limit) continue
    const attribute = largestOf(operation)
    const message = `${operation.kind}: a request of more than ${limit} bytes (directory.maxRequestBytes)`
    throw new DirectoryError('tooLarge', message, {
      operationIndex,
      ...(attribute === undefined ? {} : { attribute }),
    })
  }
}

const longestMessageId = 0x7f_ff_ff_ff

function largestOf(operation: LdapOperation): string | undefined {
  const [largest] = namedValues(operation).toSorted(
    (one, other) => bytesOf(other.values) - bytesOf(one.values),
  )
  return largest?.name
}

function bytesOf(values: readonly AttributeValue[]): number {
  return values.reduce((sum, value) => sum + Buffer.byteLength(value), 0)
}
