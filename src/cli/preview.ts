import { readFile } from 'node:fs/promises'
import type { Settings } from '../config/settings.ts'
import { createLogger } from '../logging/create-logger.ts'
import type {
  ResourceService,
  WriteRequest,
  WriteResult,
} from '../provisioning/resource-service.ts'
import { ScimError } from '../scim/error.ts'
import { isJsonObject, type JsonObject } from '../scim/json.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage.ts'

/** The request whose LDIF is asked for. */
export interface PreviewRequest {
  readonly method: string
  /** Below the SCIM root: `/Users`, `/Groups/{id}`. */
  readonly path: string
  readonly bodyFile: string | undefined
}

/** Prints what a request would write, and writes nothing.
 *  @throws {UsageError} when the request is no write. */
export async function preview(
  settings: Settings,
  request: PreviewRequest,
  terminal: Terminal,
): Promise<ExitCode> {
  const body = request.bodyFile === undefined ? {} : await readBody(request.bodyFile)
  const logger = createLogger({ ...settings.logging, level: 'error' }, { stream: process.stderr })
  const bridge = await openBridge(settings, logger)
  try {
    const result = await planOf(bridge, request, body)
    const ldif = result.kind === 'planned' ? result.ldif : ''
    terminal.print(ldif === '' ? '# Nothing would be changed.' : ldif.trimEnd())
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    terminal.complain(`${error.status} ${error.scimType ?? ''}: ${error.message}`)
    return error.status === 503 ? exitCodes.unavailable : exitCodes.failed
  } finally {
    await bridge.close()
  }
}

async function planOf(
  bridge: Bridge,
  { method, path }: PreviewRequest,
  body: JsonObject,
): Promise<WriteResult> {
  const [, endpoint = '', id] = path.split('/')
  const service = { users: bridge.users, groups: bridge.groups }[endpoint.toLowerCase()]
  if (service === undefined)
    throw new UsageError(`${path} is neither below /Users nor below /Groups`)
  const write = writeOf(service, id === undefined ? undefined : decodeURIComponent(id), body)
  const planned = write[method.toUpperCase()]
  if (planned === undefined) throw new UsageError(`${method} ${path} is no request that writes`)
  return await planned(dryRun(method, path))
}

type Write = (request: WriteRequest) => Promise<WriteResult>

function writeOf(
  service: ResourceService,
  id: string | undefined,
  body: JsonObject,
): Readonly<Record<string, Write>> {
  if (id === undefined) return { POST: (request) => service.create(body, request) }
  return {
    PUT: (request) => service.replace(id, body, request),
    PATCH: (request) => service.patch(id, body, request),
    DELETE: (request) => service.delete(id, request),
  }
}

function dryRun(method: string, path: string): WriteRequest {
  const reason = {
    requestId: 'preview',
    actor: 'command line',
    clientAddress: 'local',
    method,
    path,
  }
  return { context: { reason, baseUrl: '' }, isDryRun: true }
}

async function readBody(file: string): Promise<JsonObject> {
  try {
    const body: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (isJsonObject(body)) return body
  } catch (cause) {
    throw new UsageError(`the body cannot be read from ${file}: ${reasonOf(cause)}`, { cause })
  }
  throw new UsageError(`${file} holds no JSON object`)
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is no JSON'
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
