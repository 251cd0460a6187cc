import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Flag, NonEmptyString, Port, PositiveInteger } from '../../../src/codec/scalars.ts'
import { optional, required, settings, withDefault } from '../../../src/codec/settings.ts'
import { listOf, mapOf, oneOf } from '../../../src/codec/structures.ts'
import type { Environment } from '../../../src/config/environment-source.ts'
import { loadSection, loadSettings, type Override } from '../../../src/config/load-settings.ts'
import { SettingsError } from '../../../src/config/settings-error.ts'

const doc = { text: 'A setting.' }

const Bridge = settings('Bridge', {
  http: required(
    settings('Http', {
      port: withDefault(Port, 8080, doc),
      tls: optional(settings('Tls', { keyFile: required(NonEmptyString, doc) }), doc),
      tokens: withDefault(
        listOf(settings('Token', { name: required(NonEmptyString, doc) })),
        [],
        doc,
      ),
    }),
    doc,
  ),
  directory: required(
    settings(
      'Directory',
      {
        urls: required(oneOf({ scalar: NonEmptyString, list: listOf(NonEmptyString) }), doc),
        bindPassword: optional(NonEmptyString, { ...doc, isSecret: true }),
        startTls: withDefault(Flag, false, doc),
        maxInFlight: withDefault(PositiveInteger, 32, doc),
      },
      ({ urls, startTls }) =>
        startTls && urls === 'ldaps://a' ? [{ path: 'startTls', reason: 'must be false' }] : [],
    ),
    doc,
  ),
  users: required(
    settings('Users', { attributes: withDefault(mapOf(NonEmptyString), {}, doc) }),
    doc,
  ),
})

const least = { http: { port: 8080, tokens: [] }, users: { attributes: {} } }

describe('loadSettings', () => {
  let folder: string
  let file: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'settings-'))
    file = join(folder, 'bridge.yaml')
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  async function load(
    text: string,
    environment: Environment = {},
    overrides: readonly Override[] = [],
  ) {
    await writeFile(file, text)
    return loadSettings({ file, environment, overrides }, Bridge)
  }

  async function problemsOf(
    text: string,
    environment: Environment = {},
    overrides: readonly Override[] = [],
  ): Promise<readonly string[]> {
    try {
      await load(text, environment, overrides)
    } catch (error) {
      assert.ok(error instanceof SettingsError)
      return error.message
        .replaceAll(folder, '')
        .split('\n')
        .slice(1)
        .map((line) => line.trim())
    }
    return []
  }

  it('reads a file and fills in defaults', async () => {
    assert.deepEqual(await load('directory:\n  urls: ldaps://a\n  bindPassword: 0123\n'), {
      ...least,
      directory: { urls: 'ldaps://a', bindPassword: '0123', startTls: false, maxInFlight: 32 },
    })
  })

  it('lets the environment win over the file, and arguments over the environment', async () => {
    const loaded = await load(
      'http: { port: 1 }\ndirectory: { urls: ldaps://a, maxInFlight: 1 }\n',
      { SCIM_HTTP_PORT: '2', SCIM_DIRECTORY_MAX_IN_FLIGHT: '2', PATH: '/bin' },
      [{ keys: ['http', 'port'], value: '3', source: '--port' }],
    )
    assert.equal(loaded.http.port, 3)
    assert.equal(loaded.directory.maxInFlight, 2)
    assert.equal(loaded.directory.urls, 'ldaps://a')
  })

  it('needs no file', async () => {
    const environment = { SCIM_DIRECTORY_URLS: 'ldaps://a', SCIM_HTTP_TLS_KEY_FILE: 'key.pem' }
    const loaded = await loadSettings({ environment }, Bridge)
    assert.equal(loaded.directory.urls, 'ldaps://a')
    assert.deepEqual(loaded.http.tls, { keyFile: 'key.pem' })
  })

  it('reads lists and maps in variables as YAML in one line', async () => {
    const loaded = await load('', {
      SCIM_DIRECTORY_URLS: '[ldaps://a, "ldaps://b"]',
      SCIM_HTTP_TOKENS: '[{name: a}]',
      SCIM_USERS_ATTRIBUTES: '{"userName": "uid"}',
      SCIM_DIRECTORY_BIND_PASSWORD: '[not a list',
    })
    assert.deepEqual(loaded.directory.urls, ['ldaps://a', 'ldaps://b'])
    assert.deepEqual(loaded.http.tokens, [{ name: 'a' }])
    assert.deepEqual(loaded.users.attributes, { userName: 'uid' })
    assert.equal(loaded.directory.bindPassword, '[not a list')
  })

  it('reads a value from the file that a variable with _FILE names, without the line end', async () => {
    const secret = join(folder, 'secret')
    await writeFile(secret, ' hunter2 \r\n')
    const { directory } = await load('directory: { urls: a, bindPassword: x }', {
      SCIM_DIRECTORY_BIND_PASSWORD_FILE: secret,
    })
    assert.equal(directory.bindPassword, ' hunter2 ')
  })

  it('takes a setting whose own name ends with _FILE for that setting', async () => {
    const { http } = await load('directory: { urls: a }', { SCIM_HTTP_TLS_KEY_FILE: '/absent' })
    assert.deepEqual(http.tls, { keyFile: '/absent' })
  })

  it('takes an empty variable as unset, as docker compose passes those that have no value', async () => {
    const environment = { SCIM_HTTP_PORT: '', SCIM_DIRECTORY_BIND_PASSWORD_FILE: '', SCIM_NONE: '' }
    const loaded = await load('directory: { urls: a }', environment)
    assert.equal(loaded.http.port, 8080)
  })

  it('passes over the variables by which Kubernetes describes a service whose name starts with scim', async () => {
    const loaded = await load('directory: { urls: a }', {
      SCIM_HTTP_PORT: 'tcp://10.0.0.1:8080',
      SCIM_HTTP_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
      SCIM_HTTP_PORT_8080_TCP_PROTO: 'tcp',
      SCIM_HTTP_SERVICE_HOST: '10.0.0.1',
      SCIM_HTTP_SERVICE_PORT: '8080',
    })
    assert.equal(loaded.http.port, 8080)
  })

  it('reports every problem of every source, each with the place it was written', async () => {
    const text =
      'http:\n  port: 65536\n  tokens:\n    - name: a\n    - nam: b\ndirectory:\n  startTls: maybe\n'
    const problems = await problemsOf(
      text,
      {
        SCIM_DIRECTORY_BIND_PASSWORT: 'hunter2',
        SCIM_DIRECTORY_BIND_PASSWORD_FILE: join(folder, 'absent'),
        SCIM_USERS_ATTRIBUTES: '{a',
        SCIM_DIRECTORY_MAX_IN_FLIGHT: '0',
        SCIM_ZEBRA: 'x',
      },
      [{ keys: ['http', 'tls', 'keyFile'], value: '', source: '--key' }],
    )
    assert.deepEqual(problems, [
      'SCIM_DIRECTORY_BIND_PASSWORT is not a setting; did you mean SCIM_DIRECTORY_BIND_PASSWORD?',
      'SCIM_DIRECTORY_BIND_PASSWORD_FILE: directory.bindPassword is in a file that cannot be read (ENOENT)',
      'SCIM_USERS_ATTRIBUTES: users.attributes must be a list or map in YAML',
      'SCIM_ZEBRA is not a setting',
      '/bridge.yaml:2: http.port must be a port from 0 to 65535',
      '--key: http.tls.keyFile must be text that is not empty',
      '/bridge.yaml:5: http.tokens[1].nam is not a setting; did you mean name?',
      '/bridge.yaml:5: http.tokens[1].name is required',
      '/bridge.yaml:6: directory.urls is required',
      '/bridge.yaml:7: directory.startTls must be true or false',
      'SCIM_DIRECTORY_MAX_IN_FLIGHT: directory.maxInFlight must be a whole number >= 1',
    ])
  })

  it('counts the problems in the headline', async () => {
    await assert.rejects(load('http: { port: x }'), {
      name: 'SettingsError',
      message: [
        'The settings have 2 problems:',
        `  ${file}:1: http.port must be a port from 0 to 65535`,
        `  ${file}: directory.urls is required`,
      ].join('\n'),
    })
    await assert.rejects(loadSettings({ environment: {} }, Bridge), {
      message: 'The settings have a problem:\n  directory.urls is required',
    })
  })

  it('reports what does not hold between keys', async () => {
    assert.deepEqual(await problemsOf('directory:\n  urls: ldaps://a\n  startTls: true\n'), [
      '/bridge.yaml:3: directory.startTls must be false',
    ])
  })

  it('refuses a variable and its _FILE together, because nobody can tell which was meant', async () => {
    const secret = join(folder, 'secret')
    await writeFile(secret, 'x')
    assert.deepEqual(
      await problemsOf('directory: { urls: a }', {
        SCIM_DIRECTORY_BIND_PASSWORD: 'y',
        SCIM_DIRECTORY_BIND_PASSWORD_FILE: secret,
      }),
      ['SCIM_DIRECTORY_BIND_PASSWORD_FILE: directory.bindPassword is given by two variables'],
    )
  })

  it('reports a section that is something else, though the environment sets a key of it', async () => {
    assert.deepEqual(await problemsOf('directory: x\n', { SCIM_DIRECTORY_URLS: 'ldaps://a' }), [
      '/bridge.yaml:1: directory must be an object',
    ])
  })

  it('reports of a broken file only that it is broken, and the environment beside it', async () => {
    assert.deepEqual(await problemsOf('http: [\n', { SCIM_ZEBRA: 'x' }), [
      '/bridge.yaml:2 is not valid YAML: bad indent',
      'SCIM_ZEBRA is not a setting',
    ])
  })

  it('reports a file that cannot be read', async () => {
    await assert.rejects(loadSettings({ file: folder, environment: {} }, Bridge), {
      message: `The settings have a problem:\n  ${folder} cannot be read (EISDIR)`,
    })
  })

  it('never shows a value', async () => {
    const problems = await problemsOf(
      'http: { port: hunter2 }\ndirectory: { urls: {hunter2: x}, bindPassword: [hunter2] }',
      { SCIM_USERS_ATTRIBUTES: '{hunter2', SCIM_DIRECTORY_START_TLS: 'hunter2' },
      [{ keys: ['directory', 'maxInFlight'], value: 'hunter2', source: '--max' }],
    )
    assert.equal(problems.length, 6)
    assert.ok(!problems.join('\n').includes('hunter2'))
  })
})

describe('loadSection', () => {
  const Http = settings('Http', { port: withDefault(Port, 8080, doc) })

  it('reads one section of the environment, and leaves the files of secrets of the others alone', async () => {
    const environment = {
      SCIM_HTTP_PORT: '8443',
      SCIM_DIRECTORY_BIND_PASSWORD_FILE: '/nonexistent',
      SCIM_NONSENSE: 'x',
    }
    assert.deepEqual(await loadSection({ environment }, 'http', Http), { port: 8443 })
  })

  it('fails with every problem of the section', async () => {
    const environment = { SCIM_HTTP_PORT: 'many', SCIM_HTTP_PROT: '1' }
    await assert.rejects(loadSection({ environment }, 'http', Http), (error) => {
      assert.ok(error instanceof SettingsError)
      assert.deepEqual(
        error.problems.map(({ source }) => source),
        ['SCIM_HTTP_PROT', 'SCIM_HTTP_PORT'],
      )
      return true
    })
  })
})
