import { foldText, formatRdn, parseDn } from '../directory/dn.ts'
import type { AttributeType } from '../directory/directory-schema.ts'
import type { Entry } from '../directory/entry.ts'
import { isNamed } from './object-classes.ts'

/** The value by which an attribute names an entry, as the attribute spells it; nothing when the attribute is not in the RDN. */
export function rdnValueOf(type: AttributeType, entry: Entry): Buffer | undefined {
  const pair = entry.rdn.find((each) => isNamed(type, each.type))
  if (pair === undefined) return undefined
  const values = entry.bytes(type.name)
  const named = Buffer.from(pair.value)
  return (
    values.find((value) => value.equals(named)) ??
    values.find((value) => foldText(value.toString('utf8')) === foldText(pair.value)) ??
    named
  )
}

/** An RDN with another value for one of its attributes. */
export function renamedRdn(rdn: string, type: AttributeType, value: string): string {
  const [pairs = []] = parseDn(rdn)
  return formatRdn(pairs.map((pair) => (isNamed(type, pair.type) ? { ...pair, value } : pair)))
}
