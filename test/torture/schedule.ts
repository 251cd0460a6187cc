import type { Form } from './part.ts'

/** The parts of the torture, in the order in which they are run, and how many minutes each may take: some times what it takes on two
 *  idle cores. */
export const limitMinutes = {
  fuzz: { short: 5, long: 40 },
  faults: { short: 5, long: 60 },
  failover: { short: 5, long: 30 },
  'two-bridges': { short: 2, long: 15 },
  rolling: { short: 3, long: 20 },
  bounds: { short: 10, long: 90 },
} as const satisfies Readonly<Record<string, Readonly<Record<Form, number>>>>

/** The name of a part. */
export type PartName = keyof typeof limitMinutes

/** All of them, in order. */
export const partNames = Object.keys(limitMinutes) as readonly PartName[]

/** Whether there is such a part. */
export function isPartName(name: string): name is PartName {
  return name in limitMinutes
}
