import { decode } from '../../../src/codec/decode.ts'
import { createApp } from '../../../src/http/app.ts'
import { startServer } from '../../../src/http/server.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { HttpSettings } from '../../../src/http/settings.ts'
import { hashToken, TokenTable } from '../../../src/http/tokens.ts'
import type { Discovery } from '../../../src/provisioning/discovery.ts'
import { groupResourceType, userResourceType } from '../../../src/scim/schema/resource-types.ts'
import { RecordingLogger } from './recording-logger.ts'
import { ResourceServiceDouble } from './resource-service-double.ts'

/** The token that the settings of every application under test know. */
export const token = 'sdb_test'

/** The moment at which every application under test believes to be. */
export const now = new Date('2026-11-22T12:00:00Z')

/** An answer, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The text as JSON; nothing when it is empty. */
  readonly body: unknown
}

/** How a request differs from a GET with a good token. */
export interface RequestOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes go as they are, anything else as JSON. */
  readonly body?: unknown
}

/** The whole application over real HTTP, on doubles of the resource services. */
export class AppUnderTest {
  readonly users = new ResourceServiceDouble('/Users')
  readonly groups = new ResourceServiceDouble('/Groups')
  readonly logger = new RecordingLogger()
  isReady: () => Promise<boolean> = () => Promise.resolve(true)
  #server: RunningServer | undefined

  /** Listens on a free port. */
  static async start(settings: object = {}): Promise<AppUnderTest> {
    const tested = new AppUnderTest()
    const discovery: Discovery = {
      resourceTypes: () => Promise.resolve([userResourceType, groupResourceType]),
      features: () => Promise.resolve({ changePassword: true, sort: false, etag: true }),
      maxResults: 1000,
    }
    const tokens = [{ name: 'onelogin', sha256: hashToken(token) }]
    const decoded = decode(HttpSettings, { port: 0, tokens, ...settings })
    const app = createApp({
      tenants: [
        {
          users: tested.users,
          groups: tested.groups,
          discovery,
          tokens: new TokenTable(decoded.tokens, () => now),
          settings: decoded,
          logger: tested.logger,
        },
      ],
      settings: decoded,
      logger: tested.logger,
      isReady: () => tested.isReady(),
    })
    tested.#server = await startServer(app, decoded, tested.logger)
    return tested
  }

  get server(): RunningServer {
    if (this.#server === undefined) throw new Error('not started')
    return this.#server
  }

  /** The SCIM root with the default base path. */
  get baseUrl(): string {
    return `${this.server.address}/scim/v2`
  }

  /** Sends a request to a path below the SCIM root. */
  scim(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.send(`/scim/v2${path}`, options)
  }

  /** Sends a request to any path. */
  async send(
    path: string,
    { method = 'GET', headers, body }: RequestOptions = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.server.address}${path}`, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, ...typeOf(body), ...headers },
      body: toText(body),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
    const parsed: unknown = isJson ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers, text, body: parsed }
  }

  /** Stops at once. */
  async stop(): Promise<void> {
    await this.server.stop(1)
  }
}

function toText(body: unknown): string | Uint8Array<ArrayBuffer> | null {
  if (body === undefined) return null
  return isSendable(body) ? body : JSON.stringify(body)
}

function typeOf(body: unknown): Readonly<Record<string, string>> {
  return body === undefined || isSendable(body) ? {} : { 'content-type': 'application/json' }
}

function isSendable(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array
}

/** The body that RFC 7644 §3.12 prescribes for an error. */
export function errorBody(status: number, detail: string, scimType?: string): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  }
}
