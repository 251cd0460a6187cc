import { holds, type Outcome } from './server-case.ts'

/** What the cases found on one kind of server. */
export interface PlaceFindings {
  readonly about: string
  /** Whose versions they are: `Samba`. */
  readonly server: string
  /** The versions on which they were recorded, in order: `2.5`. */
  readonly versions: readonly string[]
  /** By topic and the title of the case. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, Outcome>>>>
}

/** What the cases found, by the name of the place. */
export type Findings = Readonly<Record<string, PlaceFindings>>

/** A case with what came of it, in the order of the places; `–` where it was not tried. */
interface Row {
  readonly title: string
  readonly outcomes: readonly Outcome[]
}

const notTried = '–'

const longestInTable = 24

/** What is too long for a table, by numbers. */
class Notes {
  readonly #texts: string[] = []

  cell(outcome: Outcome): string {
    if (outcome.length <= longestInTable) return outcome
    if (!this.#texts.includes(outcome)) this.#texts.push(outcome)
    return `see ${this.#texts.indexOf(outcome) + 1}`
  }

  list(): string {
    return this.#texts.map((text, index) => `${index + 1}. ${text}`).join('\n')
  }
}

/** docs/directories.md. */
export function documentDirectories(findings: Findings): string {
  const places = Object.entries(findings)
  const names = places.map(([name]) => name)
  const topics = rowsByTopic(Object.values(findings))
  const notes = new Notes()
  const parts = [
    '# Directories',
    [
      'What the bridge does in front of each kind of directory. One suite of tests, `test/directory/servers`, runs on all of them',
      'over HTTP, and this page is made from what it found: `npm run docs:directories` runs it and writes the page anew. A run that finds',
      'anything else, or that is made on a version which is not named here, fails, and so does CI when it did not try one that is.',
    ].join('\n'),
    '## What was tested',
    table(
      ['directory', 'versions', 'set up as'],
      places.map(([name, { about, server, versions }]) => [
        name,
        `${server} ${versions.join(', ')}`,
        about,
      ]),
    ),
    [
      'No Active Directory of Microsoft’s was tried yet. _Samba AD_ is a domain controller of Samba, and _Samba AD, stricter_ the same one',
      'behind a double; what to try first on a real domain says [active-directory.md](active-directory.md#what-to-try-first).',
    ].join('\n'),
    '## Where they differ',
    ...topics.flatMap(([topic, rows]) => {
      const differing = rows.filter((row) => !isSame(row))
      if (differing.length === 0) return []
      const lines = differing.map(({ title, outcomes }) => [
        title,
        ...outcomes.map((outcome) => notes.cell(outcome)),
      ])
      return [`### ${topic}`, table(['', ...names], lines)]
    }),
    notes.list(),
    '## What is the same on all of them',
    ...topics.flatMap(([topic, rows]) => {
      const same = rows.filter(isSame)
      return same.length === 0 ? [] : [`### ${topic}`, same.map(sentence).join('\n')]
    }),
  ]
  return `${parts.join('\n\n')}\n`
}

/** The cases in the order in which the places have them. */
function rowsByTopic(
  places: readonly PlaceFindings[],
): readonly (readonly [string, readonly Row[]])[] {
  const topics = [...new Set(places.flatMap(({ outcomes }) => Object.keys(outcomes)))]
  return topics.map((topic) => {
    const found = places.map(({ outcomes }) => outcomes[topic] ?? {})
    const titles = [...new Set(found.flatMap((each) => Object.keys(each)))]
    const rows = titles.map((title) => ({
      title,
      outcomes: found.map((each) => each[title] ?? notTried),
    }))
    return [topic, rows] as const
  })
}

function isSame({ outcomes }: Row): boolean {
  return outcomes.every((outcome) => outcome === outcomes[0])
}

function sentence({ title, outcomes }: Row): string {
  const [outcome = holds] = outcomes
  return outcome === holds ? `- ${title}` : `- ${title}: ${outcome}`
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}
