import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { AdminClient } from './admin-client.ts'
import type { DirectoryEndpoint } from './directory-server.ts'
import { programOnPath } from './program-on-path.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** An entry as it is shown: attribute names in lower case, values as text. */
export interface ShownEntry {
  readonly dn: string
  readonly values: (attribute: string) => readonly string[]
}

/** What is below a base in the eyes of the directory's administrator: by the `ldapsearch` of OpenLDAP, so that nothing that the
 *  bridge is made of stands between; where there is none, by ldapts' own client.
 *  @param attributes which of them. */
export async function shownBelow(
  server: DirectoryEndpoint,
  base: string,
  attributes: readonly string[],
): Promise<readonly ShownEntry[]> {
  const program = await programOnPath('ldapsearch')
  if (program !== undefined) return await searchBy(program, server, base, attributes)
  const entries = await new AdminClient(server).search({ base, attributes })
  return entries.map(({ dn, attributes: lists }) =>
    shown(
      dn,
      Object.entries(lists).flatMap(([name, values]) =>
        values.map((value) => [name.toLowerCase(), value] as const),
      ),
    ),
  )
}

/** How the entries were read, in words. */
export async function readerName(): Promise<string> {
  return (await programOnPath('ldapsearch')) === undefined ? 'ldapts' : 'ldapsearch'
}

async function searchBy(
  program: string,
  { url, admin }: DirectoryEndpoint,
  base: string,
  attributes: readonly string[],
): Promise<readonly ShownEntry[]> {
  const folder = await temporaryFolder('ldapsearch')
  try {
    const passwordFile = path.join(folder.path, 'password')
    await writeFile(passwordFile, admin.password, { mode: 0o600 })
    const how = ['-LLL', '-x', '-o', 'ldif-wrap=no', '-H', url, '-D', admin.dn, '-y', passwordFile]
    const { stdout } = await promisify(execFile)(
      program,
      [...how, '-b', base, '(objectClass=*)', ...attributes],
      { maxBuffer: 64 * 1024 * 1024 },
    )
    return stdout
      .split('\n\n')
      .filter((record) => record.trim() !== '')
      .map(entryIn)
  } finally {
    await folder.remove()
  }
}

function entryIn(record: string): ShownEntry {
  const pairs = record.split('\n').flatMap((line) => {
    const match = /^([^:]+)(::?) (.*)$/u.exec(line)
    if (match === null) return []
    const [, name = '', colons, text = ''] = match
    const value = colons === '::' ? Buffer.from(text, 'base64').toString('utf8') : text
    return [[name.toLowerCase(), value] as const]
  })
  const [, dn = ''] = pairs.find(([name]) => name === 'dn') ?? []
  return shown(dn, pairs)
}

function shown(dn: string, pairs: readonly (readonly [string, string])[]): ShownEntry {
  return {
    dn,
    values: (attribute) =>
      pairs.filter(([name]) => name === attribute.toLowerCase()).map(([, value]) => value),
  }
}
