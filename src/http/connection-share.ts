import type { Server, Socket } from 'node:net'
import type { Logger } from '../logging/logger.ts'
import { plainAddress } from './client-address.ts'
import { NetworkCounts, networkOf } from './network-counts.ts'

/** How often it is logged of one network that its connections are dropped. */
const reportPeriodMs = 60_000

/** Drops the connections that one network has past its share, before TLS and HTTP begin with them, so that nobody can hold all
 *  that there are without a token. It is logged once a minute for each network.
 *  @param most how many connections one network may have. */
export function shareConnections(server: Server, most: number, logger: Logger): void {
  const open = new Map<string, number>()
  const dropped = new NetworkCounts(reportPeriodMs, () => performance.now())
  const admit = (socket: Socket): void => {
    const clientAddress = plainAddress(socket.remoteAddress ?? '')
    const network = networkOf(clientAddress)
    const count = open.get(network) ?? 0
    if (count >= most) {
      socket.destroy()
      if (dropped.count(clientAddress).count > 1) return
      logger.warn('connections of an address dropped', { clientAddress, most })
    } else {
      open.set(network, count + 1)
      socket.once('close', () => leave(open, network))
    }
  }
  // In front of those who begin TLS or HTTP.
  server.prependListener('connection', admit)
}

function leave(open: Map<string, number>, network: string): void {
  const count = (open.get(network) ?? 0) - 1
  if (count > 0) open.set(network, count)
  else open.delete(network)
}
