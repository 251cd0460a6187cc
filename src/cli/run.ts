import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { DecodeError } from '../codec/decode.ts'
import { loadSection, loadSettings } from '../config/load-settings.ts'
import { SettingsError } from '../config/settings-error.ts'
import type { Settings, Tenant } from '../config/settings.ts'
import { HttpSettings } from '../http/settings.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { health } from './health.ts'
import type { PreviewRequest } from './preview.ts'
import type { Signals } from './signals.ts'
import type { Terminal } from './terminal.ts'
import { token } from './token.ts'
import { usage, UsageError } from './usage.ts'

/** Runs one command line.
 *  @param signals for a command that serves. */
export async function run(
  argv: readonly string[],
  terminal: Terminal,
  signals: Signals,
): Promise<ExitCode> {
  try {
    return await dispatch(argv, terminal, signals)
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.complain(`${error.message}\n\n${usage}`)
      return exitCodes.usage
    }
    const isConfig = [SettingsError, DecodeError].some((type) => error instanceof type)
    if (!isConfig || !(error instanceof Error)) throw error
    terminal.complain(error.message)
    return exitCodes.config
  }
}

async function dispatch(
  argv: readonly string[],
  terminal: Terminal,
  signals: Signals,
): Promise<ExitCode> {
  const { values, positionals } = parse(argv)
  if (values.help === true) {
    terminal.print(usage)
    return exitCodes.ok
  }
  if (values.version === true) {
    terminal.print(await version())
    return exitCodes.ok
  }
  return await runCommand({ values, positionals }, terminal, signals)
}

/** Each command loads what it needs: `health` is run every few seconds, and has no use for the rest of the bridge. */
async function runCommand(
  { values, positionals }: ReturnType<typeof parseAll>,
  terminal: Terminal,
  signals: Signals,
): Promise<ExitCode> {
  const [command, ...rest] = positionals
  switch (command) {
    case 'serve': {
      refuseMore(rest)
      const { serve } = await import('./serve.ts')
      const readSettings = (): Promise<Settings> => settingsOf(values.config, terminal)
      return await serve(await readSettings(), terminal, { ...signals, readSettings })
    }
    case 'check': {
      refuseMore(rest)
      const { check } = await import('./check.ts')
      const settings = await settingsOf(values.config, terminal)
      return await check(settings, await tenantsOf(settings, values.tenant), terminal)
    }
    case 'preview': {
      const request = previewRequest(rest, values.body)
      const { preview } = await import('./preview.ts')
      const settings = await settingsOf(values.config, terminal)
      const [tenant] = await tenantsOf(settings, values.tenant)
      return await preview(tenant, request, terminal)
    }
    case 'brake': {
      refuseMore(rest)
      const isReleased = values.release === true
      const { brake } = await import('./brake.ts')
      const settings = await settingsOf(values.config, terminal)
      const [tenant] = await tenantsOf(settings, values.tenant)
      return await brake(tenant, isReleased, terminal)
    }
    case 'health': {
      refuseMore(rest)
      const { environment } = terminal
      const sources = { file: fileOf(values.config), environment }
      return await health(await loadSection(sources, 'http', HttpSettings), terminal)
    }
    case 'token':
      refuseMore(rest)
      return token({ name: values.name, expires: values.expires, rights: values.rights }, terminal)
    case undefined:
      throw new UsageError('A command is missing.')
    default:
      throw new UsageError(`There is no command ${JSON.stringify(command)}.`)
  }
}

function previewRequest(
  [method, path, ...more]: readonly string[],
  bodyFile: string | undefined,
): PreviewRequest {
  if (method === undefined || path === undefined) {
    throw new UsageError('preview needs a method and a path, such as POST /Users.')
  }
  refuseMore(more)
  return { method, path, bodyFile }
}

/** What is passed over in silence was meant to say something. */
function refuseMore([argument]: readonly string[]): void {
  if (argument !== undefined) {
    throw new UsageError(`${JSON.stringify(argument)} is one argument too many.`)
  }
}

const options = {
  config: { type: 'string', short: 'c' },
  body: { type: 'string', short: 'b' },
  tenant: { type: 'string' },
  name: { type: 'string' },
  expires: { type: 'string' },
  rights: { type: 'string' },
  release: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

function parse(argv: readonly string[]): ReturnType<typeof parseAll> {
  try {
    return parseAll(argv)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new UsageError(cause.message, { cause })
  }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- parseArgs infers it from the options.
function parseAll(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
}

async function settingsOf(file: string | undefined, { environment }: Terminal): Promise<Settings> {
  const source = { file: fileOf(file), environment }
  const { Settings: codec } = await import('../config/settings.ts')
  const settings = await loadSettings(source, codec)
  const { checkTenants } = await import('./tenant-check.ts')
  const problems = checkTenants(settings)
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}

async function tenantsOf(
  settings: Settings,
  name: string | undefined,
): Promise<readonly [Tenant, ...Tenant[]]> {
  const { chooseTenants } = await import('./tenant-choice.ts')
  return chooseTenants(settings, name)
}

function fileOf(config: string | undefined): string {
  if (config === undefined) throw new UsageError('--config FILE is missing.')
  return config
}

async function version(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url)
  const { version: number } = JSON.parse(await readFile(file, 'utf8')) as { version: string }
  return number
}
