import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { run } from '../../../../src/cli/run.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { type Ended, fileWith, preset, runCli } from './run-cli.ts'

describe('The command line', () => {
  let folder: TemporaryFolder

  before(async () => {
    folder = await temporaryFolder('command-line')
  })

  after(async () => folder.remove())

  for (const args of [['--help'], ['-h'], ['serve', '--help']]) {
    it(`explains itself for ${args.join(' ')}`, async () => {
      const { code, out, complaints } = await runCli(args)
      assert.equal(code, 0)
      assert.match(out, /^Usage: scim-directory-bridge COMMAND/)
      for (const command of ['serve', 'check', 'preview', 'brake', 'health', 'token'])
        assert.ok(out.includes(command))
      assert.equal(complaints, '')
    })
  }

  it('prints the version of the package', async () => {
    const file = path.resolve(path.dirname(preset), '../package.json')
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string }
    assert.deepEqual(await runCli(['--version']), { code: 0, out: `${version}\n`, complaints: '' })
  })

  it('ends with 64 when it is called wrongly', async () => {
    const ended = await runCli(['frobnicate'])
    assert.equal(ended.code, 64)
    assert.deepEqual(ended, await runHere(['frobnicate']))
  })

  const mistakes: [args: string[], complaint: RegExp][] = [
    [[], /^A command is missing/],
    [['frobnicate'], /^There is no command "frobnicate"/],
    [['serve', '--frobnicate'], /--frobnicate/],
    [['serve'], /^--config FILE is missing/],
    [['health'], /^--config FILE is missing/],
    [['health', '--config', preset, 'ready'], /"ready"/],
    [['check'], /^--config FILE is missing/],
    [['preview', 'POST', '/Users'], /^--config FILE is missing/],
    [['check', '--config'], /--config/],
    [['preview', '--config', preset, 'POST'], /^preview needs a method and a path/],
    [['check', '--config', preset, 'everything'], /"everything"/],
    [['preview', '--config', preset, 'POST', '/Users', 'user.json'], /"user.json"/],
    [['token', 'onelogin'], /"onelogin"/],
    [['token', '--name', ''], /--name/],
    [['token', '--expires', 'tomorrow'], /--expires.*2027-01-31/],
    [['token', '--expires', '1'], /--expires.*2027-01-31/],
    [['token', '--expires', '2027-02-31'], /--expires.*2027-01-31/],
    [['token', '--expires', '2020-01-31'], /--expires.*past/],
    [['token', '--rights', 'read,write'], /--rights\[1\].*"users"/],
    [['token', '--rights', ''], /--rights/],
  ]

  for (const [args, complaint] of mistakes) {
    const shown = args.map((each) => (each === preset ? 'FILE' : each)).join(' ')
    it(`complains of ${shown === '' ? 'no arguments' : `"${shown}"`} and shows how it is used`, async () => {
      const ended = await runHere(args)
      assert.equal(ended.code, 64, ended.complaints)
      assert.match(ended.complaints, complaint)
      assert.match(ended.complaints, /\nUsage: scim-directory-bridge COMMAND/)
      assert.equal(ended.out, '')
      assertReadable(ended)
    })
  }

  it('makes a token whose hash lets it in, as settings that can be pasted', async () => {
    const args = ['token', '--name', 'one: "login"', '--expires', '2077-01-31T12:00:00+02:00']
    const { code, out } = await runCli([...args, '--rights', 'read,groups'])
    assert.equal(code, 0)
    const token = /^ {2}(\S+)$/mu.exec(out)?.[1] ?? ''
    assert.ok(token.length >= 40)
    const settings = parse(out.slice(out.indexOf('http:'))) as { http: { tokens: object[] } }
    const sha256 = createHash('sha256').update(token).digest('hex')
    assert.deepEqual(settings.http.tokens, [
      {
        name: 'one: "login"',
        sha256,
        expires: '2077-01-31T12:00:00+02:00',
        rights: ['read', 'groups'],
      },
    ])
    assert.notEqual(/^ {2}(\S+)$/mu.exec((await runCli(['token'])).out)?.[1], token)
  })

  it('tells every problem of the settings at once, with its place, and no value', async () => {
    const config = await fileWith(
      folder.path,
      'wrong.yaml',
      `http:
  tokens: []
directory:
  urls: directory.example.org
  bindDn: ""
  bindPassword: hunter2
  bindPasword: hunter3
users:
  base: ou=people,dc=example,dc=org
  objectClass: inetOrgPerson
  rdn: uid
  attributes: { userName: uid }
  colour: red
`,
    )
    const ended = await runCli(['check', '--config', config], { SCIM_LOGGING_LEVEL: 'shout' })
    assert.equal(ended.code, 78)
    for (const problem of [
      /wrong\.yaml:2: http\.tokens must hold at least one token/,
      /wrong\.yaml:4: directory\.urls must be/,
      /wrong\.yaml:5: directory\.bindDn must be/,
      /wrong\.yaml:7: directory\.bindPasword is not a setting; did you mean bindPassword/,
      /wrong\.yaml:13: users\.colour is not a setting/,
      /SCIM_LOGGING_LEVEL: logging\.level must/,
      /groups\.base is required/,
    ]) {
      assert.match(ended.complaints, problem)
    }
    assert.doesNotMatch(ended.complaints, /hunter|shout/)
    assertReadable(ended)
  })

  for (const [what, content] of [
    ['no YAML', 'http: [\n'],
    ['a list', '- http\n'],
    ['nothing', ''],
  ] as const) {
    it(`complains of a settings file that holds ${what}`, async () => {
      const ended = await runCli([
        'check',
        '--config',
        await fileWith(folder.path, 'x.yaml', content),
      ])
      assert.equal(ended.code, 78, ended.complaints)
      assertReadable(ended)
    })
  }

  it('complains of files that cannot be read, by their names', async () => {
    const ended = await runCli(['serve', '--config', '/nonexistent.yaml'])
    assert.equal(ended.code, 78)
    assert.match(ended.complaints, /\/nonexistent\.yaml cannot be read/)
    const secret = await runCli(['serve', '--config', preset], {
      SCIM_DIRECTORY_BIND_PASSWORD_FILE: '/nonexistent.secret',
    })
    assert.equal(secret.code, 78)
    assert.match(secret.complaints, /directory\.bindPasswordFile names a file that cannot be read/)
  })
})

/** The same without a process of its own. */
async function runHere(args: readonly string[]): Promise<Ended> {
  const [out, complaints]: [string[], string[]] = [[], []]
  const terminal = {
    environment: {},
    print: (line: string) => void out.push(`${line}\n`),
    complain: (line: string) => void complaints.push(`${line}\n`),
  }
  const code = await run(args, terminal, {
    stopped: async () => 'SIGTERM',
    onReload: () => {},
  })
  return { code, out: out.join(''), complaints: complaints.join('') }
}

function assertReadable({ complaints }: Ended): void {
  assert.doesNotMatch(complaints, /\n\s+at |node:internal|file:\/\//)
}
