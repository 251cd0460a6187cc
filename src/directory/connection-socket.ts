import { connect as connectSocket, isIP, type Socket } from 'node:net'
import tls from 'node:tls'
import { ExtendedRequest } from 'ldapts'
import { isCleartext, parseServerUrl, type ServerAddress } from './connection-url.ts'
import { DirectoryError } from './error.ts'
import { MessageFramer } from './framing.ts'
import { decodeMessage } from './message-decoding.ts'
import { encodeMessage } from './message-encoding.ts'
import { MalformedMessageError } from './message-error.ts'
import { resultCodes } from './result.ts'
import { codeOf, tlsAdvice, type TlsTrust } from './tls.ts'

/** How to reach a server. */
export interface SocketOptions {
  /** `ldaps://` for TLS from the first byte, `ldapi://` for a Unix socket, `ldap://` otherwise; the port is 636 or 389
   *  unless given. */
  readonly url: string
  /** Turns an `ldap://` connection into TLS before anything else is said. RFC 4511 §4.14 */
  readonly startTls: boolean
  /** Lets an `ldap://` connection to another host stay without TLS. */
  readonly allowCleartext: boolean
  readonly trust: TlsTrust
  /** TCP notices within about this time that the other machine has gone. */
  readonly keepAliveMs: number
}

const startTlsOid = '1.3.6.1.4.1.1466.20037'
const startTlsId = 1
const maxStartTlsAnswerBytes = 64 * 1024

/** A connected socket to the server: over verified TLS unless clear text is allowed, or on this machine.
 *  @param signal ends the attempt.
 *  @throws {DirectoryError} `refused` when it would be clear text that is not allowed, `protocol` when bytes come before
 *  TLS, otherwise `unavailable`. */
export async function openSocket(options: SocketOptions, signal: AbortSignal): Promise<Socket> {
  const address = parseServerUrl(options.url)
  if (!options.startTls && !options.allowCleartext && isCleartext(address)) {
    throw new DirectoryError(
      'refused',
      `the connection to ${options.url} would be in clear text: use ldaps://, startTls or allowCleartext`,
    )
  }
  const socket = connect(address, options.keepAliveMs)
  try {
    await untilEvent(socket, 'connect', signal)
    // Nobody but the system is between the two ends of a Unix socket.
    if ('path' in address) return socket
    if (!address.isTls && !options.startTls) return socket
    if (!address.isTls) await requestStartTls(socket, signal)
    return await secured(socket, address.host, options.trust, signal)
  } catch (cause) {
    socket.destroy()
    throw toDirectoryError(cause, options.url, signal)
  }
}

function connect(address: ServerAddress, keepAliveMs: number): Socket {
  if ('path' in address) return connectSocket({ path: address.path })
  const { host, port } = address
  return connectSocket({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
  })
}

async function secured(
  socket: Socket,
  host: string,
  { secureContext, servername = host }: TlsTrust,
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  const secure = tls.connect({
    socket,
    secureContext,
    // The name indication takes host names alone (RFC 6066 §3); an address is verified all the same.
    ...(isIP(servername) === 0 ? { servername } : {}),
    checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(servername, certificate),
  })
  await untilEvent(secure, 'secureConnect', signal)
  return secure
}

/** Asks for TLS and reads the answer, which must be the last thing in clear text. RFC 4511 §4.14 */
async function requestStartTls(socket: Socket, signal: AbortSignal): Promise<void> {
  const framer = new MessageFramer(maxStartTlsAnswerBytes)
  const request = new ExtendedRequest({ messageId: startTlsId, oid: startTlsOid })
  const answer = untilAnswer(socket, framer, signal)
  socket.write(encodeMessage(startTlsId, request))
  const message = decodeMessage(await answer)
  // What follows the answer was not protected: whoever sits between could have put it there.
  if (framer.bufferedBytes > 0 || socket.readableLength > 0) {
    throw new DirectoryError('protocol', 'the server sent something between StartTLS and TLS')
  }
  if (message.kind !== 'result' || message.messageId !== startTlsId) {
    throw new DirectoryError('protocol', 'the server did not answer to StartTLS')
  }
  if (message.result.code !== resultCodes.success) {
    throw new DirectoryError(
      'refused',
      `the server refuses StartTLS (LDAP result ${message.result.code})`,
      { resultCode: message.result.code },
    )
  }
}

function untilAnswer(socket: Socket, framer: MessageFramer, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      try {
        framer.push(chunk)
        const message = framer.next()
        if (message === undefined) return
        socket.off('data', read).pause()
        resolve(message)
      } catch (error) {
        reject(error)
      }
    }
    untilEvent(socket, 'end', signal).then(() => reject(new EndedError()), reject)
    socket.on('data', read)
  })
}

class EndedError extends Error {}

/** Waits for an event of the socket; an error, its end or the signal rejects. */
function untilEvent(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve)
    // This listener stays, so that an error between two steps is not uncaught.
    socket.on('error', reject)
    socket.once('close', () => reject(new EndedError('the connection was closed')))
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

const socketAdvice: ReadonlyMap<string, string> = new Map([
  ['ENOENT', ': there is no such socket; the directory does not run, or listens elsewhere'],
  ['EACCES', ': the user that the bridge runs as may not open the socket'],
  ['ECONNREFUSED', ': nobody listens on the socket; the directory does not run'],
])

function toDirectoryError(cause: unknown, url: string, signal: AbortSignal): DirectoryError {
  if (cause instanceof DirectoryError) return cause
  if (cause instanceof MalformedMessageError) {
    return new DirectoryError('protocol', `${url} does not answer in LDAP`, { cause })
  }
  if (signal.aborted) {
    return new DirectoryError('unavailable', `${url} did not answer in time`, { cause })
  }
  const known = tlsAdvice(cause)
  const hint = url.startsWith('ldapi:') ? (socketAdvice.get(codeOf(cause)) ?? '') : ''
  const why = known === undefined ? ` (${codeOf(cause)})${hint}` : `: ${known}`
  const what = known === undefined ? 'cannot be reached' : 'cannot be trusted or used'
  return new DirectoryError('unavailable', `${url} ${what}${why}`, { cause })
}
