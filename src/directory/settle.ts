import { foldText, InvalidDnError, normalizeDn, rdnOf, isSameDn } from './dn.ts'
import { type AttributeValue, type Entry, toBytes } from './entry.ts'
import {
  dnAfter,
  isPasswordAttribute,
  type LdapOperation,
  type Modification,
  type ModifyDnOperation,
  type ModifyOperation,
} from './operation.ts'

/** What has to be read to tell whether an operation took effect. */
export interface Probe {
  readonly dns: readonly string[]
  readonly attributes: readonly string[]
}

/** The entries and attributes that show whether an operation whose outcome is unknown was applied. */
export function probeOf(operation: LdapOperation): Probe {
  const after = dnAfter(operation)
  const isMoved = after !== undefined && !isSameDn(after, operation.dn)
  return {
    dns: isMoved ? [operation.dn, after] : [operation.dn],
    attributes: [...new Set(attributesOf(operation))],
  }
}

/** Whether an operation took effect, as far as the entries now show: true or false when they do, otherwise nothing.
 *  A password never shows.
 *  @param entryAt the entry that was read at one of the DNs of the probe; none where there is none. */
export function wasApplied(
  operation: LdapOperation,
  entryAt: (dn: string) => Entry | undefined,
): boolean | undefined {
  switch (operation.kind) {
    case 'add': {
      const entry = entryAt(operation.dn)
      return entry !== undefined && showsAll(entry, asModifications(operation.attributes))
    }
    case 'modify':
      return modifyWasApplied(operation, entryAt(operation.dn))
    case 'modifyDn':
      return renameWasApplied(operation, entryAt)
    case 'delete':
      return entryAt(operation.dn) === undefined
    case 'passwordModify':
      return undefined
  }
}

function attributesOf(operation: LdapOperation): readonly string[] {
  switch (operation.kind) {
    case 'add':
      return readable(operation.attributes.map(({ type }) => type))
    case 'modify':
      return readable(operation.modifications.map(({ attribute }) => attribute))
    default:
      return []
  }
}

function readable(names: readonly string[]): readonly string[] {
  return names.filter((name) => !isPasswordAttribute(name))
}

function asModifications(
  attributes: readonly { readonly type: string; readonly values: readonly AttributeValue[] }[],
): readonly Modification[] {
  return attributes.map(({ type, values }) => ({ operation: 'add', attribute: type, values }))
}

function modifyWasApplied(
  { modifications }: ModifyOperation,
  entry: Entry | undefined,
): boolean | undefined {
  if (entry === undefined) return false
  if (modifications.every(({ attribute }) => isPasswordAttribute(attribute))) return undefined
  return showsAll(entry, modifications)
}

function renameWasApplied(
  operation: ModifyDnOperation,
  entryAt: (dn: string) => Entry | undefined,
): boolean | undefined {
  const after = dnAfter(operation) ?? operation.dn
  const renamed = entryAt(after)
  if (isSameDn(after, operation.dn)) {
    return renamed === undefined ? undefined : isSpelled(renamed.dn, operation.newRdn)
  }
  if (entryAt(operation.dn) !== undefined) return false
  return renamed === undefined ? undefined : true
}

/** A rename in case or blanks alone leaves the DN the same entry's: only the spelling tells. */
function isSpelled(dn: string, rdn: string): boolean {
  const [shown, wanted] = [rdnOf(dn), rdnOf(rdn)]
  return wanted.every(({ value }) => shown.some((pair) => pair.value === value))
}

/** What several modifications of one attribute come to. */
interface Effect {
  readonly present: Map<string, Buffer>
  readonly removed: Set<string>
  readonly absent: Set<string>
  isWhole: boolean
}

function showsAll(entry: Entry, modifications: readonly Modification[]): boolean {
  const effects = new Map<string, Effect>()
  for (const modification of modifications) {
    const name = modification.attribute.toLowerCase()
    if (isPasswordAttribute(name)) continue
    const effect = effects.get(name) ?? unchanged()
    effects.set(name, effect)
    join(effect, modification)
  }
  return effects.entries().every(([name, effect]) => shows(entry.bytes(name), effect))
}

function unchanged(): Effect {
  return { present: new Map(), removed: new Set(), absent: new Set(), isWhole: false }
}

function join(effect: Effect, { operation, values }: Modification): void {
  if (operation === 'replace' || (operation === 'delete' && values.length === 0)) {
    effect.present.clear()
    effect.absent.clear()
    effect.isWhole = true
  }
  for (const value of values.map(toBytes)) {
    const key = keyOf(value)
    if (operation === 'delete') {
      effect.present.delete(key)
      effect.absent.add(key)
      effect.removed.add(key)
    } else {
      effect.present.set(key, value)
      effect.absent.delete(key)
    }
  }
}

function shows(values: readonly Buffer[], effect: Effect): boolean {
  if (effect.isWhole && values.length !== effect.present.size) return false
  const shown = new Map(values.map((value) => [keyOf(value), value]))
  if (effect.absent.values().some((key) => shown.has(key))) return false
  return effect.present.entries().every(([key, value]) => {
    const found = shown.get(key)
    // A value that takes the place of one that compares equal must show its own spelling; any other may have
    // been spelled anew by the server, as OpenLDAP does with DNs.
    const isRespelled = effect.removed.has(key) || effect.isWhole
    return found !== undefined && (!isRespelled || isReference(value) || found.equals(value))
  })
}

function isReference(value: Buffer): boolean {
  return keyOf(value).startsWith(referenceMark)
}

const referenceMark = 'dn:'
const longestName = 4096

/** The same for values that most rules take as equal: without case, without blanks, as a DN where it is one. */
function keyOf(value: Buffer): string {
  const text = value.toString('utf8')
  if (value.length > longestName || text.includes('\uFFFD')) return value.toString('latin1')
  return (text.includes('=') ? referenceKey(text) : undefined) ?? foldText(text)
}

function referenceKey(text: string): string | undefined {
  try {
    return referenceMark + normalizeDn(text)
  } catch (error) {
    if (error instanceof InvalidDnError) return undefined
    throw error
  }
}
