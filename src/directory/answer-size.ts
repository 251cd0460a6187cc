import { attributeKey, type AttributeValue, type Entry } from './entry.ts'
import { DirectoryError } from './error.ts'
import { isPasswordAttribute, type LdapOperation, modificationsIn, type Plan } from './operation.ts'

/** The longest header of a BER element, as Active Directory always writes it. X.690 §8.1 */
const headerBytes = 6
/** What a message holds beside an entry: its number, and a control in which the entry may stand. */
const besidesEntry = 256

/** Asserts that an entry can be read in one message when a plan is carried out, as far as is known how it is now. What makes it
 *  no larger is let through.
 *  @throws {DirectoryError} `entryTooLarge`, with the attribute that grows most. */
export function assertReadable(
  { operations, before }: Pick<Plan, 'operations' | 'before'>,
  maxMessageBytes: number,
): void {
  if (before === undefined) return
  const now = new Map(before.names.map((name) => [name, bytesOf(before.bytes(name))]))
  const after = new Map(now)
  for (const operation of operations) carryOut(operation, after)
  const bytes = messageBytes(before, after)
  if (bytes <= maxMessageBytes || bytes <= messageBytes(before, now)) return
  const [attribute] = [...after.keys()].toSorted(
    (one, other) => growthOf(other, now, after) - growthOf(one, now, after),
  )
  const message = `an entry of more than ${maxMessageBytes} bytes (directory.maxMessageBytes)`
  throw new DirectoryError('entryTooLarge', message, attribute === undefined ? {} : { attribute })
}

/** How many bytes each attribute has, by `attributeKey`. */
type Sizes = ReadonlyMap<string, number>

function carryOut(operation: LdapOperation, sizes: Map<string, number>): void {
  for (const { operation: kind, attribute, values } of modificationsIn(operation)) {
    if (isPasswordAttribute(attribute)) continue
    const name = attributeKey(attribute)
    const bytes = bytesOf(values)
    const held = sizes.get(name) ?? 0
    const isWhole = kind === 'replace' || values.length === 0
    if (isWhole) sizes.set(name, bytes)
    else sizes.set(name, kind === 'add' ? held + bytes : Math.max(0, held - bytes))
  }
}

/** RFC 4511 §4.5.2 */
function messageBytes({ dn }: Entry, sizes: Sizes): number {
  const attributes = [...sizes].map(
    ([name, bytes]) => 3 * headerBytes + Buffer.byteLength(name) + bytes,
  )
  const whole = 2 * headerBytes + Buffer.byteLength(dn) + besidesEntry
  return attributes.reduce((sum, bytes) => sum + bytes, whole)
}

function growthOf(name: string, now: Sizes, after: Sizes): number {
  return (after.get(name) ?? 0) - (now.get(name) ?? 0)
}

function bytesOf(values: readonly AttributeValue[]): number {
  return values.reduce((sum, value) => sum + headerBytes + Buffer.byteLength(value), 0)
}
