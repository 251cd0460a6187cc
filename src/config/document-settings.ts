import type * as t from 'io-ts'
import { joinPath } from '../codec/decode.ts'
import { declarationOf, type Setting } from '../codec/settings.ts'
import { partsOf } from '../codec/structures.ts'
import { variableOf } from './declared-setting.ts'
import { outlineSettings } from './outline-settings.ts'

const introduction = [
  '# Configuration',
  'This page is generated from the declarations of the settings; `npm run docs:config` writes it anew.',
  'Settings come from one YAML file (`--config FILE`) and from environment variables, which win over it. At the start all of them are checked: every problem is listed with the line or variable it comes from, and nothing listens before there is none. A key that is not on this page is a problem, too. Settings are read once: restart the bridge after a change. Of the tokens alone SIGHUP makes it take what they are now, in `http.tokens` and those of the tenants. The files with the certificates, the keys and the bind password that they name are read again when they change.',
  'The name of a variable is `SCIM_` and the path of the key in capitals, with an underscore between words. With `_FILE` behind it, it names a file that holds the value, which suits mounted secrets; line ends at the end of the file do not count. An empty variable counts as unset. Lists and maps are written in one line as YAML: `[a, b]`, `{a: b}`. A variable that starts with `SCIM_` and is none of these is a problem: it is a misspelling.',
]

const outlineHeading =
  'Every key once: required and usual ones with an example, the others with their default, and commented out where they have none.'

const detailsHeading =
  'A path with `[]` is a key of each item of a list, one with `.*` a key of each value of a map whose keys are free.'

/** Where a setting is documented. */
interface Place {
  readonly path: string
  /** The keys that lead to it; nothing below a list or map, where no variable reaches. */
  readonly keys: readonly string[] | undefined
}

/** The settings of a section as a page of Markdown: how they are given, and each key with its meaning, type,
 *  default, environment variable and example. */
export function documentSettings(section: t.Mixed): string {
  const blocks = Object.entries(declarationOf(section) ?? {}).flatMap(([key, setting]) => {
    const place = { path: key, keys: [key] }
    const inner = declarationOf(setting.codec)
    return inner === undefined
      ? settingBlocks(setting, place)
      : [`## ${key}`, setting.doc.text, ...sectionBlocks(setting.codec, place)]
  })
  const outline = [
    '## At a glance',
    outlineHeading,
    `\`\`\`yaml\n${outlineSettings(section)}\`\`\``,
  ]
  return `${[...introduction, ...outline, detailsHeading, ...blocks].join('\n\n')}\n`
}

function sectionBlocks(section: t.Mixed, { path, keys }: Place): readonly string[] {
  return Object.entries(declarationOf(section) ?? {}).flatMap(([key, setting]) =>
    settingBlocks(setting, {
      path: joinPath(path, key),
      keys: keys === undefined ? undefined : [...keys, key],
    }),
  )
}

function settingBlocks(setting: Setting, place: Place): readonly string[] {
  const head = [`### \`${place.path}\``, setting.doc.text]
  const facts = declarationOf(setting.codec) === undefined ? settingFacts(setting, place) : []
  const inner = sectionsIn(setting.codec, place).flatMap(({ codec, at }) =>
    sectionBlocks(codec, at),
  )
  return [
    ...head,
    ...sectionNote(setting),
    ...(facts.length > 0 ? [facts.join('\n')] : []),
    ...inner,
  ]
}

function sectionNote({ codec, presence }: Setting): readonly string[] {
  const isOptionalSection = declarationOf(codec) !== undefined && presence === 'optional'
  return isOptionalSection ? ['This section may be left out.'] : []
}

function settingFacts(setting: Setting, { keys }: Place): readonly string[] {
  const { codec, doc } = setting
  const variable = keys === undefined ? undefined : variableOf(keys)
  return [
    `- Value: ${codec.name}`,
    `- ${presenceOf(setting)}`,
    ...(variable === undefined
      ? []
      : [`- Variable: \`${variable}\`${fileNote(setting, variable)}`]),
    ...(doc.example === undefined ? [] : [`- Example: \`${doc.example}\``]),
  ]
}

function fileNote({ doc }: Setting, variable: string): string {
  return doc.isSecret === true
    ? `, or the name of a file that holds it in \`${variable}_FILE\``
    : ''
}

function presenceOf(setting: Setting): string {
  switch (setting.presence) {
    case 'required':
      return 'Required'
    case 'optional':
      return 'Optional'
    case 'default':
      return `Default: \`${defaultOf(setting.codec, setting.defaultValue)}\``
  }
}

function defaultOf(codec: t.Mixed, value: unknown): string {
  const encoded: unknown = codec.encode(value)
  return typeof encoded === 'string' ? encoded : JSON.stringify(encoded)
}

/** The sections that a setting is, or that its items are. */
function sectionsIn(
  codec: t.Mixed,
  at: Place,
): readonly { readonly codec: t.Mixed; readonly at: Place }[] {
  if (declarationOf(codec) !== undefined) return [{ codec, at }]
  return partsOf(codec).flatMap((part) =>
    sectionsIn(part.codec, { path: `${at.path}${part.suffix}`, keys: undefined }),
  )
}
