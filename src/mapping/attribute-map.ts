import type { Problem } from '../codec/decode.ts'
import type { DirectorySchema } from '../directory/directory-schema.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import { type PatchPath, parsePatchPath } from '../scim/path.ts'
import { formatAttributePath } from '../scim/schema/attribute-path.ts'
import { ScimError } from '../scim/error.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { EntrySettings, MappedAttribute } from './settings.ts'
import { fallbackPaths, type Slot } from './slot.ts'

/** What the slots of a map are made from. */
export interface MapSource {
  readonly settings: EntrySettings
  /** Everything the resource type knows, mapped or not. */
  readonly schema: ResourceSchema
  readonly directorySchema: DirectorySchema
}

/** The slots of an attribute map, and everything that is wrong with it by itself: unknown names, two lines that write
 *  the same attribute, values that LDAP cannot hold. */
export function compileMap(source: MapSource): { slots: Slot[]; problems: Problem[] } {
  const problems: Problem[] = []
  const slots: Slot[] = []
  for (const [key, line] of Object.entries(source.settings.attributes)) {
    const result = compileLine(source, key, typeof line === 'string' ? { attribute: line } : line)
    if ('reason' in result) problems.push({ path: `attributes.${key}`, reason: result.reason })
    else slots.push(result)
  }
  return { slots, problems: [...problems, ...writtenTwice(slots), ...badFallbacks(source, slots)] }
}

/** The object classes that an entry of the settings has or may get. */
export function classesOf(settings: EntrySettings): string[] {
  return [settings.objectClass, ...settings.createClasses, ...settings.optionalClasses]
}

/** Whether one of the classes demands, or at least allows, the attribute. */
export function classesAllow(
  schema: DirectorySchema,
  classes: readonly string[],
  names: readonly string[],
): 'must' | 'may' | undefined {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  const has = (list: readonly string[]): boolean =>
    list.some((each) => wanted.has(each.toLowerCase()))
  const known = classes.flatMap((name) => schema.objectClass(name) ?? [])
  if (known.some(({ must }) => has(must))) return 'must'
  const isExtensible = known.some(({ name }) => name.toLowerCase() === 'extensibleobject')
  return isExtensible || known.some(({ may }) => has(may)) ? 'may' : undefined
}

type Line = Partial<Exclude<MappedAttribute, string>> & { readonly attribute: string }

function compileLine(source: MapSource, key: string, line: Line): Slot | { reason: string } {
  const path = pathOf(source.schema, key)
  if (path === undefined) {
    return { reason: `is not an attribute of ${source.schema.resourceType.name}` }
  }
  const terms = termsOf(path.filter)
  if (terms === undefined) return { reason: 'may ask for equality only, such as [type eq "work"]' }
  const type = source.directorySchema.attributeType(line.attribute)
  if (type === undefined)
    return { reason: `the directory's schema has no attribute ${line.attribute}` }
  if (type.isReadOnly && line.isReadOnly !== true) {
    return {
      reason: `${line.attribute} cannot be written; give it isReadOnly: true to show it alone`,
    }
  }
  if (path.attribute.mutability === 'readOnly') {
    return { reason: 'is made by the bridge and cannot be mapped' }
  }
  const reason = shapeProblem(path)
  if (reason !== undefined) return { reason }
  const allowed = classesAllow(source.directorySchema, classesOf(source.settings), type.names)
  if (allowed === undefined && !type.isOperational) {
    return { reason: `no object class of these entries allows ${line.attribute}` }
  }
  return {
    key: path.filter === undefined ? formatAttributePath(path) : key,
    urn: path.schema,
    attribute: path.attribute,
    subAttribute: path.subAttribute,
    terms,
    type,
    isDemanded: allowed === 'must',
    isPrimary: line.isPrimary ?? false,
    isReadOnly: line.isReadOnly ?? false,
    fallback: line.fallback ?? [],
  }
}

function pathOf(schema: ResourceSchema, key: string): PatchPath | undefined {
  try {
    return parsePatchPath(key, schema)
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}

/** The values that the terms of a value path ask for; nothing for a filter that says anything but equality. */
function termsOf(filter: ScimFilter | undefined): Record<string, string> | undefined {
  if (filter === undefined) return {}
  if (filter.kind === 'and') {
    const parts = filter.filters.map(termsOf)
    return parts.reduce((all, part) => all && part && { ...all, ...part }, {})
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined
  const { attribute, subAttribute } = filter.path
  return { [(subAttribute ?? attribute).name]: String(filter.value) }
}

function shapeProblem({ attribute, subAttribute, filter }: PatchPath): string | undefined {
  if (attribute.type === 'complex' && !attribute.multiValued && subAttribute === undefined) {
    return `has parts; map one of them, such as ${attribute.name}.${attribute.subAttributes?.[0]?.name ?? 'value'}`
  }
  if (attribute.multiValued && subAttribute !== undefined && filter === undefined) {
    return `has several values; name the type, such as ${attribute.name}[type eq "work"].${subAttribute.name}`
  }
  return undefined
}

function writtenTwice(slots: readonly Slot[]): Problem[] {
  const writers = slots.filter(({ isReadOnly }) => !isReadOnly)
  return writers.flatMap(({ key, type }, index) => {
    const earlier = writers.slice(0, index).find((other) => other.type.oid === type.oid)
    if (earlier === undefined) return []
    const reason = `${type.name} is written by ${earlier.key} already; give one of the two isReadOnly: true`
    return [{ path: `attributes.${key}`, reason }]
  })
}

function badFallbacks({ schema }: MapSource, slots: readonly Slot[]): Problem[] {
  return slots.flatMap(({ key, fallback }) =>
    fallback
      .flatMap(fallbackPaths)
      .filter((text) => !slots.some((slot) => slot.key === canonical(schema, text)))
      .map((text) => ({ path: `attributes.${key}`, reason: `the fallback ${text} is not mapped` })),
  )
}

function canonical(schema: ResourceSchema, text: string): string {
  const path = pathOf(schema, text)
  return path === undefined || path.filter !== undefined ? text : formatAttributePath(path)
}
