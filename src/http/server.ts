import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../logging/logger.ts'
import { WatchedCertificate } from './certificate.ts'
import { maxHeaderBytes, refuseClient, refuseTunnel } from './client-error.ts'
import { shareConnections } from './connection-share.ts'
import { lingerAfter } from './linger.ts'
import type { HttpSettings, TlsSettings } from './settings.ts'
import type { ScimApp } from './state.ts'

/** The settings of the server; those that requests are answered by are not among them. */
export type ServerSettings = Pick<
  HttpSettings,
  | 'host'
  | 'port'
  | 'tls'
  | 'trustedProxies'
  | 'maxConnections'
  | 'maxConnectionsPerAddress'
  | 'requestTimeoutMs'
  | 'stallTimeoutMs'
  | 'keepAliveTimeoutMs'
  | 'shutdownDelayMs'
  | 'shutdownGraceMs'
>

/** A server that listens. */
export interface RunningServer {
  /** Where it listens: `https://127.0.0.1:8443`. */
  readonly address: string
  /** Whether it was told to stop; from then on it is not ready. */
  readonly isStopping: boolean
  /** Stops: says so for `shutdownDelayMs`, accepts no more, closes what is idle, finishes what is under way, and
   *  cuts it off after the grace. Called again, it waits for the same end. */
  stop(graceMs?: number): Promise<void>
}

const longestHeadersMs = 20_000

/** Listens.
 *  @throws when the address cannot be had, or the certificate is of no use. */
export async function startServer(
  app: ScimApp,
  settings: ServerSettings,
  logger: Logger,
): Promise<RunningServer> {
  const server = createServer(settings, logger)
  server.listen(settings.port, settings.host)
  await once(server, 'listening')
  const running = new ListeningServer(server, settings)
  const answer = app.callback()
  server.on('request', (request, response) => {
    // What follows the last answer of a connection passes by with the rest.
    if (request.socket.writableEnded) return
    // Before the application, so that every answer that is under way when the server stops is known.
    running.track(response)
    lingerAfter(request, response, settings.requestTimeoutMs)
    void answer(request, response)
  })
  // What else a client expects is passed over, as it may be. RFC 9110 §10.1.1
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  server.on(
    'clientError',
    refuseClient(logger, (socket) => running.isBegun(socket)),
  )
  server.on('connect', refuseTunnel(logger))
  return running
}

/** How long a request, and its headers or the TLS handshake before it, may take, as Node names that, in milliseconds. */
export function timeLimits({
  requestTimeoutMs,
}: Pick<ServerSettings, 'requestTimeoutMs'>): Required<
  Pick<http.ServerOptions, 'requestTimeout' | 'headersTimeout' | 'connectionsCheckingInterval'>
> {
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(requestTimeoutMs, longestHeadersMs),
    connectionsCheckingInterval: Math.min(Math.ceil(requestTimeoutMs / 4), 5000),
  }
}

function createServer(settings: ServerSettings, logger: Logger): http.Server | https.Server {
  const { tls } = settings
  const options: http.ServerOptions = {
    ...timeLimits(settings),
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
    // The application asks for it, and says so.
    requireHostHeader: false,
  }
  const server =
    tls === undefined ? http.createServer(options) : createTlsServer(options, tls, logger)
  server.setTimeout(settings.stallTimeoutMs)
  server.maxConnections = settings.maxConnections
  // Behind proxies all connections are theirs.
  if (settings.trustedProxies === 0) {
    shareConnections(server, settings.maxConnectionsPerAddress, logger)
  }
  return server
}

function createTlsServer(
  options: http.ServerOptions,
  tls: TlsSettings,
  logger: Logger,
): https.Server {
  const certificate = new WatchedCertificate(tls)
  const server = https.createServer({
    ...options,
    ...certificate.options,
    requestCert: tls.clientCertificates !== 'none',
    // What is no TLS has no headers to be late with.
    handshakeTimeout: options.headersTimeout,
    // The application looks at them, and says what is wrong.
    rejectUnauthorized: false,
  })
  server.once('close', certificate.watch(server, logger))
  return server
}

class ListeningServer implements RunningServer {
  readonly address: string
  readonly #server: http.Server | https.Server
  readonly #settings: ServerSettings
  readonly #underWay = new Set<http.ServerResponse>()
  #stopped: Promise<void> | undefined

  constructor(server: http.Server | https.Server, settings: ServerSettings) {
    this.#server = server
    this.#settings = settings
    this.address = addressOf(server)
    const closeIdle = server.closeIdleConnections.bind(server)
    // Node takes an answer for sent when the last of it has been handed over, also where the client has yet to read megabytes of it,
    // and closes idle connections when the server closes.
    server.closeIdleConnections = () => {
      if (!this.#underWay.values().some((response) => response.writableEnded)) closeIdle()
    }
  }

  get isStopping(): boolean {
    return this.#stopped !== undefined
  }

  /** Keeps account of an answer until it is sent. */
  track(response: http.ServerResponse): void {
    this.#underWay.add(response)
    response.once('close', () => {
      this.#underWay.delete(response)
      if (!this.#server.listening) this.#server.closeIdleConnections()
    })
    if (this.isStopping) endConnectionAfter(response)
  }

  /** Whether an answer on the connection has been sent in part. */
  isBegun(socket: Duplex): boolean {
    return this.#underWay.values().some((each) => each.socket === socket && each.headersSent)
  }

  stop(graceMs = this.#settings.shutdownGraceMs): Promise<void> {
    this.#stopped ??= this.#stop(graceMs)
    return this.#stopped
  }

  async #stop(graceMs: number): Promise<void> {
    for (const response of this.#underWay) endConnectionAfter(response)
    const { shutdownDelayMs } = this.#settings
    if (shutdownDelayMs > 0) await delay(shutdownDelayMs)
    const closed = once(this.#server, 'close')
    this.#server.close()
    const force = setTimeout(() => this.#server.closeAllConnections(), graceMs)
    await closed
    clearTimeout(force)
  }
}

function addressOf(server: http.Server | https.Server): string {
  const { address, port, family } = server.address() as AddressInfo
  const scheme = server instanceof https.Server ? 'https' : 'http'
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** Otherwise the connection would stay open for further requests, and the server with it. */
function endConnectionAfter(response: http.ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}
