import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Logger } from '../logging/logger.ts'
import { ScimError, scimErrors } from '../scim/error.ts'
import { errorMessage } from '../scim/message/error-message.ts'
import { plainAddress } from './client-address.ts'
import { answerType } from './media-type.ts'
import { securityHeadersOver } from './middleware/security-headers.ts'

/** The longest request line and headers together, in bytes. */
export const maxHeaderBytes = 16_384

/** How long a refused client may take to stop sending and read its answer, which a connection that is closed upon unread
 *  bytes would lose. */
const lingerMs = 1000

const tunnelRefusal = scimErrors.methodNotAllowed('CONNECT is not possible here.')

/** Answers what never becomes a request, because its HTTP is broken, too long or too slow, with an Error message (RFC 7644
 *  §3.12) and the end of the connection, and logs it. What fails below HTTP cannot be answered: a client that is gone, and
 *  one that does not agree with the bridge on TLS.
 *  @param isBegun whether an answer on this connection has been sent in part. */
export function refuseClient(
  logger: Logger,
  isBegun: (socket: Duplex) => boolean,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    // What comes behind the refused bytes is refused again.
    if (socket.writableEnded) return
    const refusal = refusalOf(error)
    const clientAddress = addressOf(socket)
    if (refusal === undefined) {
      if (isOfTls(error)) logger.info('TLS handshake failed', { clientAddress, code: error.code })
      socket.destroy()
    } else {
      const requestId = randomUUID()
      const { status, message } = refusal
      const fields = { requestId, clientAddress, status, code: error.code, detail: message }
      logger.info('request refused', fields)
      if (isBegun(socket)) socket.destroy()
      else endWith(socket, answerText(refusal, requestId, socket))
    }
  }
}

/** Answers CONNECT, which Node hands over apart from other requests, as any method that is not possible here. */
export function refuseTunnel(logger: Logger): (request: IncomingMessage, socket: Duplex) => void {
  return (_request, socket) => {
    const requestId = randomUUID()
    const { status, message } = tunnelRefusal
    const fields = { requestId, clientAddress: addressOf(socket), status, detail: message }
    logger.info('request refused', fields)
    socket.on('error', () => socket.destroy())
    endWith(socket, answerText(tunnelRefusal, requestId, socket))
    // What is sent into the tunnel passes by unread.
    socket.resume()
  }
}

function refusalOf({ code = '' }: NodeJS.ErrnoException): ScimError | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = `The URL and the headers of the request are longer than ${maxHeaderBytes} bytes. Send a long filter in the body of a POST to .search.`
    return new ScimError(431, undefined, detail)
  }
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return scimErrors.payloadTooLarge('The chunk extensions of the request are too long.')
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ScimError(408, undefined, 'The request did not arrive in time. Send it again.')
  }
  return code.startsWith('HPE_')
    ? scimErrors.invalidSyntax('The request is not valid HTTP.')
    : undefined
}

function isOfTls({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
}

function addressOf(socket: Duplex): string | undefined {
  const address = socket instanceof Socket ? socket.remoteAddress : undefined
  return address === undefined ? undefined : plainAddress(address)
}

function answerText(refusal: ScimError, requestId: string, socket: Duplex): string {
  const headers = Object.entries(securityHeadersOver(socket instanceof TLSSocket))
  const body = JSON.stringify(errorMessage(refusal))
  return [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `X-Request-Id: ${requestId}`,
    `Content-Type: ${answerType([], '')}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

function endWith(socket: Duplex, text: string): void {
  const linger = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(linger))
  socket.end(text)
}
