import type { Problem } from '../codec/decode.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { classesAllow, classesOf } from './attribute-map.ts'
import type { EntryMapping } from './entry-mapping.ts'
import type { Slot } from './slot.ts'

/** Everything that keeps entries from being created as they are configured: the map by itself, object classes that do not
 *  exist, attributes that they demand and nothing fills, an RDN without value.
 *  @param filled LDAP attributes that get a value by other means than the map. */
export function checkEntries(
  entries: EntryMapping,
  schema: ResourceSchema,
  filled: readonly string[],
): Problem[] {
  return [
    ...entries.problems,
    ...checkClasses(entries),
    ...checkRequired(entries, schema),
    ...checkRdn(entries),
    ...checkDemands(entries, filled),
  ]
}

/** What keeps an LDAP attribute that stands outside the map from being used on these entries.
 *  @param path where the settings name it. */
export function checkLdapAttribute(
  entries: EntryMapping,
  path: string,
  name: string,
  isWritten: boolean,
): Problem[] {
  const type = entries.directorySchema.attributeType(name)
  if (type === undefined) {
    return [{ path, reason: `the directory's schema has no attribute ${name}` }]
  }
  const classes = classesOf(entries.settings)
  if (
    !type.isOperational &&
    classesAllow(entries.directorySchema, classes, type.names) === undefined
  ) {
    return [{ path, reason: `no object class of these entries allows ${name}` }]
  }
  const slot = isWritten ? entries.slotOfLdap(name) : undefined
  return slot === undefined ? [] : [{ path, reason: `${name} is written by ${slot.key} already` }]
}

function checkClasses({ settings, directorySchema }: EntryMapping): Problem[] {
  const named = [
    ['objectClass', [settings.objectClass]],
    ['createClasses', settings.createClasses],
    ['optionalClasses', settings.optionalClasses],
  ] as const
  return named.flatMap(([path, names]) =>
    names
      .filter((name) => directorySchema.objectClass(name) === undefined)
      .map((name) => ({ path, reason: `the directory's schema has no object class ${name}` })),
  )
}

function checkRequired({ slots }: EntryMapping, { resourceType }: ResourceSchema): Problem[] {
  return resourceType.schema.attributes
    .filter(
      ({ name, required }) => required && !slots.some(({ attribute }) => attribute.name === name),
    )
    .map(({ name }) => ({ path: `attributes.${name}`, reason: 'is required and not mapped' }))
}

function checkRdn(entries: EntryMapping): Problem[] {
  const { rdn } = entries.settings
  const slot = entries.slotOfLdap(rdn)
  if (slot === undefined) return [{ path: 'rdn', reason: `${rdn} is not mapped` }]
  if (slot.isReadOnly) return [{ path: 'rdn', reason: `${rdn} is mapped, but isReadOnly` }]
  if (isAlwaysFilled(entries, { ...slot, isDemanded: true })) return []
  return [{ path: 'rdn', reason: `${slot.key} may be absent; give it a fallback such as userName` }]
}

function checkDemands(entries: EntryMapping, filled: readonly string[]): Problem[] {
  const { settings, directorySchema } = entries
  const classes = [settings.objectClass, ...settings.createClasses]
  const demanded = classes.flatMap((name) => directorySchema.objectClass(name)?.must ?? [])
  const others = new Set(['objectclass', ...filled.map((name) => name.toLowerCase())])
  return [...new Set(demanded)]
    .filter((name) => !others.has(name.toLowerCase()))
    .flatMap((name) => {
      const slot = entries.slotOfLdap(name)
      if (slot !== undefined && isAlwaysFilled(entries, slot)) return []
      const reason =
        slot === undefined
          ? `the object class demands ${name}, which nothing is mapped to`
          : `the object class demands ${name}, but ${slot.key} may be absent; give it a fallback such as userName`
      return [{ path: slot === undefined ? 'attributes' : `attributes.${slot.key}`, reason }]
    })
}

/** Whether every resource has a value for the slot, its own or a fallback. */
function isAlwaysFilled(entries: EntryMapping, slot: Slot): boolean {
  const isFilled = ({ attribute, subAttribute, urn, isReadOnly }: Slot): boolean =>
    attribute.required && subAttribute === undefined && urn === undefined && !isReadOnly
  return (
    isFilled(slot) ||
    slot.fallback.some((key) => {
      const other = entries.slot(key)
      return other !== undefined && isFilled(other)
    })
  )
}
