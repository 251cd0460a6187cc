import http from 'node:http'
import https from 'node:https'
import type { HttpSettings } from './settings.ts'

/** What decides where a bridge on this machine is asked. */
export type HealthTarget = Pick<HttpSettings, 'host' | 'port' | 'tls'>

/** The address at which a bridge with these settings can be asked on its own machine; where it listens on all addresses,
 *  that is the loopback.
 *  @example http://127.0.0.1:8080 */
export function localOrigin({ host, port, tls }: HealthTarget): string {
  const address = loopbacks.get(host) ?? host
  const name = address.includes(':') ? `[${address}]` : address
  return `${tls === undefined ? 'http' : 'https'}://${name}:${port}`
}

const loopbacks: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

/** The status that `/health/ready` is answered with.
 *  @param limitMs how long the whole may take.
 *  @throws the error of Node when nobody answers, an AbortError or TimeoutError when the limit passes. */
export async function askHealth(target: HealthTarget, limitMs: number): Promise<number> {
  const url = `${localOrigin(target)}/health/ready`
  const signal = AbortSignal.timeout(limitMs)
  return await new Promise((resolve, reject) => {
    const answered = (response: http.IncomingMessage): void => {
      response.resume()
      resolve(response.statusCode ?? 0)
    }
    const request =
      target.tls === undefined
        ? http.get(url, { agent: false, signal }, answered)
        : // The certificate is that of the public name, not of the loopback, and may be issued by an authority that this
          // machine does not know. Nothing is at stake: no secret is sent, and whoever could listen at this address
          // on this machine could also answer in the place of the bridge.
          https.get(url, { agent: false, signal, rejectUnauthorized: false }, answered)
    request.on('error', reject)
  })
}
