import type { Problem } from '../codec/decode.ts'
import { compileLine, type MapSource } from './map-line.ts'
import { hasElements, isSibling, type Slot } from './slot.ts'

/** A slot with the line of the settings it was made from. */
interface CompiledLine {
  readonly path: string
  readonly slot: Slot
}

/** The slots of an attribute map, and everything that is wrong with it by itself: lines that cannot be, two lines that
 *  mean the same or write the same, fallbacks that are not mapped. */
export function compileMap(source: MapSource): { slots: Slot[]; problems: Problem[] } {
  const problems: Problem[] = []
  const lines: CompiledLine[] = []
  for (const [key, mapped] of Object.entries(source.settings.attributes)) {
    const path = `attributes.${key}`
    const result = compileLine(source, key, mapped)
    if ('reason' in result) problems.push({ path, reason: result.reason })
    else lines.push({ path, slot: result })
  }
  const slots = lines.map(({ slot }) => slot)
  return {
    slots,
    problems: [
      ...problems,
      ...conflicts(lines),
      ...lines.flatMap((line) => badFallbacks(line, slots)),
    ],
  }
}

type Conflict = (slot: Slot, earlier: Slot) => string | undefined

const conflictReasons: readonly Conflict[] = [
  (slot, earlier) =>
    slot.key === earlier.key ? `is ${earlier.key}, which is mapped already` : undefined,
  (slot, earlier) =>
    !slot.isReadOnly && !earlier.isReadOnly && slot.type.oid === earlier.type.oid
      ? `${slot.type.name} is written by ${earlier.key} already; give one of the two isReadOnly: true`
      : undefined,
  (slot, earlier) =>
    isSibling(slot, earlier) && isPrimaryTwice(slot, earlier)
      ? `${earlier.key} has isPrimary already, and at most one value of ${slot.attribute.name} is primary`
      : undefined,
]

/** Lines that do not go together with one before them. */
function conflicts(lines: readonly CompiledLine[]): Problem[] {
  return lines.flatMap(({ path, slot }, index) =>
    conflictReasons.flatMap((reasonFor) => {
      const reasons = lines
        .slice(0, index)
        .flatMap((earlier) => reasonFor(slot, earlier.slot) ?? [])
      return reasons.slice(0, 1).map((reason) => ({ path, reason }))
    }),
  )
}

/** Several parts of one element may each say that it is the primary one. */
function isPrimaryTwice(one: Slot, other: Slot): boolean {
  if (!one.isPrimary || !other.isPrimary) return false
  const isOneElement = JSON.stringify(one.terms) === JSON.stringify(other.terms)
  return hasElements(one) || hasElements(other) || !isOneElement
}

function badFallbacks({ path, slot }: CompiledLine, slots: readonly Slot[]): Problem[] {
  return slot.fallback
    .flat()
    .filter((key) => !slots.some((other) => other.key === key))
    .map((key) => ({ path, reason: `the fallback ${key} is not mapped` }))
}
