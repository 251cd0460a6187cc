import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import {
  codeLines,
  cyclesIn,
  type Import,
  importsOf,
  root,
  roomOf,
  type SourceFile,
  sourceFiles,
  undocumentedExports,
  withoutComments,
} from './support/source-tree.ts'

/** What the files of a room may import beside files of their own room. */
interface Room {
  /** Other rooms, as a whole (`scim`) or a file of them (`logging/logger`); `*` is any room. */
  readonly ours: readonly string[]
  /** Packages, or one entry point of a package. */
  readonly npm: readonly string[]
  /** Modules of Node. */
  readonly node: readonly string[]
}

const logger = 'logging/logger'

// What stands in a directory, and nothing of the way there.
const directoryValues = [
  'directory/entry',
  'directory/dn',
  'directory/filter',
  'directory/operation',
  'directory/directory-schema',
]

// What can be asked of a directory, how it fails, and its writes as text.
const directoryPort = ['directory/directory', 'directory/error', 'directory/ldif']

/** Who may import whom. docs/decisions/0003-import-table.md says where this differs from the first sketch, and why. */
const rooms: Readonly<Record<string, Room>> = {
  codec: { ours: [], npm: ['io-ts', 'fp-ts/lib/Either.js'], node: [] },
  logging: { ours: [], npm: ['winston'], node: ['stream'] },
  scim: { ours: ['codec'], npm: ['io-ts'], node: [] },
  directory: {
    ours: ['codec', logger],
    npm: ['ldapts', 'io-ts'],
    node: ['fs/promises', 'net', 'timers/promises', 'tls'],
  },
  mapping: {
    // Of the port `Capabilities` alone, which is a value: a mapping is compiled for what a server can do.
    ours: ['codec', 'scim', ...directoryValues, 'directory/directory'],
    npm: ['io-ts'],
    // For versions that are made from what an entry holds.
    node: ['crypto'],
  },
  provisioning: {
    // Of codec the type `Problem`: the bases are checked at the start, and complained of like a setting.
    ours: ['scim', 'mapping', ...directoryValues, ...directoryPort, logger, 'codec/decode'],
    npm: [],
    // For cursors that cannot be guessed.
    node: ['crypto'],
  },
  journal: {
    // It stands in front of a directory as one: what passes through it has the types of the port.
    ours: [...directoryValues, ...directoryPort, logger],
    npm: [],
    node: ['crypto', 'fs/promises'],
  },
  http: {
    ours: ['codec', 'scim', 'provisioning', logger],
    npm: ['koa', '@koa/router', 'koa-bodyparser', 'io-ts'],
    node: ['crypto', 'events', 'fs', 'http', 'https', 'net', 'stream', 'timers/promises', 'tls'],
  },
  config: {
    // The names of LDAP stand in the settings of several rooms.
    ours: ['codec', '*/settings', 'mapping/ldap-names'],
    npm: ['io-ts', 'yaml'],
    node: ['fs/promises'],
  },
  cli: { ours: ['*'], npm: [], node: ['fs/promises', 'timers/promises', 'util'] },
}

/** What the `settings.ts` of every room may import, whatever its row says. */
const settingsFile: Room = { ours: ['codec'], npm: ['io-ts'], node: [] }

/** Rooms whose work depends on what they are given alone. */
const pureRooms = ['codec', 'scim', 'mapping']

const impure =
  /\bnew Date\(\)|\bDate\.now\b|\bMath\.random\b|\b(?:performance|process|console|crypto)\.|\bset(?:Timeout|Interval|Immediate)\(|\bfetch\(/u

/** What stands at the top of the repository. */
const topLevel = [
  ['config', 'docs', 'src', 'test', '.ci'],
  ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'],
  ['package.json', 'package-lock.json', '.npmrc', 'tsconfig.json', 'tsconfig.build.json'],
  ['.mocharc.json', '.oxlintrc.json', '.prettierrc.json', '.prettierignore', 'knip.json'],
  ['Dockerfile', 'docker-compose.yml', '.dockerignore'],
  ['.editorconfig', '.gitattributes', '.gitignore'],
].flat()

/** What Git does not keep. */
const ignored = ['.git', 'node_modules', 'dist', '.cache', 'coverage']

const mostCodeLines = 300

// What begins a comment, without making one of the examples below.
const slashes = '//'

/** Something that holds of all files. */
interface Rule {
  readonly sentence: string
  /** What is at odds with the rule. */
  readonly offences: (files: readonly SourceFile[]) => readonly string[]
  /** Files that the rule complains of, because one that cannot fail says nothing. */
  readonly offenders: readonly SourceFile[]
}

const rules: readonly Rule[] = [
  {
    sentence: 'every room imports from the others what its row allows',
    offences: (files) => described(ourImports(files).filter((each) => !isOursAllowed(each))),
    offenders: [file('src/scim/error.ts', "import type { Entry } from '../directory/entry.ts'")],
  },
  {
    sentence: 'every room imports from npm and Node what its row allows',
    offences: (files) => described(foreignImports(files).filter((each) => !isForeignAllowed(each))),
    offenders: [file('src/mapping/status.ts', "type Client = import('ldapts').Client")],
  },
  {
    sentence: 'what is imported while the program runs is named in the source',
    offences: (files) =>
      matching(inSource(files), /\bimport\((?!\s*')|\brequire\(|\bcreateRequire\b/u),
    offenders: [file('src/http/app.ts', 'await import(name)')],
  },
  {
    sentence: 'no room imports one that leads back to it',
    offences: (files) => cyclesIn(roomGraph(files)),
    offenders: [
      file('src/scim/a.ts', "import { b } from '../mapping/b.ts'"),
      file('src/mapping/b.ts', "import { a } from '../scim/a.ts'"),
    ],
  },
  {
    sentence: 'every folder of src is a room, and every room has its folder',
    offences: (files) => {
      const found = new Set(inSource(files).map((each) => roomOf(each.path) ?? each.path))
      const known = Object.keys(rooms)
      return [
        ...[...found].filter((name) => !known.includes(name)),
        ...known.filter((name) => !found.has(name)),
      ]
    },
    offenders: [file('src/cache/cache.ts', '')],
  },
  {
    sentence: 'only the command line reads arguments and environment, and ends the process',
    offences: (files) =>
      matching(
        inSource(files).filter((each) => roomOf(each.path) !== 'cli'),
        /\bprocess\.(?:env|argv|exit)|'node:process'/u,
      ),
    offenders: [file('src/http/app.ts', "const port = process.env['PORT']")],
  },
  {
    sentence: 'codec, scim and mapping know no clock, no chance and nobody outside',
    offences: (files) =>
      matching(
        inSource(files)
          .filter((each) => pureRooms.includes(roomOf(each.path) ?? ''))
          .map((each) => ({ ...each, text: withoutComments(each.text) })),
        impure,
      ),
    offenders: [file('src/mapping/status.ts', 'const lockedAt = Date.now()')],
  },
  {
    sentence: 'relative imports end in .ts',
    offences: (files) =>
      described(
        files
          .flatMap(importsOf)
          .filter(({ specifier, to }) => to !== undefined && !specifier.endsWith('.ts')),
      ),
    offenders: [file('src/http/app.ts', "import { health } from './middleware/health'")],
  },
  {
    sentence: 'no file hands on what another one exports',
    offences: (files) => [
      ...matching(files, /^export\b[^'"`;=(]*? from '/mu),
      ...named(files, /(?:^|\/)index\.ts$/u),
    ],
    offenders: [file('src/scim/everything.ts', "export * from './error.ts'")],
  },
  {
    sentence: 'no name hides what a file is for behind "utils" or "helpers"',
    offences: (files) => named(files, /(?:^|[/.-])(?:utils?|helpers?)(?:[/.-])/u),
    offenders: [file('src/scim/string-utils.ts', '')],
  },
  {
    sentence: 'files and folders are named in kebab-case',
    offences: (files) => {
      const wellNamed = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/u
      return files.map((each) => each.path).filter((name) => !wellNamed.test(name))
    },
    offenders: [file('src/scim/scimError.ts', '')],
  },
  {
    sentence: `no file of src has more than ${mostCodeLines} lines of code`,
    offences: (files) =>
      inSource(files)
        .map((each) => `${each.path}: ${codeLines(each.text)}`)
        .filter((line) => Number(line.split(': ')[1]) > mostCodeLines),
    offenders: [file('src/scim/error.ts', 'work()\n'.repeat(mostCodeLines + 1))],
  },
  {
    sentence: 'every export of src has a docstring',
    offences: (files) =>
      inSource(files).flatMap((each) =>
        undocumentedExports(each).map((name) => `${each.path}: ${name}`),
      ),
    offenders: [file('src/scim/error.ts', '// No docstring.\nexport const limit = 1')],
  },
  {
    sentence: 'every export has a name',
    offences: (files) => matching(files, /^export default\b|^export \{[^}]*\bas default\b/mu),
    offenders: [file('src/scim/error.ts', 'export default 1')],
  },
  {
    sentence: 'a rule of the linter is switched off for one line, by its name, and with a reason',
    offences: (files) =>
      commentLines(files, /\b(?:ox|es)lint-disable|@ts-(?:ignore|expect-error|nocheck)/u).filter(
        (line) =>
          !/: \/\/ (?:(?:ox|es)lint-disable-next-line [\w/@, -]+ -- |@ts-expect-error )\w/u.test(
            line,
          ),
      ),
    offenders: [file('src/scim/error.ts', `${slashes} oxlint-disable-next-line no-await-in-loop`)],
  },
  {
    sentence: 'what is left to do has the number of an issue or a version',
    offences: (files) =>
      commentLines(files, /\b(?:TODO|FIXME|XXX|HACK)\b(?! \((?:#\d+|\d+\.\d+\.\d+)\))/u),
    offenders: [file('src/scim/error.ts', `${slashes} TODO cover the rest`)],
  },
]

describe('The house (docs/architecture.md)', () => {
  const files = sourceFiles()

  for (const { sentence, offences } of rules) {
    it(`keeps the rule: ${sentence}`, () => assert.deepEqual(offences(files), []))
  }

  it('has at its top what an administrator looks for, and nothing else', () => {
    const found = readdirSync(root).filter((name) => !ignored.includes(name))
    assert.deepEqual(found.sort(), [...topLevel].sort())
  })

  for (const { sentence, offences, offenders } of rules) {
    it(`notices who breaks the rule: ${sentence}`, () =>
      assert.notDeepEqual(offences(offenders), []))
  }
})

function file(path: string, text: string): SourceFile {
  return { path, text: `${text}\n` }
}

function inSource(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.filter((each) => each.path.startsWith('src/'))
}

function matching(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.filter(({ text }) => pattern.test(text)).map((each) => each.path)
}

/** The comments that match, with their files. */
function commentLines(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.flatMap((each) =>
    each.text
      .split('\n')
      .filter((line) => /^\s*(?:\/[/*]|\*)|\s\/\/ /u.test(line) && pattern.test(line))
      .map((line) => `${each.path}: ${line.trim()}`),
  )
}

function named(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.map((each) => each.path).filter((name) => pattern.test(name))
}

function described(imports: readonly Import[]): readonly string[] {
  return imports.map(({ from, specifier }) => `${from} imports ${specifier}`)
}

function ourImports(files: readonly SourceFile[]): readonly Import[] {
  return inSource(files)
    .flatMap(importsOf)
    .filter(({ to }) => to !== undefined)
}

function foreignImports(files: readonly SourceFile[]): readonly Import[] {
  return inSource(files)
    .flatMap(importsOf)
    .filter(({ to }) => to === undefined)
}

/** What a file may import: the row of its room, and a little more for settings. */
function allowedTo(name: string): Room {
  const row = rooms[roomOf(name) ?? ''] ?? { ours: [], npm: [], node: [] }
  if (!name.endsWith('/settings.ts')) return row
  return {
    ours: [...row.ours, ...settingsFile.ours],
    npm: [...row.npm, ...settingsFile.npm],
    node: row.node,
  }
}

function isOursAllowed({ from, to = '' }: Import): boolean {
  const room = roomOf(to)
  if (room !== undefined && room === roomOf(from)) return true
  const wanted = to.replace(/^src\//u, '').replace(/\.ts$/u, '')
  // A file outside of src is nobody's.
  if (room === undefined) return false
  return allowedTo(from).ours.some((allowed) =>
    [room, wanted, '*', wanted.replace(/^[^/]+/u, '*')].includes(allowed),
  )
}

function isForeignAllowed({ from, specifier }: Import): boolean {
  const { npm, node } = allowedTo(from)
  return npm.includes(specifier) || node.some((module) => specifier === `node:${module}`)
}

function roomGraph(files: readonly SourceFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = new Map<string, Set<string>>()
  for (const { from, to = '' } of ourImports(files)) {
    const [one = '', other = ''] = [roomOf(from), roomOf(to)]
    if (one !== other) graph.set(one, (graph.get(one) ?? new Set()).add(other))
  }
  return graph
}
