import assert from 'node:assert/strict'
import { documentDirectories } from '../../directory/servers/directories-page.ts'
import { readFindings, readPage } from '../../directory/servers/findings.ts'

describe('docs/directories.md', () => {
  it('says what was found on the servers (npm run docs:directories runs the cases and writes it anew)', () => {
    assert.ok(readPage() === documentDirectories(readFindings()), 'docs/directories.md is stale')
  })
})
