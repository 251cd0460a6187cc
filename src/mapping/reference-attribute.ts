import type { Entry } from '../directory/entry.ts'
import { equals } from '../directory/filter.ts'
import type { Modification, Plan } from '../directory/operation.ts'
import { guardedBy, guardFor } from './assertion.ts'
import type { EntryMapping } from './entry-mapping.ts'
import type { Mappings } from './mappings.ts'
import { dnNames, type MemberNames } from './member-names.ts'

/** An attribute by which entries name others: the members of groups, the manager of people. */
export interface ReferenceAttribute {
  readonly name: string
  /** By what it names them. */
  readonly names: MemberNames
  /** The entries that have it. */
  readonly entries: EntryMapping
  /** What stands in where the last value leaves. */
  readonly placeholder: string | undefined
  /** Whether the server puts the values right when what they name gets another DN, or goes. */
  readonly isKept: boolean
  readonly isSingleValued: boolean
}

/** What becomes of the values of a reference attribute. */
export interface ReferenceChange {
  readonly added?: string
  readonly removed?: string
  /** What the entry must name still. */
  readonly beside?: string
  /** The entry must be as it was read. */
  readonly isUnchanged?: boolean
}

/** By what groups name their members. */
export function memberReference({
  groups: { settings, entries, names },
}: Mappings): ReferenceAttribute {
  const { attribute, placeholder, references } = settings.members
  const reference = named(entries, attribute, references)
  const isKept = reference.isKept && names.type === undefined
  return { ...reference, names, placeholder, isKept }
}

/** By what people name their manager; nothing where no manager is mapped. */
export function managerReference({ users }: Mappings): ReferenceAttribute | undefined {
  const { manager } = users.settings
  return manager && named(users.entries, manager.attribute, manager.references)
}

/** The LDAP attributes to read of an entry whose reference is to be changed: never the values. */
export function attributesToRefer({ entries }: ReferenceAttribute): readonly string[] {
  const { idAttribute, versionAttribute } = entries.identity
  return [idAttribute, versionAttribute, ...Object.keys(entries.settings.protectedValues)]
}

/** The change of one entry that names another, value by value; what comes is added before anything is removed. */
export function planReference(
  { name, entries }: ReferenceAttribute,
  entry: Entry,
  { added, removed, beside, isUnchanged = false }: ReferenceChange,
): Plan {
  const modification = (
    operation: 'add' | 'delete',
    value: string | undefined,
  ): readonly Modification[] =>
    value === undefined ? [] : [{ operation, attribute: name, values: [value] }]
  const modifications = [...modification('add', added), ...modification('delete', removed)]
  const conditions = beside === undefined ? [] : [equals(name, beside)]
  const { identity } = entries
  const version = isUnchanged ? entry.text(identity.versionAttribute) : undefined
  const guard = guardedBy(guardFor(identity, entry, 'modify', version), conditions)
  return { operations: [{ kind: 'modify', dn: entry.dn, modifications, ...guard }], read: [] }
}

function named(
  entries: EntryMapping,
  name: string,
  references: 'server' | 'bridge' | undefined,
): ReferenceAttribute {
  const isKept =
    references === undefined ? entries.identity.keepsReferences : references === 'server'
  const isSingleValued = entries.directorySchema.attributeType(name)?.isSingleValued === true
  return { name, names: dnNames, entries, placeholder: undefined, isKept, isSingleValued }
}
