import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseDocument } from 'yaml'
import { openBridges } from '../../src/cli/bridge.ts'
import { createService } from '../../src/cli/service.ts'
import { TenantTokens } from '../../src/cli/tenant-tokens.ts'
import { variableOf } from '../../src/config/declared-setting.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import { Settings } from '../../src/config/settings.ts'
import { startServer } from '../../src/http/server.ts'
import { hashToken } from '../../src/http/tokens.ts'
import type { JournalRecord } from '../../src/journal/record.ts'
import type { LogFields, Logger } from '../../src/logging/logger.ts'
import { ScimClient } from '../walkthrough/scim-client.ts'
import { addSection, type DirectorySection } from './directory-section.ts'
import type { DirectoryEndpoint } from './directory-server.ts'
import { exampleTree } from './openldap-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** An event the bridge has logged. */
export interface LoggedEvent {
  readonly level: string
  readonly message: string
  readonly fields: LogFields
  readonly error?: unknown
}

/** A bridge within the test's own process, on a section of a directory that is its alone. */
export interface TestBridge {
  readonly scim: ScimClient
  readonly baseUrl: string
  readonly token: string
  readonly section: DirectorySection
  readonly events: readonly LoggedEvent[]
  /** The journal so far. */
  journal(): Promise<readonly JournalRecord[]>
  /** What was sent to the directory for a request, by its X-Request-Id. */
  ldifOf(requestId: string | null): Promise<string>
  close(): Promise<void>
}

/** Settings beside the preset, by path: `{ 'users.manager.unknown': 'reject' }`; a value is YAML in one line. */
export type Overrides = Readonly<Record<string, string>>

/** Where a bridge under test works, and how. */
export interface BridgePlace {
  readonly preset: string
  readonly people: string
  readonly groups: string
  /** Settings of the preset that are taken out, by path: an environment can change a setting, but not unset it. */
  readonly without?: readonly string[]
}

const openldapPlace: BridgePlace = {
  preset: 'openldap.yaml',
  people: exampleTree.people,
  groups: exampleTree.groups,
}

const presets = path.resolve(import.meta.dirname, '../../config')

/** Opens a bridge.
 *  @param overrides win over the preset, the section's bases among it.
 *  @param place the preset in `config/`, and below what the section is made. */
export async function openTestBridge(
  server: DirectoryEndpoint,
  overrides: Overrides = {},
  place: BridgePlace = openldapPlace,
): Promise<TestBridge> {
  const section = await addSection(server, place)
  const folder = await temporaryFolder('test-bridge')
  const journalFile = path.join(folder.path, 'journal.jsonl')
  const token = randomBytes(24).toString('base64url')
  const values = {
    'http.port': '0',
    'http.tokens': `[{ name: test, sha256: ${hashToken(token)} }]`,
    // Tests send bad tokens on purpose.
    'http.badTokens.maxDelayMs': '0',
    'directory.urls': server.url,
    'directory.bindDn': server.bridge.dn,
    'directory.bindPassword': server.bridge.password,
    'users.base': section.people,
    // The servers of the tests hash what they are given.
    ...(place.preset === openldapPlace.preset && { 'users.password.method': 'userPassword' }),
    'groups.base': section.groups,
    'journal.file': journalFile,
    'journal.sync': 'false',
    // Tests delete many of few.
    'brake.enabled': 'false',
    'brake.entry': `cn=brake,${section.people}`,
    ...overrides,
  }
  const settings = await loadSettings(
    { file: await presetFile(place, folder.path), environment: toEnvironment(values) },
    Settings,
  )
  const events: LoggedEvent[] = []
  const logger = recordingLogger(events)
  const bridges = await openBridges(settings, logger)
  const isReady = async (): Promise<boolean> => {
    const found = bridges.tenants.map(({ bridge }) => bridge.directory.isReachable())
    return (await Promise.all(found)).every(Boolean)
  }
  const app = createService({
    bridges,
    settings,
    tokens: new TenantTokens(settings),
    logger,
    isReady,
  })
  const running = await startServer(app, settings.http, logger)
  for (const { bridge } of bridges.tenants) bridge.parts.caretaker.start()
  const baseUrl = `${running.address}${settings.http.basePath}`
  const journal = async (): Promise<readonly JournalRecord[]> =>
    (await readFile(journalFile, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalRecord)
  return {
    scim: new ScimClient(baseUrl, token),
    baseUrl,
    token,
    section,
    events,
    journal,
    ldifOf: async (requestId) =>
      (await journal())
        .flatMap((record) =>
          record.kind === 'intent' && record.requestId === requestId ? [record.ldif] : [],
        )
        .join('\n'),
    close: async () => {
      await running.stop(0)
      await bridges.close()
      await section.remove()
      await folder.remove()
    },
  }
}

/** The file of the preset, or one in the folder that lacks what the place goes without. */
async function presetFile({ preset, without = [] }: BridgePlace, folder: string): Promise<string> {
  const original = path.join(presets, preset)
  if (without.length === 0) return original
  const document = parseDocument(await readFile(original, 'utf8'))
  for (const setting of without) document.deleteIn(setting.split('.'))
  const file = path.join(folder, preset)
  await writeFile(file, document.toString())
  return file
}

function toEnvironment(values: Overrides): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [variableOf(key.split('.')), value]),
  )
}

function recordingLogger(events: LoggedEvent[]): Logger {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}, error?: unknown): void =>
      void events.push({ level, message, fields, ...(error === undefined ? {} : { error }) })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
