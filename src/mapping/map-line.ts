import type { AttributeType, DirectorySchema } from '../directory/directory-schema.ts'
import { isPasswordAttribute } from '../directory/operation.ts'
import { equalityTerms } from '../scim/filter/equality-terms.ts'
import type { JsonObject } from '../scim/json.ts'
import { formatPath, type PatchPath } from '../scim/path.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { AttributeDefinition } from '../scim/schema/definition.ts'
import { subAttributeOf } from '../scim/schema/resource-schema.ts'
import { canonicalKey, fallbackPaths, parseMapPath } from './map-path.ts'
import { classesAllow, isNamed } from './object-classes.ts'
import type { MappedAttribute } from './entry-settings.ts'
import type { EntrySettings } from './settings.ts'
import { leafOf, type Slot } from './slot.ts'
import { holdsBytes, holdsText, isPicture } from './syntax.ts'
import { hasRoomFor } from './unmet-syntax.ts'

/** What the slots of a map are made from. */
export interface MapSource {
  readonly settings: EntrySettings
  /** Everything the resource type knows, mapped or not. */
  readonly schema: ResourceSchema
  readonly directorySchema: DirectorySchema
  /** The SCIM attributes that sections of the settings map, with the names of the sections. */
  readonly sections: ReadonlyMap<string, string>
  /** LDAP attributes whose values are no part of a version that is made from what is read. */
  readonly unversioned: readonly string[]
}

/** Whether the object classes that an entry of the settings has, or may get, allow the attribute. A class that does not exist is
 *  a problem of its own, and what it would allow is not known. */
export function isAllowed(
  { settings, directorySchema }: Pick<MapSource, 'settings' | 'directorySchema'>,
  type: AttributeType,
): boolean {
  const { objectClass, createClasses, optionalClasses } = settings
  const classes = [objectClass, ...createClasses, ...optionalClasses]
  return (
    type.isOperational ||
    classes.some((name) => directorySchema.objectClass(name) === undefined) ||
    classesAllow(directorySchema, classes, type) !== undefined
  )
}

/** The slot of one line of the map, or the reason why there can be none. */
export function compileLine(
  source: MapSource,
  key: string,
  mapped: MappedAttribute,
): Slot | { readonly reason: string } {
  const line: Line = typeof mapped === 'string' ? { attribute: mapped } : mapped
  const path = parseMapPath(source.schema, key)
  if (path === undefined) {
    return { reason: `is not an attribute of ${source.schema.resourceType.name}` }
  }
  const type = source.directorySchema.attributeType(line.attribute)
  if (type === undefined) {
    return { reason: `the directory's schema has no attribute ${line.attribute}` }
  }
  const slot = toSlot(source, path, line, type)
  for (const check of checks) {
    const reason = check(slot, path, source)
    if (reason !== undefined) return { reason }
  }
  return slot
}

type Line = Partial<Exclude<MappedAttribute, string>> & { readonly attribute: string }

type Check = (slot: Slot, path: PatchPath, source: MapSource) => string | undefined

function toSlot(source: MapSource, path: PatchPath, line: Line, type: AttributeType): Slot {
  const { schema, settings, directorySchema } = source
  return {
    key: formatPath(path),
    urn: path.schema,
    attribute: path.attribute,
    subAttribute: path.subAttribute,
    terms: termsOf(path) ?? {},
    type,
    isDemanded: classesAllow(directorySchema, [settings.objectClass], type) === 'must',
    isPrimary: line.isPrimary ?? false,
    isReadOnly: line.isReadOnly ?? false,
    fallback: (line.fallback ?? []).map((text) =>
      fallbackPaths(text).map((each) => canonicalKey(schema, each)),
    ),
  }
}

/** What the value path asks of an element; nothing where it asks for anything but the equality of its other parts. */
function termsOf({ filter }: PatchPath): JsonObject | undefined {
  return filter === undefined ? {} : equalityTerms(filter)
}

const pathProblem: Check = ({ attribute, subAttribute, urn, isPrimary }, path, { sections }) => {
  const section = sections.get(urn === undefined ? attribute.name : `${urn}:${attribute.name}`)
  if (section !== undefined) return `is mapped by the section ${section}`
  if ([attribute, subAttribute].some((each) => each?.mutability === 'readOnly')) {
    return 'is made by the bridge and cannot be mapped'
  }
  if (termsOf(path) === undefined) return 'may ask for equality only, such as [type eq "work"]'
  if (isPrimary && subAttributeOf(attribute, 'primary') === undefined) {
    return 'cannot have isPrimary, for it has one value only'
  }
  return undefined
}

const partProblem: Check = (slot, { filter }) => {
  const { attribute, subAttribute } = slot
  if (subAttribute === undefined) return isWhole(attribute) ? undefined : wholeProblem(attribute)
  if (attribute.multiValued && filter === undefined) {
    return `has several values; name the type, such as ${attribute.name}[type eq "work"].${subAttribute.name}`
  }
  return undefined
}

const termProblem: Check = (slot) =>
  leafOf(slot).name in slot.terms ? 'asks for the value that it is to hold' : undefined

/** Whether one LDAP value can be all there is of an attribute, or of an element. */
function isWhole({ type, multiValued, subAttributes = [] }: AttributeDefinition): boolean {
  return type !== 'complex' || (multiValued && subAttributes.some(({ name }) => name === 'value'))
}

function wholeProblem({ name, multiValued, subAttributes = [] }: AttributeDefinition): string {
  const element = multiValued ? `${name}[type eq "work"]` : name
  return `has parts; map one of them, such as ${element}.${subAttributes[0]?.name ?? 'value'}`
}

const accessProblem: Check = (slot) => {
  const { type, isReadOnly } = slot
  if (type.names.some(isPasswordAttribute)) return `${type.name} is not shown to anybody`
  if ((type.isReadOnly || isNamed(type, 'objectClass')) && !isReadOnly) {
    return `${type.name} cannot be written; give it isReadOnly: true to show it alone`
  }
  return undefined
}

const valueProblem: Check = (slot) => {
  const { type, isReadOnly } = slot
  const leaf = leafOf(slot)
  if (holdsBytes(type) && leaf.type !== 'binary' && !isPicture(leaf, type)) {
    return `${type.name} holds bytes, and this is an attribute for text`
  }
  if (leaf.type === 'binary' && holdsText(type)) {
    return `${type.name} holds text, and this is an attribute for bytes`
  }
  return isReadOnly || hasRoomFor(leaf, type)
    ? undefined
    : `${type.name} has no room for values of the type ${leaf.type}`
}

const allowanceProblem: Check = ({ type }, _path, source) =>
  isAllowed(source, type) ? undefined : `no object class of these entries allows ${type.name}`

const checks: readonly Check[] = [
  pathProblem,
  partProblem,
  termProblem,
  accessProblem,
  valueProblem,
  allowanceProblem,
]
