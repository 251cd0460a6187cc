import type { Slot } from './slot.ts'

/** The attributes of which clients ask by type. */
const askedByType = ['emails', 'phoneNumbers', 'addresses']

/** The keys of the lines that keep all values of such an attribute without their types. They can be meant; but a client that
 *  changes those of several types gets an error for it. Lines with types beside them, and lines that are read alone, are no
 *  reason to. */
export function untypedLines(slots: readonly Slot[]): readonly string[] {
  return slots
    .filter(({ urn, attribute }) => urn === undefined && askedByType.includes(attribute.name))
    .filter(({ attribute }, _, lines) =>
      lines.every((each) => each.attribute.name !== attribute.name || !isTyped(each)),
    )
    .filter(({ isReadOnly }) => !isReadOnly)
    .map(({ key }) => key)
}

function isTyped({ terms }: Slot): boolean {
  return Object.keys(terms).length > 0
}
