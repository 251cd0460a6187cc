import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { exitCodes } from '../../../src/cli/exit-code.ts'
import { usage } from '../../../src/cli/usage.ts'
import { root, sourceFiles } from '../../support/source-tree.ts'

const page = readFileSync(path.join(root, 'docs/operations.md'), 'utf8')

/** The first cells of the table below a heading, without the table's own. */
function firstCells(heading: string): readonly string[] {
  const section = page.split(/^#+ /mu).find((each) => each.startsWith(`${heading}\n`)) ?? ''
  const rows = [...section.matchAll(/^\| ([^|]*)\|/gmu)]
  return rows.slice(2).map(([, cell = '']) => cell.trim())
}

/** What stands in code font. */
function quoted(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [...text.matchAll(/`([^`]+)`/gu)].map(([, name = '']) => name))
}

describe('docs/operations.md', () => {
  it('explains every event from info on that the bridge logs, and no other', () => {
    const events = sourceFiles()
      .filter((file) => file.path.startsWith('src/'))
      .flatMap(({ text }) => [...text.matchAll(/\.(?:info|warn|error)\(\s*'([^']+)'/gu)])
      .map(([, event = '']) => event)
    assert.ok(events.length > 10)
    assert.deepEqual(quoted(firstCells('Logs')).toSorted(), [...new Set(events)].sort())
  })

  it('explains every exit code', () => {
    assert.deepEqual(firstCells('Exit codes').map(Number), Object.values(exitCodes))
  })

  it('names every command', () => {
    const commands = [...usage.matchAll(/^ {2}(\w+) /gmu)].map(([, command]) => command)
    const explained = quoted(firstCells('Command line')).map((line) => line.replace(/ .*$/u, ''))
    assert.deepEqual(explained, commands)
  })
})
