import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { leashed } from '../../../support/leash.ts'
import type { DirectorySection } from '../../../support/directory-section.ts'
import type { OpenldapEndpoint } from '../../../support/openldap-server.ts'

/** What came of a command. */
export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string | null
  /** What it has printed. */
  readonly out: string
  /** What it has complained of. */
  readonly complaints: string
}

/** Variables of the environment; nothing of the environment of the tests is among them but PATH. */
export type Variables = Readonly<Record<string, string>>

const repository = path.resolve(import.meta.dirname, '../../../..')

/** The preset for OpenLDAP. */
export const preset = path.join(repository, 'config/openldap.yaml')

/** The command line of the program with these arguments. */
export async function commandLine(
  args: readonly string[],
): Promise<readonly [string, ...string[]]> {
  return await leashed([process.execPath, path.join(repository, 'src/cli/main.ts'), ...args])
}

/** Runs a command to its end. */
export async function runCli(args: readonly string[], variables: Variables = {}): Promise<Ended> {
  const [program, ...rest] = await commandLine(args)
  const child = spawn(program, rest, {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, complaints] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code: child.exitCode ?? child.signalCode, out, complaints }
}

/** What the preset needs to work on a section of a directory. */
export function directoryVariables(
  server: OpenldapEndpoint,
  { people, groups }: Pick<DirectorySection, 'people' | 'groups'>,
): Variables {
  return {
    SCIM_DIRECTORY_URLS: server.url,
    SCIM_DIRECTORY_BIND_DN: server.bridge.dn,
    SCIM_DIRECTORY_BIND_PASSWORD: server.bridge.password,
    SCIM_USERS_BASE: people,
    SCIM_GROUPS_BASE: groups,
    // The tests of a run share an entry for it.
    SCIM_BRAKE_ENABLED: 'false',
  }
}

/** Writes JSON, or text as it is, to a file; its path. */
export async function fileWith(
  folder: string,
  name: string,
  content: object | string,
): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}
