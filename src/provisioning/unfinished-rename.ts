import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { isPasswordAttribute, type LdapOperation, type Plan } from '../directory/operation.ts'
import { rdnOf } from '../directory/dn.ts'
import { guardFor } from '../mapping/assertion.ts'
import type { Identity } from '../mapping/identity.ts'

/** What follows a rename in the same plan; nothing where a plan does not begin with one. */
export function behindRename({ operations }: Plan): readonly LdapOperation[] {
  return operations[0]?.kind === 'modifyDn' ? operations.slice(1) : []
}

/** The attributes that show whether what follows a rename was done.
 *  @param unread those that are never read: their values are added and deleted one by one, which fails when it was done. */
export function attributesBehind(plan: Plan, unread: string): readonly string[] {
  const named = behindRename(plan).flatMap((each) =>
    each.kind === 'modify' ? each.modifications.map(({ attribute }) => attribute) : [],
  )
  const [rename] = plan.operations
  const inName = rename?.kind === 'modifyDn' ? rdnOf(rename.newRdn).map(({ type }) => type) : []
  const passedOver = [...inName, unread].map((name) => name.toLowerCase())
  return [...new Set(named)].filter(
    (name) => !isPasswordAttribute(name) && !passedOver.includes(name.toLowerCase()),
  )
}

/** An entry before and after what may have been its rename alone. */
export interface Standing {
  /** As the plan was made for it. */
  readonly before: Entry
  /** With its version. */
  readonly now: Entry
  /** `attributesBehind` the rename, which both were read with. */
  readonly attributes: readonly string[]
}

/** What is left to be done of a plan whose rename was made; nothing when something of it was done, or somebody has changed the same
 *  meanwhile.
 */
export function restOf(
  plan: Plan,
  identity: Identity,
  { before, now, attributes }: Standing,
): Plan | undefined {
  const [first, ...others] = behindRename(plan)
  const isUntouched = attributes.every((name) => isSame(before, now, name))
  if (first === undefined || !isUntouched) return undefined
  const version = now.text(identity.versionAttribute)
  const guarded =
    first.kind === 'modify' ? { ...first, ...guardFor(identity, now, first.kind, version) } : first
  return { operations: [guarded, ...others], read: [] }
}

/** Whether somebody else has done, or changed, what was to be done. */
export function isOvertaken(error: unknown): boolean {
  return (
    error instanceof DirectoryError &&
    ['assertionFailed', 'noSuchEntry', 'valueAbsent', 'valueExists'].includes(error.failure)
  )
}

function isSame(one: Entry, other: Entry, name: string): boolean {
  const [values, others] = [one, other].map((entry) =>
    entry.bytes(name).map((value) => value.toString('base64')),
  ) as [string[], string[]]
  return values.length === others.length && values.every((value) => others.includes(value))
}
