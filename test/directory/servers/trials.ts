import type { Findings } from './directories-page.ts'

/** What the cases were tried on: a kind of server and its version, `2.5`. */
export interface Trial {
  readonly place: string
  readonly version: string
}

/** The first two numbers of a version as a server says it: `2.6` of `2.6.10+dfsg-1`. */
export function shortVersion(version: string): string {
  return /^\d+\.\d+/u.exec(version)?.[0] ?? version
}

/** Why a trial does not fit what is written; nothing when it does. */
export function unnamedTrial(findings: Findings, { place, version }: Trial): string | undefined {
  const versions = findings[place]?.versions ?? []
  if (versions.includes(version)) return undefined
  const named = versions.length === 0 ? 'not at all' : `with ${versions.join(', ')} alone`
  return [
    `docs/directories.md names ${place} ${named}, and this server is ${version}:`,
    'let `npm run docs:directories` record it, against this server',
  ].join(' ')
}

/** The kinds and versions that are written down and were not tried, each as a sentence that says what to do. */
export function untriedVersions(findings: Findings, trials: readonly Trial[]): readonly string[] {
  return Object.entries(findings).flatMap(([place, { versions }]) =>
    versions
      .filter((version) => !trials.some((each) => each.place === place && each.version === version))
      .map(
        (version) =>
          `docs/directories.md names ${place} ${version}, which was not tried: let .ci/run try it, or take it out of test/directory/servers/findings.json and run \`npm run docs:directories\``,
      ),
  )
}
