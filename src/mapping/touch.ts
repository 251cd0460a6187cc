import type { Entry } from '../directory/entry.ts'
import type { Modification } from '../directory/operation.ts'
import { rdnValueOf } from './rdn-value.ts'
import type { Slot } from './slot.ts'

/** Modifications that change nothing of an entry but its version: a value is deleted and added again. A modify of them carries
 *  an assertion for an operation behind it that can carry none. None where the entry holds no value that this can be
 *  done with. */
export function touch(slots: readonly Slot[], entry: Entry): Modification[] {
  const slot = slots.find(
    ({ type, isReadOnly }) =>
      !isReadOnly &&
      type.equality !== undefined &&
      entry.has(type.name) &&
      rdnValueOf(type, entry) === undefined,
  )
  if (slot === undefined) return []
  const attribute = slot.type.name
  const values = entry.bytes(attribute).slice(0, 1)
  return [
    { operation: 'delete', attribute, values },
    { operation: 'add', attribute, values },
  ]
}
