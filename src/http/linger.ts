import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/** How long the rest of a body that nobody wants may take to pass by, at most. */
const longestMs = 5000

/** Lets what is left of a body pass by unread before the connection ends, where it ends with the answer: closed upon unread bytes
 *  it would be reset, and a client that sends everything before it reads would never see why. RFC 9112 §9.6
 *  @param limitMs how long a request may take at all. */
export function lingerAfter(
  request: IncomingMessage,
  response: ServerResponse,
  limitMs: number,
): void {
  // In front of Node, which ends the connection by this method of the socket.
  response.prependOnceListener('finish', () => {
    const { socket } = request
    if (request.complete) return
    socket.destroySoon = () => {
      if (request.complete) Socket.prototype.destroySoon.call(socket)
      else linger(request, Math.min(limitMs, longestMs))
    }
  })
}

function linger(request: IncomingMessage, ms: number): void {
  const { socket } = request
  const timer = setTimeout(() => socket.destroy(), ms)
  socket.once('close', () => clearTimeout(timer))
  request.once('end', () => Socket.prototype.destroySoon.call(socket))
  request.resume()
  socket.end()
}
