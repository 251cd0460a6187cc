import type * as t from 'io-ts'
import type { Problem } from '../codec/decode.ts'
import { Flag, NonEmptyString, choice, text } from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'
import { listOf } from '../codec/structures.ts'
import type { ResourceTypeDefinition } from '../scim/schema/definition.ts'
import { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { messageUrns, schemaUrns } from '../scim/urn.ts'

// Of RFC 8141 the characters that a path with the name of an attribute behind it can carry. RFC 7644 §3.10
const Urn = text('a URN such as urn:example:scim:schemas:extension:staff:1.0:User', (value) =>
  /^urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:[\w.:/@%~+-]*[\w~-]$/iu.test(value),
)

// RFC 7643 §2.1
const AttributeName = text('the name of an attribute, such as badgeColor', (value) =>
  /^[A-Za-z][A-Za-z0-9_$-]*$/u.test(value),
)

const ExtensionAttribute = settings('ExtensionAttribute', {
  name: required(AttributeName, {
    text: 'The name, as it stands behind the URN and a colon in the attribute map.',
    example: 'badgeColor',
  }),
  type: withDefault(
    choice('string', 'boolean', 'integer', 'decimal', 'dateTime', 'reference', 'binary'),
    'string',
    { text: 'The type of its values.' },
  ),
  multiValued: withDefault(Flag, false, {
    text: 'Whether it has a list of values; each is a value of the LDAP attribute.',
  }),
  required: withDefault(Flag, false, {
    text: 'Whether a user or group that has anything of the extension must have it.',
  }),
  caseExact: withDefault(Flag, false, {
    text: 'Whether letter case counts in filters although the LDAP attribute leaves it out of account, which cannot be where it is multiValued and written: values that differ in letter case alone would be lost. It always counts where that has a rule such as caseExactMatch, in references and in binary values.',
  }),
  description: optional(NonEmptyString, {
    text: 'What it means, for people who read `/Schemas`.',
    example: 'The color of the badge.',
  }),
  canonicalValues: withDefault(listOf(NonEmptyString), [], {
    text: 'Values to suggest to clients; others are taken as well.',
    example: '[red, green]',
  }),
  referenceTypes: withDefault(listOf(NonEmptyString), ['external'], {
    text: 'What a reference points to: `external`, `uri`, or the name of a resource type.',
  }),
})

/** An extension schema of one's own. RFC 7643 §3.3 */
export const ExtensionSettings = settings(
  'ExtensionSettings',
  {
    urn: required(Urn, {
      text: 'The URN by which clients name it.',
      example: 'urn:example:scim:schemas:extension:staff:1.0:User',
    }),
    name: required(NonEmptyString, { text: 'Its name, for people.', example: 'Staff' }),
    description: optional(NonEmptyString, {
      text: 'What it is for, for people who read `/Schemas`.',
      example: 'What the gatekeepers need to know.',
    }),
    attributes: required(listOf(ExtensionAttribute), {
      text: 'Its attributes. Each needs a line in the attribute map: `"<urn>:<name>": <LDAP attribute>`.',
    }),
  },
  ({ attributes }) => {
    const path = 'attributes'
    if (attributes.length === 0) return [{ path, reason: 'has none' }]
    return repeated(attributes.map(({ name }) => name)).map((name) => ({
      path,
      reason: `has ${name} twice`,
    }))
  },
)
/** An extension schema of one's own. RFC 7643 §3.3 */
export type ExtensionSettings = t.TypeOf<typeof ExtensionSettings>

/** What keeps extensions from standing beside the schemas that a resource type has already. Their URNs begin every path, so
 *  that one must not begin with another. */
export function extensionProblems(
  resourceType: ResourceTypeDefinition,
  extensions: readonly ExtensionSettings[],
): Problem[] {
  const schema = new ResourceSchema(resourceType)
  const urns = extensions.map(({ urn }) => urn.toLowerCase())
  const known = Object.values<string>({ ...schemaUrns, ...messageUrns }).map(lowerCase)
  return [
    ...repeated(extensions.map(({ urn }) => urn)).map((urn) => `has ${urn} twice`),
    ...extensions
      .filter(({ urn }) => known.includes(urn.toLowerCase()) || schema.splitUrn(urn) !== undefined)
      .map(
        ({ urn }) => `cannot have ${urn}, which is or begins with the URN of SCIM's own schemas`,
      ),
    ...extensions
      .filter(({ urn }) => urns.some((other) => urn.toLowerCase().startsWith(`${other}:`)))
      .map(({ urn }) => `cannot have ${urn}, which begins with the URN of another extension`),
  ].map((reason) => ({ path: 'extensions', reason }))
}

/** The names that are there more than once, whatever their case, each as it is written the second time. */
function repeated(names: readonly string[]): string[] {
  const lower = names.map(lowerCase)
  return names.filter((name, index) => lower.indexOf(name.toLowerCase()) < index)
}

function lowerCase(name: string): string {
  return name.toLowerCase()
}
