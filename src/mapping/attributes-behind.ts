import { commonAttributes } from '../scim/schema/common.ts'
import { findAttributePath } from '../scim/schema/attribute-path.ts'
import type { AttributePath } from '../scim/schema/attribute-path.ts'
import { subAttributeOf } from '../scim/schema/resource-schema.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { EntryMapping } from './entry-mapping.ts'
import type { Identity } from './identity.ts'
import { isTextType, leafOf, partNames, type Slot } from './slot.ts'

/** Tells of a path whether it is looked at, to show it or to decide by it. */
export type Needs = (path: AttributePath) => boolean

/** The LDAP attributes behind the common attributes and the mapped ones that are looked at. The id is always among them. */
export function attributesBehind(entries: EntryMapping, needs: Needs): readonly string[] {
  return ldapNames(
    entries,
    metaAttributes(entries.identity, needs),
    entries.slots.filter((slot) => isLookedAt(slot, needs)),
  )
}

/** The LDAP attributes behind some slots. The id is always among them. */
export function attributesBehindSlots(
  entries: EntryMapping,
  slots: readonly Slot[],
): readonly string[] {
  return ldapNames(entries, [], slots)
}

/** Whether the version of resources is looked at. */
export function needsVersion(needs: Needs): boolean {
  return needsMeta(needs, 'version')
}

/** Whether any of some attributes, or sub-attributes, is looked at.
 *  @param names as paths are written: `groups.display`. */
export function needsAnyOf(
  needs: Needs,
  schema: ResourceSchema,
  names: readonly string[],
): boolean {
  return names.flatMap((name) => findAttributePath(name, schema) ?? []).some((path) => needs(path))
}

function ldapNames(
  entries: EntryMapping,
  ofEntry: readonly string[],
  slots: readonly Slot[],
): readonly string[] {
  const ofSlots = withFallbacks(entries, slots).map(({ type }) => type.name)
  return [...new Set([entries.identity.idAttribute, ...ofEntry, ...ofSlots])]
}

function metaAttributes(identity: Identity, needs: Needs): readonly string[] {
  const names = [
    ['version', identity.versionAttribute],
    ['created', identity.createdAttribute],
    ['lastModified', identity.modifiedAttribute],
  ] as const
  return names.filter(([part]) => needsMeta(needs, part)).map(([, name]) => name)
}

function needsMeta(needs: Needs, part: string): boolean {
  const attribute = commonAttributes.find(({ name }) => name === 'meta')
  if (attribute === undefined) return false
  const subAttribute = subAttributeOf(attribute, part)
  return subAttribute !== undefined && needs({ attribute, subAttribute })
}

function isLookedAt(slot: Slot, needs: Needs): boolean {
  const { urn, attribute } = slot
  const whole: AttributePath = urn === undefined ? { attribute } : { schema: urn, attribute }
  if (attribute.type !== 'complex') return needs(whole)
  return partNames(slot).some((name) => {
    const subAttribute = subAttributeOf(attribute, name)
    return subAttribute !== undefined && needs({ ...whole, subAttribute })
  })
}

/** The slots and those that stand in for them where they have no value. A set is walked to the end of what is added on the way. */
function withFallbacks(entries: EntryMapping, slots: readonly Slot[]): readonly Slot[] {
  const found = new Set(slots)
  for (const slot of found) {
    // It always has a value of its own.
    if (slot.isDemanded && isTextType(leafOf(slot))) continue
    for (const key of slot.fallback.flat()) {
      const other = entries.slot(key)
      if (other !== undefined) found.add(other)
    }
  }
  return [...found]
}
