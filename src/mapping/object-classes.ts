import type { AttributeType, DirectorySchema } from '../directory/directory-schema.ts'

type Named = Pick<AttributeType, 'names' | 'oid'>

/** Whether one of the classes demands, or at least allows, the attribute. A class that the schema does not know says nothing. */
export function classesAllow(
  schema: DirectorySchema,
  classes: readonly string[],
  type: Named,
): 'must' | 'may' | undefined {
  const known = classes.flatMap((name) => schema.objectClass(name) ?? [])
  if (known.some(({ must }) => must.some((each) => isNamed(type, each)))) return 'must'
  const isAllowed = known.some(
    ({ name, may }) =>
      name.toLowerCase() === 'extensibleobject' || may.some((each) => isNamed(type, each)),
  )
  return isAllowed ? 'may' : undefined
}

/** The auxiliary classes, out of those on offer, that entries of the classes need to be allowed the attributes; as few as will
 *  do. Operational attributes need none. */
export function lackingClasses(
  schema: DirectorySchema,
  { has, onOffer }: { readonly has: readonly string[]; readonly onOffer: readonly string[] },
  attributes: readonly string[],
): string[] {
  const lacking: string[] = []
  for (const type of attributes.flatMap((name) => schema.attributeType(name) ?? [])) {
    if (type.isOperational) continue
    if (classesAllow(schema, [...has, ...lacking], type) !== undefined) continue
    const found = onOffer.find((name) => classesAllow(schema, [name], type) !== undefined)
    if (found !== undefined) lacking.push(found)
  }
  return lacking
}

/** The names without those that name a class once more. */
export function distinctClasses(schema: DirectorySchema, names: readonly string[]): string[] {
  const identify = (name: string): string => schema.objectClass(name)?.oid ?? name.toLowerCase()
  return names.filter(
    (name, index) => names.findIndex((other) => identify(other) === identify(name)) === index,
  )
}

/** Whether the attribute type goes by this name, in any case, or this OID; options behind it do not count. */
export function isNamed({ names, oid }: Named, name: string): boolean {
  const [wanted = ''] = name.toLowerCase().split(';', 1)
  return oid === wanted || names.some((each) => each.toLowerCase() === wanted)
}
