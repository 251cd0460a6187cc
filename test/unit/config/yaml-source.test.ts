import assert from 'node:assert/strict'
import { parseFlow, parseYaml } from '../../../src/config/yaml-source.ts'

function problemsOf(text: string): readonly string[] {
  return parseYaml(text, 'bridge.yaml').problems.map(({ source, reason }) => `${source} ${reason}`)
}

describe('parseYaml', () => {
  it('reads a mapping and remembers on which line each key stands', () => {
    const { value, lines, problems } = parseYaml(
      'http:\n  tokens:\n    - name: a\n    - name: b\nusers:\n  attributes: { name.givenName: sn }\n',
      'bridge.yaml',
    )
    assert.deepEqual(problems, [])
    assert.deepEqual(value, {
      http: { tokens: [{ name: 'a' }, { name: 'b' }] },
      users: { attributes: { 'name.givenName': 'sn' } },
    })
    assert.deepEqual(Object.fromEntries(lines), {
      http: 1,
      'http.tokens': 2,
      'http.tokens[0]': 3,
      'http.tokens[0].name': 3,
      'http.tokens[1]': 4,
      'http.tokens[1].name': 4,
      users: 5,
      'users.attributes': 6,
      'users.attributes["name.givenName"]': 6,
    })
  })

  it('keeps numbers as they are written, so that passwords and hashes of digits stay what they are', () => {
    const { value } = parseYaml(
      'a: 0123\nb: 12e4\nc: 0x10\nd: -1.50\ne: true\nf:\n1: 2',
      'bridge.yaml',
    )
    assert.deepEqual(value, {
      a: '0123',
      b: '12e4',
      c: '0x10',
      d: '-1.50',
      e: true,
      f: null,
      1: '2',
    })
  })

  it('takes an empty file as an empty mapping', () => {
    assert.deepEqual(parseYaml('', 'bridge.yaml').value, {})
    assert.deepEqual(parseYaml('# nothing yet\n', 'bridge.yaml').value, {})
  })

  for (const [what, text, problem] of [
    ['a key that stands twice', 'a: 1\na: 2\n', 'bridge.yaml:2 is not valid YAML: duplicate key'],
    ['a tab', 'a:\n\tb: 1\n', 'bridge.yaml:2 is not valid YAML: tab as indent'],
    ['a tag', 'a: !secret x\n', 'bridge.yaml:1 is not valid YAML: tag resolve failed'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'bridge.yaml:2 is not valid YAML: multiple docs'],
    ['a key that is no text', '? [a]\n: 1\n', 'bridge.yaml:1 is not valid YAML: non string key'],
    ['a list', '- a\n', 'bridge.yaml must hold a mapping of settings'],
    ['text', 'hello\n', 'bridge.yaml must hold a mapping of settings'],
    ['an alias', 'a: &x 1\nb: *x\n', 'bridge.yaml:2 has an alias, which settings cannot use'],
    ['an alias of itself', 'a: &x [*x]\n', 'bridge.yaml:1 has an alias, which settings cannot use'],
    ['an alias of nothing', 'a: *x\n', 'bridge.yaml:1 has an alias, which settings cannot use'],
  ] as const) {
    it(`refuses ${what} and names the place`, () => {
      assert.deepEqual(problemsOf(text), [problem])
    })
  }

  it('refuses aliases that stand for a billion values at once', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const item = level === 0 ? 'x' : `*l${level - 1}`
      return `l${level}: &l${level} [${Array.from({ length: 10 }, () => item).join(', ')}]`
    })
    assert.deepEqual(problemsOf(levels.join('\n')), [
      'bridge.yaml:2 has an alias, which settings cannot use',
    ])
  })

  it('does not quote the file, which may hold secrets', () => {
    for (const text of ['password: hunter2: x', 'password: "hunter2', 'password: @hunter2']) {
      const problems = problemsOf(text)
      assert.equal(problems.length > 0, true)
      assert.ok(!problems.join('\n').includes('hunter2'))
    }
  })
})

describe('parseFlow', () => {
  it('reads a list or map in one line', () => {
    assert.deepEqual(parseFlow('["a", b, 1]'), ['a', 'b', '1'])
    assert.deepEqual(parseFlow('{a: {b: [c]}}'), { a: { b: ['c'] } })
  })

  it('is nothing for a text that is not YAML, or has aliases', () => {
    assert.equal(parseFlow('[a'), undefined)
    assert.equal(parseFlow('[&x a, *x]'), undefined)
  })
})
