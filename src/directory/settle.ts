import type { DirectorySchema } from './directory-schema.ts'
import { foldText, InvalidDnError, isSameDn, normalizeDn, rdnOf } from './dn.ts'
import { type Entry, toBytes } from './entry.ts'
import {
  dnAfter,
  isPasswordAttribute,
  type LdapOperation,
  type Modification,
  modificationsIn,
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
  schema: DirectorySchema,
): boolean | undefined {
  switch (operation.kind) {
    case 'add': {
      const entry = entryAt(operation.dn)
      return entry !== undefined && showsAll(entry, modificationsIn(operation), schema)
    }
    case 'modify':
      return modifyWasApplied(operation, entryAt(operation.dn), schema)
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

function modifyWasApplied(
  { modifications }: ModifyOperation,
  entry: Entry | undefined,
  schema: DirectorySchema,
): boolean | undefined {
  if (entry === undefined) return false
  if (modifications.every(({ attribute }) => isPasswordAttribute(attribute))) return undefined
  return showsAll(entry, modifications, schema)
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

function showsAll(
  entry: Entry,
  modifications: readonly Modification[],
  schema: DirectorySchema,
): boolean {
  const effects = new Map<string, Effect>()
  for (const modification of modifications) {
    const { attribute } = modification
    if (isPasswordAttribute(attribute)) continue
    const name = attribute.toLowerCase()
    const effect = effects.get(name) ?? new Effect(schema.attributeType(name)?.equality)
    effects.set(name, effect)
    effect.join(modification)
  }
  return effects.entries().every(([name, effect]) => effect.isShownBy(entry.bytes(name)))
}

/** What several modifications of one attribute come to. Values that its equality rule takes as equal are one. */
class Effect {
  readonly #equality: string | undefined
  readonly #present = new Map<string, Buffer>()
  readonly #absent = new Set<string>()
  readonly #removed = new Set<string>()
  #isWhole = false

  constructor(equality: string | undefined) {
    this.#equality = equality
  }

  join({ operation, values }: Modification): void {
    if (operation === 'replace' || (operation === 'delete' && values.length === 0)) {
      this.#present.clear()
      this.#absent.clear()
      this.#isWhole = true
    }
    for (const value of values.map(toBytes)) {
      if (operation === 'delete') this.#remove(this.#keyOf(value))
      else this.#add(this.#keyOf(value), value)
    }
  }

  isShownBy(values: readonly Buffer[]): boolean {
    if (this.#isWhole && values.length !== this.#present.size) return false
    const shown = new Map(values.map((value) => [this.#keyOf(value), value]))
    if (this.#absent.values().some((key) => shown.has(key))) return false
    return this.#present.entries().every(([key, value]) => {
      const found = shown.get(key)
      return found !== undefined && (!this.#mustBeSpelled(key) || found.equals(value))
    })
  }

  #add(key: string, value: Buffer): void {
    this.#present.set(key, value)
    this.#absent.delete(key)
  }

  #remove(key: string): void {
    this.#present.delete(key)
    this.#absent.add(key)
    this.#removed.add(key)
  }

  /** Only the spelling tells a value from an equal one that it takes the place of. DNs are spelled by the server. */
  #mustBeSpelled(key: string): boolean {
    const isReplaced = this.#isWhole || this.#removed.has(key)
    return isReplaced && this.#equality !== 'distinguishedNameMatch'
  }

  #keyOf(value: Buffer): string {
    const text = value.toString('utf8')
    if (this.#equality === 'distinguishedNameMatch') return referenceKey(text)
    if (this.#equality === 'telephoneNumberMatch') return foldText(text).replace(/[ -]/g, '')
    const isFolded = /^caseIgnore|^objectIdentifier/.test(this.#equality ?? '')
    return isFolded ? foldText(text) : value.toString('latin1')
  }
}

function referenceKey(text: string): string {
  try {
    return normalizeDn(text)
  } catch (error) {
    if (error instanceof InvalidDnError) return text
    throw error
  }
}
