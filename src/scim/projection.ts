import { isJsonList, isJsonObject } from './json.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { findAttributePath, formatAttributePath } from './schema/attribute-path.ts'
import type { AttributePath } from './schema/attribute-path.ts'
import { arrangeResource } from './schema/canonical-resource.ts'
import type { AttributeDefinition } from './schema/definition.ts'
import type { ResourceSchema } from './schema/resource-schema.ts'

/** What a client wants to see of resources, with each name once: its size is bounded by the schemas. RFC 7644 §3.9 */
export interface Projection {
  /** The attributes that are asked for; absent when those returned by default are. */
  readonly included?: IncludedNames
  /** The attributes that are not wanted, as `nameOf` has them; they win over those that are. */
  readonly excluded: ReadonlySet<string>
}

/** What is asked for, as `nameOf` has it. */
interface IncludedNames {
  /** Just that. */
  readonly asked: ReadonlySet<string>
  /** That, and everything around it. */
  readonly around: ReadonlySet<string>
}

/** The projection that the two parameters mean, each a list of paths or one text with commas. Names that the
 *  schemas do not know are ignored; a parameter without a name counts as absent. It is made once for all
 *  resources of a request. RFC 7644 §3.9 */
export function parseProjection(
  schema: ResourceSchema,
  query: {
    readonly attributes?: string | readonly string[] | undefined
    readonly excludedAttributes?: string | readonly string[] | undefined
  },
): Projection {
  const paths = (names: readonly string[]): readonly AttributePath[] =>
    names.flatMap((name) =>
      schema.isCoreUrn(name) ? corePaths(schema) : (findAttributePath(name, schema) ?? []),
    )
  const attributes = namesIn(query.attributes)
  const excluded = new Set(paths(namesIn(query.excludedAttributes)).map(nameOf))
  if (attributes.length === 0) return { excluded }
  const asked = paths(attributes)
  const around = new Set(asked.flatMap(namesAround))
  return { included: { asked: new Set(asked.map(nameOf)), around }, excluded }
}

/** The part of a canonical resource that a projection shows. What is always returned stays, what is never
 *  returned goes, whatever was asked for; `schemas` names the schemas of what is left. RFC 7643 §2.2, RFC
 *  7644 §3.9 */
export function project(
  schema: ResourceSchema,
  resource: JsonObject,
  projection: Projection,
): JsonObject {
  const shown = [...schema.attributes, ...schema.extensions].flatMap((attribute) =>
    entryOf({ attribute }, attribute, resource[attribute.name], projection),
  )
  return arrangeResource(schema, Object.fromEntries(shown))
}

/** Whether a projection shows anything of a path, so that it has to be read. */
export function projectionNeeds(projection: Projection, path: AttributePath): boolean {
  const { subAttribute, ...whole } = path
  return isShown(whole, projection) && (subAttribute === undefined || isShown(path, projection))
}

/** What the URN of the core schema stands for, as that of an extension does: what is returned where nobody asks for it. */
function corePaths({ resourceType }: ResourceSchema): readonly AttributePath[] {
  return resourceType.schema.attributes
    .filter(({ returned }) => returned === 'default')
    .map((attribute) => ({ attribute }))
}

function namesIn(parameter: string | readonly string[] | undefined): readonly string[] {
  const names = [parameter ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return [...new Set(names)]
}

type Entry = readonly [string, JsonValue]

function entryOf(
  path: AttributePath,
  definition: AttributeDefinition,
  value: JsonValue | undefined,
  projection: Projection,
): readonly Entry[] {
  if (value === undefined || !isShown(path, projection)) return []
  const part = partOf(path, definition, value, projection)
  return part === undefined ? [] : [[definition.name, part]]
}

function partOf(
  path: AttributePath,
  definition: AttributeDefinition,
  value: JsonValue,
  projection: Projection,
): JsonValue | undefined {
  if (isJsonList(value)) {
    const parts = value.flatMap((each) => partOf(path, definition, each, projection) ?? [])
    return parts.length > 0 ? parts : undefined
  }
  if (!isJsonObject(value)) return value
  const entries = (definition.subAttributes ?? []).flatMap((each) =>
    entryOf(pathBelow(path, each), each, value[each.name], projection),
  )
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** What stands in an extension is an attribute, what stands in an attribute is a sub-attribute. */
function pathBelow(path: AttributePath, definition: AttributeDefinition): AttributePath {
  const { name } = path.attribute
  const isExtension = path.schema === undefined && name.includes(':')
  return isExtension
    ? { schema: name, attribute: definition }
    : { ...path, subAttribute: definition }
}

function isShown(path: AttributePath, { included, excluded }: Projection): boolean {
  const { returned } = path.subAttribute ?? path.attribute
  if (returned === 'never' || returned === 'always') return returned === 'always'
  const names = namesAround(path)
  if (names.some((name) => excluded.has(name))) return false
  if (included === undefined) return returned === 'default'
  if (included.around.has(nameOf(path))) return true
  return returned === 'default' && names.some((name) => included.asked.has(name))
}

/** The name of a path and of all that it lies in: its attribute, and its extension. */
function namesAround(path: AttributePath): readonly string[] {
  const { schema, attribute, subAttribute } = path
  const names = subAttribute === undefined ? [] : [nameOf(path)]
  const whole = schema === undefined ? { attribute } : { schema, attribute }
  return [...names, nameOf(whole), ...(schema === undefined ? [] : [schema])]
}

/** The same name for the same path, however it was written. */
function nameOf(path: AttributePath): string {
  return formatAttributePath(path)
}
