import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../support/source-tree.ts'

const pages = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...globSync('{docs,config}/**/*.md', { cwd: root }),
]

/** The places within the repository that a page leads to. */
function linksOf(page: string): readonly string[] {
  const text = readFileSync(path.join(root, page), 'utf8')
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/gu)].map(([, link = '']) => link)
  return links.filter((link) => !/^(?:[a-z]+:|#)/u.test(link))
}

describe('The documentation', () => {
  for (const page of pages) {
    it(`leads from ${page} to files that are there`, () => {
      const folder = path.dirname(path.join(root, page))
      const dead = linksOf(page).filter(
        (link) => !existsSync(path.join(folder, link.replace(/#.*$/u, ''))),
      )
      assert.deepEqual(dead, [])
    })
  }
})
