import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { watchingMemory } from '../../torture/memory.ts'
import { type PartRun, runParts } from '../../torture/part-runs.ts'
import { limitMinutes, partNames } from '../../torture/schedule.ts'

const repository = path.resolve(import.meta.dirname, '../../..')

/** A part that is a script of Node. */
function part(name: string, script: string, limitMs = 15_000): PartRun {
  return { name, command: [process.execPath, '-e', script], limitMs }
}

/** What came of some parts, and what was said of them without the seconds. */
async function run(
  ...parts: readonly PartRun[]
): Promise<{ readonly failed: readonly string[]; readonly said: readonly string[] }> {
  const said: string[] = []
  const failed = await runParts(parts, (line) => said.push(line.replace(/ +\d+\.\d$/u, '')))
  return { failed, said }
}

const main = 'test/torture/main.ts'

/** The status with which a program of ours ends, and what it prints. */
async function ended(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<readonly [status: number, text: string]> {
  const options = { cwd: repository, env: { PATH: process.env['PATH'], ...environment } }
  return await promisify(execFile)(process.execPath, args, options).then(
    ({ stdout }) => [0, stdout] as const,
    (error: { readonly code: number; readonly stdout: string }) =>
      [error.code, error.stdout] as const,
  )
}

describe('npm run torture', () => {
  it('runs the parts one after the other, and says how many seconds each took', async () => {
    const { failed, said } = await run(part('one', ''), part('other', ''))
    assert.deepEqual(failed, [])
    assert.deepEqual(said, ['one', '  seconds', 'other', '  seconds'])
  })

  it('goes on behind a part that has failed, or was lost', async () => {
    const { failed, said } = await run(
      part('failing', 'process.exit(1)'),
      part('killed', 'process.kill(process.pid, "SIGKILL")'),
      part('waiting for nothing', 'process.exit(13)'),
      part('well', ''),
    )
    assert.deepEqual(failed, ['failing', 'killed', 'waiting for nothing'])
    assert.deepEqual(
      said.filter((line) => line.includes('FAILED')),
      ['  FAILED: killed was lost: SIGKILL', '  FAILED: waiting for nothing was lost: 13'],
    )
    assert.equal(said.at(-2), 'well')
  })

  it('ends a part that is not done in time, and goes on', async () => {
    const { failed, said } = await run(
      part('endless', 'setInterval(() => {}, 1000)', 300),
      part('well', ''),
    )
    assert.deepEqual(failed, ['endless'])
    assert.equal(said[1], '  FAILED: endless was not done within 0.005 minutes')
    assert.equal(said.at(-2), 'well')
  })
})

describe('The process of a part', () => {
  it('says with what exception the part ended', async () => {
    const program = ['test/torture/part-process.ts', 'failover', 'short']
    const [status, text] = await ended(program, { SCIM_TEST_CASES: '0' })
    assert.equal(status, 1, text)
    assert.match(text, /^ {2}FAILED: it ended with Error: SCIM_TEST_CASES is "0"/u)
    assert.match(text, /\n {2}1 did not hold\n$/u)
  })
})

describe('The arguments of npm run torture', () => {
  it('are explained by --help, which names every part', async () => {
    const [status, text] = await ended([main, '--help'])
    assert.equal(status, 0)
    for (const name of partNames) assert.ok(text.includes(name), name)
  })

  const mistakes: readonly (readonly [
    what: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
    told: RegExp,
  ])[] = [
    ['an option that is not there', ['--quick'], {}, /'--quick'/u],
    ['a part that is not there', ['fuzz', 'rollin'], {}, /no part rollin; there are fuzz, faults/u],
    ['no number of cases', ['fuzz'], { SCIM_TEST_CASES: '0' }, /SCIM_TEST_CASES is "0"/u],
    ['no seed', ['fuzz'], { SCIM_TEST_SEED: 'x' }, /SCIM_TEST_SEED is "x"/u],
  ]
  for (const [what, args, environment, told] of mistakes) {
    it(`are refused with 64, and by name, when they have ${what}`, async () => {
      const [status, text] = await ended([main, ...args], environment)
      assert.equal(status, 64, text)
      assert.match(text, told)
      assert.match(text, /See --help\.\n$/u)
    })
  }
})

describe('The memory of a process that is watched', () => {
  it('cannot be told when the process has ended meanwhile', async () => {
    const running = promisify(execFile)(process.execPath, ['-e', ''])
    const { pid = 0 } = running.child
    const watching = watchingMemory(pid, async () => running)
    await assert.rejects(watching, new RegExp(`/proc/${pid}/status`, 'u'))
  })
})

describe('docs/torture.md', () => {
  it('names every part and its limits', () => {
    const page = readFileSync(path.join(repository, 'docs/torture.md'), 'utf8')
    const rows = page
      .split('\n')
      .filter((line) => /^\| `[a-z]/u.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()))
    const told = rows.map(([, name = '', ...cells]) => [name, cells.at(-3), cells.at(-2)])
    const wanted = partNames.map((name) => {
      const { short, long } = limitMinutes[name]
      return [`\`${name}\``, `${short} min`, `${long} min`]
    })
    assert.deepEqual(told, wanted)
  })
})
