import { readFile } from 'node:fs/promises'
import * as yaml from 'yaml'
import { joinPath } from '../codec/decode.ts'
import type { SettingsProblem } from './settings-error.ts'

/** What a YAML file says. */
export interface YamlSource {
  /** The mapping of the file; empty when there are problems. */
  readonly value: Readonly<Record<string, unknown>>
  /** The line of each value and key, by its path. */
  readonly lines: ReadonlyMap<string, number>
  /** Why the file cannot be used; none of them quotes it, because it may hold secrets. */
  readonly problems: readonly SettingsProblem[]
}

/** The mapping that a YAML file holds. Numbers stay as they are written, so that a password `0123` is one. */
export async function readYaml(file: string): Promise<YamlSource> {
  try {
    return parseYaml(await readFile(file, 'utf8'), file)
  } catch (error) {
    return failed({ path: '', reason: `cannot be read${codeOf(error)}`, source: file })
  }
}

/** The mapping that a YAML text holds.
 *  @param name what the text is called in problems. */
export function parseYaml(text: string, name: string): YamlSource {
  const counter = new yaml.LineCounter()
  const { document, faults } = parse(text, counter)
  if (faults.length > 0) {
    return failed(
      ...faults.map(({ reason, offset }) => ({
        path: '',
        reason,
        source: `${name}:${lineAt(counter, offset)}`,
      })),
    )
  }
  const value: unknown = document.toJS() ?? {}
  return isMapping(value)
    ? { value, lines: linesOf(document.contents, counter), problems: [] }
    : failed({ path: '', reason: 'must hold a mapping of settings', source: name })
}

/** The value of a YAML flow collection in one text, or nothing when it is none.
 *  @example parseFlow('[ldaps://a.example, ldaps://b.example]') */
export function parseFlow(text: string): unknown {
  const { document, faults } = parse(text, new yaml.LineCounter())
  return faults.length > 0 ? undefined : (document.toJS() as unknown)
}

/** What an error of the file system says, without the path.
 *  @example codeOf(error) //  (ENOENT) */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}

function failed(...problems: readonly SettingsProblem[]): YamlSource {
  return { value: {}, lines: new Map(), problems }
}

interface Fault {
  readonly reason: string
  readonly offset: number
}

interface Parsed {
  readonly document: yaml.Document.Parsed
  readonly faults: readonly Fault[]
}

function parse(text: string, lineCounter: yaml.LineCounter): Parsed {
  const options = { lineCounter, prettyErrors: false, stringKeys: true }
  const document = yaml.parseDocument(text, options)
  const faults = [...document.errors, ...document.warnings].map(toFault)
  yaml.visit(document, {
    // A few lines of aliases can stand for millions of values, or for themselves; settings do not need them.
    Alias: (_key, { range }) => {
      faults.push({ reason: 'has an alias, which settings cannot use', offset: range?.[0] ?? 0 })
      return yaml.visit.BREAK
    },
    Scalar: (_key, node) => {
      const isNumber = typeof node.value === 'number' || typeof node.value === 'bigint'
      if (isNumber && node.source !== undefined) node.value = node.source
    },
  })
  return { document, faults }
}

/** The texts of the parser quote the file; its codes do not. */
function toFault({ code, pos }: yaml.YAMLError): Fault {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return { reason: `is not valid YAML: ${words}`, offset: pos[0] }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function linesOf(
  root: yaml.ParsedNode | null,
  counter: yaml.LineCounter,
): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  const enter = (node: unknown, path: string): void => {
    if (yaml.isSeq(node)) {
      for (const [index, item] of node.items.entries()) note(item, item, joinPath(path, index))
    } else if (yaml.isMap(node)) {
      for (const { key, value } of node.items) {
        if (yaml.isScalar(key)) note(key, value, joinPath(path, String(key.value)))
      }
    }
  }
  const note = (place: unknown, node: unknown, path: string): void => {
    const offset = yaml.isNode(place) ? place.range?.[0] : undefined
    if (offset !== undefined) lines.set(path, lineAt(counter, offset))
    enter(node, path)
  }
  enter(root, '')
  return lines
}

function lineAt(counter: yaml.LineCounter, offset: number): number {
  return counter.linePos(offset).line
}
