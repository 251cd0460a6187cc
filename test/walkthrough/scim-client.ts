import type { JsonObject, JsonValue } from '../../src/scim/json.ts'

/** A request and its answer. */
export interface Exchange {
  readonly method: string
  /** Below the SCIM root, query included. */
  readonly path: string
  readonly body?: JsonValue
  readonly status: number
  readonly headers: Headers
  /** The answer's JSON; `undefined` when it has none. */
  readonly answer: JsonObject | undefined
  readonly text: string
}

/** What a request has beside method and path. */
export interface RequestOptions {
  readonly body?: JsonValue
  readonly headers?: Readonly<Record<string, string>>
}

/** A SCIM client that knows nothing of the server but its URL: what goes over the wire is what a test wrote. */
export class ScimClient {
  readonly baseUrl: string
  readonly #token: string
  readonly #onExchange: (exchange: Exchange) => Promise<void> | void

  /** @param onExchange told of every exchange when it is over. */
  constructor(
    baseUrl: string,
    token: string,
    onExchange: (exchange: Exchange) => Promise<void> | void = () => {},
  ) {
    this.baseUrl = baseUrl
    this.#token = token
    this.#onExchange = onExchange
  }

  async send(method: string, path: string, options: RequestOptions = {}): Promise<Exchange> {
    const { body, headers = {} } = options
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    const exchange: Exchange = {
      method,
      path,
      ...(body === undefined ? {} : { body }),
      status: response.status,
      headers: response.headers,
      answer: isJson ? (JSON.parse(text) as JsonObject) : undefined,
      text,
    }
    await this.#onExchange(exchange)
    return exchange
  }

  async get(path: string, headers?: Readonly<Record<string, string>>): Promise<Exchange> {
    return await this.send('GET', path, headers === undefined ? {} : { headers })
  }

  async post(path: string, body: JsonValue): Promise<Exchange> {
    return await this.send('POST', path, { body })
  }

  async put(path: string, body: JsonValue): Promise<Exchange> {
    return await this.send('PUT', path, { body })
  }

  async patch(path: string, body: JsonValue): Promise<Exchange> {
    return await this.send('PATCH', path, { body })
  }

  async delete(path: string): Promise<Exchange> {
    return await this.send('DELETE', path)
  }
}
