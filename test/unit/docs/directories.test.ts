import assert from 'node:assert/strict'
import { documentDirectories, type Findings } from '../../directory/servers/directories-page.ts'
import { readFindings, readPage } from '../../directory/servers/findings.ts'
import { shortVersion, unnamedTrial, untriedVersions } from '../../directory/servers/trials.ts'

const findings: Findings = {
  OpenLDAP: { about: 'x', server: 'OpenLDAP', versions: ['2.5', '2.6'], outcomes: {} },
  'Samba AD': { about: 'x', server: 'Samba', versions: ['4.22'], outcomes: {} },
}

describe('docs/directories.md', () => {
  it('says what was found on the servers (npm run docs:directories runs the cases and writes it anew)', () => {
    assert.ok(readPage() === documentDirectories(readFindings()), 'docs/directories.md is stale')
  })

  it('says whose versions they are', () => {
    const page = documentDirectories(findings)
    assert.match(page, /^\| OpenLDAP \| OpenLDAP 2\.5, 2\.6 \| x \|$/mu)
    assert.match(page, /^\| Samba AD \| Samba 4\.22 \| x \|$/mu)
  })

  it('names versions by their first two numbers', () => {
    assert.equal(shortVersion('2.6.10+dfsg-1'), '2.6')
    assert.equal(shortVersion('4.22.8-Debian'), '4.22')
    assert.equal(shortVersion('unknown'), 'unknown')
  })

  it('has to name the version that a server is tried in', () => {
    assert.equal(unnamedTrial(findings, { place: 'OpenLDAP', version: '2.6' }), undefined)
    assert.equal(
      unnamedTrial(findings, { place: 'Samba AD', version: '4.17' }),
      'docs/directories.md names Samba AD with 4.22 alone, and this server is 4.17: let `npm run docs:directories` record it, against this server',
    )
    assert.match(
      unnamedTrial(findings, { place: '389 DS', version: '3.1' }) ?? '',
      /^docs\/directories\.md names 389 DS not at all, and this server is 3\.1: /u,
    )
  })

  it('may name no kind and no version that CI does not try', () => {
    const all = [
      { place: 'OpenLDAP', version: '2.5' },
      { place: 'OpenLDAP', version: '2.6' },
      { place: 'Samba AD', version: '4.22' },
    ]
    assert.deepEqual(untriedVersions(findings, all), [])
    const missing = [
      [all.slice(1), 'OpenLDAP 2.5'],
      [all.slice(0, 2), 'Samba AD 4.22'],
    ] as const
    for (const [trials, name] of missing) {
      assert.deepEqual(untriedVersions(findings, trials), [
        `docs/directories.md names ${name}, which was not tried: let .ci/run try it, or take it out of test/directory/servers/findings.json and run \`npm run docs:directories\``,
      ])
    }
  })
})
