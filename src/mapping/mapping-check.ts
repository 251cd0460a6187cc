import type { Problem } from '../codec/decode.ts'
import type { AttributeType } from '../directory/directory-schema.ts'
import { isSameDn, isWithin } from '../directory/dn.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { Derivation } from './derivation.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { checkExtensions } from './extension-schema.ts'
import { isAllowed } from './map-line.ts'
import type { NumberedAttribute } from './numbered-attribute.ts'
import { isNamed } from './object-classes.ts'
import type { EntrySettings, GroupSettings } from './settings.ts'
import { isTextType, leafOf, type Slot } from './slot.ts'
import { syntaxes, syntaxNumber } from './syntax.ts'

/** Everything that keeps groups from working as they are configured. */
export function checkGroups(
  { members }: GroupSettings,
  entries: EntryMapping,
  schema: ResourceSchema,
): Problem[] {
  const { attribute, placeholder } = members
  const isDemanded = demandedTypes(entries).some((type) => isNamed(type, attribute))
  const reason = `is required, for the object class demands ${attribute}`
  return [
    ...checkEntries(entries, schema, [attribute]),
    ...checkLdapAttribute(entries, 'members.attribute', attribute, true),
    ...(isDemanded && placeholder === undefined ? [{ path: 'members.placeholder', reason }] : []),
  ].map((problem) => ({ ...problem, path: `groups.${problem.path}` }))
}

/** Everything that keeps entries from being created as they are configured: the map by itself, object classes that do not
 *  exist, attributes that they demand and nothing fills, an RDN without value, a place where they would not be found.
 *  @param filled LDAP attributes that get a value by other means than the map. */
export function checkEntries(
  entries: EntryMapping,
  schema: ResourceSchema,
  filled: readonly string[],
): Problem[] {
  const { derived, numbers, fixed } = entries.settings
  const made = [...filled, ...[derived, numbers, fixed].flatMap(Object.keys)]
  return [
    ...entries.problems,
    ...checkClasses(entries),
    ...checkOptionalClasses(entries, made),
    ...checkRequired(entries, schema),
    ...checkExtensions(entries.settings.extensions, entries.slots),
    ...checkRdn(entries),
    ...checkMade(entries),
    ...Object.keys(entries.settings.protectedValues).flatMap((name) =>
      checkLdapAttribute(entries, `protectedValues.${name}`, name, false),
    ),
    ...checkDemands(entries, made),
    ...checkCreateBase(entries.settings),
  ]
}

/** What keeps an LDAP attribute that stands outside the map from being used on these entries.
 *  @param path where the settings name it. */
export function checkLdapAttribute(
  { settings, directorySchema, slots }: EntryMapping,
  path: string,
  name: string,
  isWritten: boolean,
): Problem[] {
  const type = directorySchema.attributeType(name)
  if (type === undefined) {
    return [{ path, reason: `the directory's schema has no attribute ${name}` }]
  }
  if (!isAllowed({ settings, directorySchema }, type)) {
    return [{ path, reason: `no object class of these entries allows ${name}` }]
  }
  if (!isWritten) return []
  if (type.isReadOnly) return [{ path, reason: `${name} cannot be written` }]
  const slot = slots.find((each) => !each.isReadOnly && each.type.oid === type.oid)
  return slot === undefined ? [] : [{ path, reason: `${name} is written by ${slot.key} already` }]
}

/** Whether entries at a DN are served. */
export function isServed({ base, scope }: EntrySettings, parent: string): boolean {
  return scope === 'one' ? isSameDn(parent, base) : isWithin(parent, base)
}

function checkClasses({ settings, directorySchema }: EntryMapping): Problem[] {
  const named = (['objectClass', 'createClasses', 'optionalClasses'] as const).flatMap((path) =>
    [settings[path]].flat().map((name) => ({ path, name })),
  )
  const unknown = named
    .filter(({ name }) => directorySchema.objectClass(name) === undefined)
    .map(({ path, name }) => ({
      path,
      reason: `the directory's schema has no object class ${name}`,
    }))
  const created = [settings.objectClass, ...settings.createClasses]
  const isStructural = created.some(
    (name) => (directorySchema.objectClass(name)?.kind ?? 'structural') === 'structural',
  )
  const reason = 'an entry needs a structural object class; give it one in createClasses'
  return isStructural ? unknown : [...unknown, { path: 'objectClass', reason }]
}

function checkOptionalClasses(
  { settings, directorySchema, slots }: EntryMapping,
  filled: readonly string[],
): Problem[] {
  const path = 'optionalClasses'
  return settings.optionalClasses.flatMap((name) => {
    const optional = directorySchema.objectClass(name)
    if (optional === undefined) return []
    if (optional.kind !== 'auxiliary') {
      return [{ path, reason: `${name} is not auxiliary and cannot be added to an entry` }]
    }
    return optional.must
      .flatMap((must) => directorySchema.attributeType(must) ?? [])
      .filter((type) => !isNamed(type, 'objectClass'))
      .filter((type) => !slots.some((slot) => !slot.isReadOnly && slot.type.oid === type.oid))
      .filter((type) => !filled.some((each) => isNamed(type, each)))
      .map((type) => ({ path, reason: `${name} demands ${type.name}, which nothing is mapped to` }))
  })
}

function checkRequired({ slots }: EntryMapping, { resourceType }: ResourceSchema): Problem[] {
  return resourceType.schema.attributes
    .filter(
      ({ name, required }) => required && !slots.some(({ attribute }) => attribute.name === name),
    )
    .map(({ name }) => ({ path: `attributes.${name}`, reason: 'is required and not mapped' }))
}

function checkRdn(entries: EntryMapping): Problem[] {
  const { settings, identity, directorySchema } = entries
  const { rdn } = settings
  const naming = directorySchema.attributeType(identity.namingAttribute ?? rdn)
  if (naming !== undefined && !isNamed(naming, rdn)) {
    const reason = `cannot be ${rdn}: the directory names these entries by ${naming.name} alone`
    return [{ path: 'rdn', reason }]
  }
  if (entries.derivationOf(rdn) !== undefined) return []
  const slot = entries.slotOfLdap(rdn)
  if (slot === undefined) return [{ path: 'rdn', reason: `${rdn} is not mapped` }]
  if (slot.isReadOnly) return [{ path: 'rdn', reason: `${rdn} is mapped, but isReadOnly` }]
  if (isAlwaysFilled(entries, slot)) return []
  return [{ path: 'rdn', reason: `${slot.key} may be absent; give it a fallback such as userName` }]
}

/** Attributes that are not written by the map. */
function checkMade(entries: EntryMapping): Problem[] {
  const { derived, numbers, fixed } = entries.settings
  const named = [
    ...Object.keys(derived).map((name) => ({ path: `derived.${name}`, name })),
    ...Object.keys(numbers).map((name) => ({ path: `numbers.${name}`, name })),
    ...Object.keys(fixed).map((name) => ({ path: `fixed.${name}`, name })),
  ]
  const isOwn = (name: string): boolean => entries.derivationOf(name)?.own !== undefined
  return [
    ...named.flatMap(({ path, name }) => checkLdapAttribute(entries, path, name, !isOwn(name))),
    ...entries.derivations.flatMap((derivation) => checkSources(entries, derivation)),
    ...entries.derivations.flatMap((derivation) => checkOwn(derivation)),
    ...entries.numbered.flatMap((numbered) => checkNumbered(entries, numbered)),
  ]
}

function checkNumbered({ identity }: EntryMapping, { type }: NumberedAttribute): Problem[] {
  const isOrdered = type.ordering !== undefined || identity.ordersAllNumbers
  if (syntaxNumber(type) === syntaxes.integer && isOrdered) return []
  const reason = 'is no attribute of whole numbers that the directory can put into order'
  return [{ path: `numbers.${type.name}`, reason }]
}

function checkSources(entries: EntryMapping, { type, from }: Derivation): Problem[] {
  const path = `derived.${type.name}.from`
  const slots = from.flat().map((key) => entries.slot(key))
  if (slots.includes(undefined)) return [{ path, reason: 'names an attribute that is not mapped' }]
  const isSure = slots.some((slot) => slot !== undefined && isRequired(slot))
  return isSure ? [] : [{ path, reason: 'may all be absent; add one that is required' }]
}

/** What keeps the line of a derived attribute from standing beside it. */
function checkOwn({ type, from, own }: Derivation): Problem[] {
  if (own === undefined) return []
  const path = `attributes.${own.key}`
  const isSingleText = !own.attribute.multiValued && isTextType(leafOf(own))
  const reasons = [
    isSingleText ? undefined : `is no single text, as ${type.name} is, which is derived`,
    isRequired(own) ? `is always there, so that ${type.name} is never derived` : undefined,
    own.fallback.length === 0
      ? undefined
      : `has a fallback, and ${type.name} is derived; leave one of them out`,
    from.flat().includes(own.key) ? `is what ${type.name} itself is derived from` : undefined,
  ]
  return reasons.flatMap((reason) => (reason === undefined ? [] : [{ path, reason }]))
}

function checkDemands(entries: EntryMapping, filled: readonly string[]): Problem[] {
  return demandedTypes(entries)
    .filter((type) => !filled.some((each) => isNamed(type, each)))
    .flatMap(({ name }) => {
      const slot = entries.slotOfLdap(name)
      if (slot === undefined) {
        const reason = `the object class demands ${name}, which nothing is mapped to`
        return [{ path: 'attributes', reason }]
      }
      if (isAlwaysFilled(entries, slot)) return []
      const reason = `the object class demands ${name}, but this may be absent; give it a fallback such as userName`
      return [{ path: `attributes.${slot.key}`, reason }]
    })
}

function checkCreateBase(settings: EntrySettings): Problem[] {
  const { createBase } = settings
  if (createBase === undefined || isServed(settings, createBase)) return []
  const reason = 'lies outside of what is served, so that a new entry would not be found'
  return [{ path: 'createBase', reason }]
}

/** The attributes that a new entry must be given. What only the server may write it gives by itself. */
function demandedTypes({ settings, directorySchema, identity }: EntryMapping): AttributeType[] {
  const types = [settings.objectClass, ...settings.createClasses]
    .flatMap((name) => directorySchema.objectClass(name)?.must ?? [])
    .flatMap((name) => directorySchema.attributeType(name) ?? [])
    .filter((type) => !isNamed(type, 'objectClass') && !type.isReadOnly && !type.isOperational)
    .filter((type) => !identity.givenAttributes.some((each) => isNamed(type, each)))
  return [...new Map(types.map((type) => [type.oid, type])).values()]
}

/** Whether every new resource has a value for the slot, its own or a fallback. */
function isAlwaysFilled(entries: EntryMapping, slot: Slot): boolean {
  if (slot.isReadOnly) return false
  return (
    isRequired(slot) ||
    slot.fallback.flat().some((key) => {
      const other = entries.slot(key)
      return other !== undefined && isRequired(other)
    })
  )
}

function isRequired({ attribute, subAttribute, urn, isReadOnly }: Slot): boolean {
  return attribute.required && subAttribute === undefined && urn === undefined && !isReadOnly
}
