import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../support/source-tree.ts'

const folder = path.join(root, 'docs/decisions')
const mostLines = 40

describe('The decision records (docs/decisions)', () => {
  const names = readdirSync(folder).sort()

  it('are numbered from 1 without a gap, in their names and in their titles', () => {
    const numbers = names.map((name, index) => {
      assert.match(name, /^\d{4}-[a-z0-9]+(?:-[a-z0-9]+)*\.md$/u)
      const title = readFileSync(path.join(folder, name), 'utf8').split('\n')[0] ?? ''
      assert.ok(title.startsWith(`# ${index + 1}. `), `${name}: ${title}`)
      return Number(name.slice(0, 4))
    })
    assert.deepEqual(
      numbers,
      names.map((_, index) => index + 1),
    )
  })

  for (const name of names) {
    it(`say in at most ${mostLines} lines why, what, what not, and what follows: ${name}`, () => {
      const text = readFileSync(path.join(folder, name), 'utf8')
      assert.ok(text.trimEnd().split('\n').length <= mostLines)
      const parts = [...text.matchAll(/^\*\*(\w+)\.\*\*/gmu)].map(([, part]) => part)
      assert.deepEqual(parts, ['Context', 'Decision', 'Rejected', 'Consequences'])
    })
  }
})
