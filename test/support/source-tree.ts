import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** A file of the repository. */
export interface SourceFile {
  /** From the top of the repository, with slashes. */
  readonly path: string
  readonly text: string
}

/** One import, be it of values, of types, or while the program runs. */
export interface Import {
  readonly from: string
  readonly specifier: string
  /** The file it leads to, from the top of the repository; none for a package or a module of Node. */
  readonly to: string | undefined
}

/** The top of the repository. */
export const root = path.join(import.meta.dirname, '../..')

/** Every TypeScript file of `src` and `test`. */
export function sourceFiles(): readonly SourceFile[] {
  return globSync('{src,test}/**/*.ts', { cwd: root })
    .map((name) => name.split(path.sep).join('/'))
    .sort()
    .map((name) => ({ path: name, text: readFileSync(path.join(root, name), 'utf8') }))
}

/** The imports of a file. The formatter puts each statement at the start of a line and its specifier into single quotes,
 *  so that no parser is needed; an import in a comment would be reported, which is the safe side. */
export function importsOf({ path: from, text }: SourceFile): readonly Import[] {
  const statements = text.matchAll(/^(?:import|export)\b(?:[^'"`;]*? from)? '([^']+)'/gmu)
  const calls = text.matchAll(/\bimport\(\s*'([^']+)'/gu)
  return [...statements, ...calls].map(([, specifier = '']) => ({
    from,
    specifier,
    to: specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(from), specifier)
      : undefined,
  }))
}

/** The room of a file of `src`, none for any other file. */
export function roomOf(name: string): string | undefined {
  return /^src\/([^/]+)\//u.exec(name)?.[1]
}

/** The text of a file without its comments. A string that holds `//` loses its end, which nothing here asks for. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//gu, '').replace(/(?<!:)\/\/.*$/gmu, '')
}

/** How many lines hold code: neither blank nor all comment. */
export function codeLines(text: string): number {
  return withoutComments(text)
    .split('\n')
    .filter((line) => line.trim() !== '').length
}

/** The names that a file exports with nothing said about them. Of the overloads of a function the first counts. */
export function undocumentedExports({ text }: SourceFile): readonly string[] {
  const lines = text.split('\n')
  const seen = new Set<string>()
  return lines.flatMap((line, index) => {
    const [, kind = '', name] =
      /^export (?:async |abstract |declare )*(function\*?|class|interface|type|const|let|var|enum) (\w+)/u.exec(
        line,
      ) ?? []
    if (name === undefined) return line.startsWith('export ') ? [line] : []
    const isOverload = kind.startsWith('function') && seen.has(name)
    seen.add(name)
    return isOverload || endsDocstring(lines.slice(0, index)) ? [] : [name]
  })
}

/** The circles among nodes that point to each other, each as the way round. */
export function cyclesIn(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const done = new Set<string>()
  const visit = (node: string, way: readonly string[]): readonly string[] => {
    if (way.includes(node)) return [[...way.slice(way.indexOf(node)), node].join(' > ')]
    if (done.has(node)) return []
    const found = [...(edges.get(node) ?? [])].flatMap((next) => visit(next, [...way, node]))
    done.add(node)
    return found
  }
  return [...edges.keys()].flatMap((node) => visit(node, []))
}

/** Whether a docstring stands right above, if need be over a line for the linter. */
function endsDocstring(above: readonly string[]): boolean {
  const last = above.findLastIndex((line) => !line.startsWith('// oxlint-disable-next-line'))
  if (above[last]?.endsWith('*/') !== true) return false
  const start = above.slice(0, last + 1).findLast((line) => line.trimStart().startsWith('/*'))
  return start?.startsWith('/**') === true
}
