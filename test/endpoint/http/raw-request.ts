import { once } from 'node:events'
import { connect, type Socket, type SocketConstructorOpts } from 'node:net'
import { type AppUnderTest, token } from './app-under-test.ts'

/** The headers of a request that is let in, with the end of their last line. */
export const head = `Host: x\r\nAuthorization: Bearer ${token}\r\n`

/** A whole request, byte for byte. */
export const get = `GET /scim/v2/Users HTTP/1.1\r\n${head}\r\n`

/** A connection to the application; whoever opens one reads it to its end, or destroys it. */
export function socketTo(app: AppUnderTest, options: SocketConstructorOpts = {}): Socket {
  const port = Number(new URL(app.server.address).port)
  const socket = connect({ ...options, port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  return socket
}

/** Everything that arrives until the other side ends the connection. */
export async function read(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  await once(socket, 'close')
  return text
}
