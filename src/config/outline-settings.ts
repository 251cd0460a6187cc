import type * as t from 'io-ts'
import * as yaml from 'yaml'
import { type Declaration, declarationOf, type Setting } from '../codec/settings.ts'
import { partsOf } from '../codec/structures.ts'

/** A configuration file with every key of a section once: what is required or usual with an example, what has a
 *  default with it, and what else is optional commented out. It can be decoded as it is.
 *  @example
 *  http:
 *    port: 8080
 *    tokens: # required
 *      - name: onelogin # required
 *        # expires: 2027-01-31 */
export function outlineSettings(section: t.Mixed): string {
  return `${linesOf(declarationOf(section) ?? {}).join('\n')}\n`
}

function linesOf(declaration: Declaration): readonly string[] {
  return Object.entries(declaration).flatMap(([key, setting]) => {
    const lines = settingLines(key, setting)
    const isUsual = setting.presence !== 'optional' || setting.doc.isUsual === true
    return isUsual ? lines : lines.map(commentedOut)
  })
}

function settingLines(key: string, setting: Setting): readonly string[] {
  const { codec, presence } = setting
  const note = presence === 'required' ? ' # required' : ''
  const inner = declarationOf(codec)
  if (inner !== undefined) return [`${key}:`, ...linesOf(inner).map(indented)]
  const item = itemSection(codec)
  if (presence === 'required' && item !== undefined) {
    return [`${key}:${note}`, ...linesOf(item).map((line, index) => asItem(line, index === 0))]
  }
  const line = `${key}: ${valueOf(setting)}`.trimEnd()
  return [`${line}${note}`]
}

/** The keys of the items, where a setting is a list of sections. */
function itemSection(codec: t.Mixed): Declaration | undefined {
  const [part] = partsOf(codec)
  return part?.suffix === '[]' ? declarationOf(part.codec) : undefined
}

function valueOf(setting: Setting): string {
  if (setting.presence === 'default') return inFlow(setting.codec, setting.defaultValue)
  const { example, isSecret } = setting.doc
  return isSecret === true ? "'***'" : (example ?? '')
}

/** Numbers and flags are printed as text by their codecs, and must not get quotes for that. */
function inFlow(codec: t.Mixed, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const options = { collectionStyle: 'flow', lineWidth: 0 } as const
  return yaml.stringify(codec.encode(value), options).trimEnd()
}

function commentedOut(line: string): string {
  return `# ${line}`
}

function indented(line: string): string {
  return `  ${line}`
}

function asItem(line: string, isFirst: boolean): string {
  return isFirst ? `  - ${line}` : `    ${line}`
}
