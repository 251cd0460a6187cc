import type { AttributeType, DirectorySchema, ObjectClass } from './directory-schema.ts'
import { parseSchemaDescription, type SchemaDescription } from './schema-description.ts'

/** What else is known of a schema. */
export interface SchemaFacts {
  /** The `dITContentRules` values: what entries of a structural class must and may have beyond it. RFC 4512 §4.1.6 */
  readonly contentRules?: Iterable<string>
  /** An attribute without equality rule is compared by its syntax. */
  readonly impliesRules?: boolean
}

/** The schema from the `attributeTypes` and `objectClasses` values of the subschema subentry. A definition that
 *  cannot be read is as if it were not there. RFC 4512 §4.2 */
export function parseDirectorySchema(
  attributeTypes: Iterable<string>,
  objectClasses: Iterable<string>,
  { contentRules = [], impliesRules = false }: SchemaFacts = {},
): DirectorySchema {
  const types = indexed(attributeTypes)
  const classes = indexed(objectClasses)
  const rules = indexed(contentRules)
  const isImplied = impliesRules || !types.values().some(({ fields }) => fields.has('EQUALITY'))
  return {
    attributeType: remembered(types, (description) =>
      toAttributeType(description, types, isImplied),
    ),
    objectClass: remembered(classes, (description) =>
      toObjectClass(description, classes, rules.get(description.oid)),
    ),
  }
}

type Index = ReadonlyMap<string, SchemaDescription>

/** The definitions under every name and OID they have; the first to claim a name keeps it. */
function indexed(definitions: Iterable<string>): Index {
  const index = new Map<string, SchemaDescription>()
  for (const definition of definitions) {
    const description = parseSchemaDescription(definition)
    if (description === undefined) continue
    for (const name of [description.oid, ...(description.fields.get('NAME') ?? [])]) {
      const key = name.toLowerCase()
      if (!index.has(key)) index.set(key, description)
    }
  }
  return index
}

/** Few of a server's thousands of definitions are ever asked for, so each is worked out at its first use. */
function remembered<A>(
  index: Index,
  make: (description: SchemaDescription) => A,
): (name: string) => A | undefined {
  const made = new Map<SchemaDescription, A>()
  return (name) => {
    const [base = ''] = name.split(';', 1)
    const description = index.get(base.toLowerCase())
    if (description === undefined) return undefined
    const known = made.get(description) ?? make(description)
    made.set(description, known)
    return known
  }
}

function toAttributeType(
  description: SchemaDescription,
  types: Index,
  isImplied: boolean,
): AttributeType {
  const line = [description, ...superiors(description, types)]
  const inherited = (keyword: string): string | undefined =>
    line.find(({ fields }) => fields.has(keyword))?.fields.get(keyword)?.[0]
  const usage = description.fields.get('USAGE')?.[0] ?? 'userApplications'
  const syntax = inherited('SYNTAX')?.replace(/\{\d*\}$/, '')
  return {
    ...named(description),
    syntax,
    equality: inherited('EQUALITY') ?? (isImplied ? impliedEquality(syntax) : undefined),
    ordering: inherited('ORDERING'),
    substring: inherited('SUBSTR'),
    isSingleValued: description.fields.has('SINGLE-VALUE'),
    isReadOnly: description.fields.has('NO-USER-MODIFICATION'),
    isOperational: usage.toLowerCase() !== 'userapplications',
  }
}

function toObjectClass(
  description: SchemaDescription,
  classes: Index,
  contentRule: SchemaDescription | undefined,
): ObjectClass {
  const ofRule = contentRule === undefined ? [] : [contentRule]
  const line = [description, ...superiors(description, classes), ...ofRule]
  const listed = (keyword: string): readonly string[] =>
    withoutRepeats(line.flatMap(({ fields }) => fields.get(keyword) ?? []))
  const must = listed('MUST')
  const isDemanded = new Set(must.map((name) => name.toLowerCase()))
  return {
    ...named(description),
    kind: kindOf(description),
    must,
    may: listed('MAY').filter((name) => !isDemanded.has(name.toLowerCase())),
  }
}

function named(description: SchemaDescription): Pick<AttributeType, 'name' | 'names' | 'oid'> {
  const names = description.fields.get('NAME') ?? []
  return { name: names[0] ?? description.oid, names, oid: description.oid }
}

function kindOf({ fields }: SchemaDescription): ObjectClass['kind'] {
  if (fields.has('ABSTRACT')) return 'abstract'
  return fields.has('AUXILIARY') ? 'auxiliary' : 'structural'
}

/** The definitions that one stands on, the nearest first, each once even where they stand on each other. */
function superiors(description: SchemaDescription, index: Index): readonly SchemaDescription[] {
  const found = new Set([description])
  for (const { fields } of found) {
    for (const name of fields.get('SUP') ?? []) {
      const superior = index.get(name.toLowerCase())
      if (superior !== undefined) found.add(superior)
    }
  }
  found.delete(description)
  return [...found]
}

function withoutRepeats(names: readonly string[]): readonly string[] {
  const byKey = new Map<string, string>()
  for (const name of names) if (!byKey.has(name.toLowerCase())) byKey.set(name.toLowerCase(), name)
  return [...byKey.values()]
}

// Active Directory's schema names no matching rule at all, yet it compares by these. RFC 4517 §3.3
const equalityBySyntax: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.4.1.1466.115.121.1.7', 'booleanMatch'],
  ['1.3.6.1.4.1.1466.115.121.1.12', 'distinguishedNameMatch'],
  ['1.3.6.1.4.1.1466.115.121.1.15', 'caseIgnoreMatch'],
  ['1.3.6.1.4.1.1466.115.121.1.24', 'generalizedTimeMatch'],
  ['1.3.6.1.4.1.1466.115.121.1.26', 'caseExactIA5Match'],
  ['1.3.6.1.4.1.1466.115.121.1.27', 'integerMatch'],
  ['1.3.6.1.4.1.1466.115.121.1.36', 'numericStringMatch'],
  ['1.3.6.1.4.1.1466.115.121.1.38', 'objectIdentifierMatch'],
  ['1.3.6.1.4.1.1466.115.121.1.44', 'caseIgnoreMatch'],
  ['1.3.6.1.4.1.1466.115.121.1.53', 'generalizedTimeMatch'],
  // Active Directory's own: a text in any case, and a large integer. MS-ADTS 3.1.1.2.2.2
  ['1.2.840.113556.1.4.905', 'caseIgnoreMatch'],
  ['1.2.840.113556.1.4.906', 'integerMatch'],
])

function impliedEquality(syntax: string | undefined): string | undefined {
  return syntax === undefined ? undefined : (equalityBySyntax.get(syntax) ?? 'octetStringMatch')
}
