import { readFile } from 'node:fs/promises'
import type { Tenant } from '../config/settings.ts'
import { createLogger } from '../logging/create-logger.ts'
import type {
  ResourceService,
  WriteRequest,
  WriteResult,
} from '../provisioning/resource-service.ts'
import { ScimError } from '../scim/error.ts'
import { isJsonObject, type JsonObject } from '../scim/json.ts'
import { type Bridge, openReadingBridge } from './bridge.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { reasonOf } from './startup-check.ts'
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
  settings: Tenant,
  request: PreviewRequest,
  terminal: Terminal,
): Promise<ExitCode> {
  const body = request.bodyFile === undefined ? undefined : await readBody(request.bodyFile)
  const logger = createLogger({ ...settings.logging, level: 'error' }, { stream: process.stderr })
  const bridge = await openReadingBridge(settings, logger)
  try {
    const result = await plannedBy(bridge, targetOf(request, settings), body)
    const ldif = result.kind === 'planned' ? result.ldif : ''
    terminal.print(ldif === '' ? '# Nothing would be changed.' : ldif.trimEnd())
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    terminal.complain(refusalOf(error))
    return exitCodeOf(error)
  } finally {
    await bridge.close()
  }
}

/** What a client would be told, and behind it the reasons that are not for a client. */
function refusalOf(error: ScimError): string {
  const head = [error.status, ...(error.scimType === undefined ? [] : [error.scimType])].join(' ')
  const { cause } = error
  const isOurs = error.status >= 500 && cause instanceof Error
  return `${head}: ${error.message}${isOurs ? `\n${reasonOf(cause)}` : ''}`
}

function exitCodeOf({ status }: ScimError): ExitCode {
  if (status === 503) return exitCodes.unavailable
  return status >= 500 ? exitCodes.config : exitCodes.failed
}

/** What a request is for. */
interface Target {
  readonly method: string
  /** Below the SCIM root. */
  readonly path: string
}

/** The path may also be that of a request as a client sends it: the SCIM root in front, a query behind. */
function targetOf({ method, path }: PreviewRequest, { http }: Tenant): Target {
  const { basePath } = http
  const [plain = ''] = path.split('?')
  const isWhole = plain.startsWith(`${basePath}/`)
  const below = isWhole ? plain.slice(basePath.length) : plain
  return { method: method.toUpperCase(), path: below.startsWith('/') ? below : `/${below}` }
}

async function plannedBy(
  bridge: Bridge,
  target: Target,
  body: JsonObject | undefined,
): Promise<WriteResult> {
  const { method, path } = target
  const [, endpoint = '', id] = path.split('/')
  const service = { users: bridge.users, groups: bridge.groups }[endpoint.toLowerCase()]
  if (service === undefined) {
    throw new UsageError(`${path} is neither below /Users nor below /Groups.`)
  }
  const planned = writesOf(service, id === undefined ? undefined : decoded(id), body ?? {})[method]
  if (planned === undefined) throw new UsageError(`${method} ${path} is no request that writes.`)
  if (body === undefined && method !== 'DELETE') {
    throw new UsageError(`${method} needs a body: --body FILE, with the JSON of the request.`)
  }
  return await planned(dryRun(target))
}

/** An id whose encoding is broken is found nowhere. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

type Write = (request: WriteRequest) => Promise<WriteResult>

function writesOf(
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

function dryRun({ method, path }: Target): WriteRequest {
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
    throw new UsageError(`The body cannot be read from ${file}: ${whyUnreadable(cause)}.`, {
      cause,
    })
  }
  throw new UsageError(`${file} holds no JSON object.`)
}

function whyUnreadable(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is no JSON'
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
