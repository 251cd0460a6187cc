import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { leashed } from './leash.ts'
import type { OpenldapEndpoint } from './openldap-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A bridge in a process of its own, as an administrator runs it. */
export interface BridgeProcess {
  /** The SCIM base URL: `http://127.0.0.1:40123/scim/v2`, or `https:` where the settings have a certificate. */
  readonly baseUrl: string
  readonly token: string
  readonly journalFile: string
  readonly logFile: string
  readonly pid: number
  /** What it has logged so far. */
  log(): Promise<string>
  /** Stops it gracefully; its exit code, or the signal that ended it. */
  stop(): Promise<number | string | null>
}

const repository = path.resolve(import.meta.dirname, '../..')
const startLimitMs = 20_000

/** Starts `serve` with the OpenLDAP preset in front of a directory, over ldaps, on a free port of 127.0.0.1; returns when the
 *  bridge is ready.
 *  @param settings environment variables on top of those.
 *  @param until what to wait for: `live` where the directory is away.
 *  @throws Error with the log when the bridge ends or does not become ready. */
export async function startBridge(
  directory: OpenldapEndpoint,
  settings: Readonly<Record<string, string>> = {},
  until: 'ready' | 'live' = 'ready',
): Promise<BridgeProcess> {
  const folder = await temporaryFolder('bridge')
  const scheme = 'SCIM_HTTP_TLS_KEY_FILE' in settings ? 'https' : 'http'
  const origin = `${scheme}://127.0.0.1:${await freePort()}`
  const token = randomBytes(24).toString('base64url')
  const journalFile = path.join(folder.path, 'journal.jsonl')
  const logFile = path.join(folder.path, 'log')
  const sha256 = createHash('sha256').update(token).digest('hex')
  const config = path.join(repository, 'config/openldap.yaml')
  const main = path.join(repository, 'src/cli/main.ts')
  const [program, ...args] = await leashed([process.execPath, main, 'serve', '--config', config])

  const output = await open(logFile, 'w')
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      SCIM_HTTP_PORT: new URL(origin).port,
      SCIM_HTTP_TOKENS: `[{ name: demo, sha256: ${sha256} }]`,
      SCIM_DIRECTORY_URLS: directory.ldapsUrl,
      SCIM_DIRECTORY_TLS_CA_FILE: directory.caFile,
      SCIM_DIRECTORY_BIND_DN: directory.bridge.dn,
      SCIM_DIRECTORY_BIND_PASSWORD: directory.bridge.password,
      SCIM_JOURNAL_FILE: journalFile,
      // Tests share the entry of the example tree, and delete many of few.
      SCIM_BRAKE_ENABLED: 'false',
      // They send bad tokens on purpose.
      SCIM_HTTP_BAD_TOKENS_MAX_DELAY_MS: '0',
      ...settings,
    },
    stdio: ['ignore', output.fd, output.fd],
    // Ctrl-C is for whoever started us; we end the bridge ourselves.
    detached: true,
  })
  await once(child, 'spawn')
  await output.close()

  const isRunning = () => child.exitCode === null && child.signalCode === null
  const log = async () => readFile(logFile, 'utf8')
  const stop = async () => {
    if (isRunning()) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await folder.remove()
    return child.exitCode ?? child.signalCode
  }
  const deadline = performance.now() + startLimitMs
  while (!(await isOk(`${origin}/health/${until}`))) {
    if (!isRunning() || performance.now() > deadline) {
      const said = await log()
      await stop()
      throw new Error(`the bridge did not become ready:\n${said}`)
    }
    await delay(20)
  }
  const pid = child.pid ?? 0
  return { baseUrl: `${origin}/scim/v2`, token, journalFile, logFile, pid, log, stop }
}

async function isOk(url: string): Promise<boolean> {
  const options = { agent: false, rejectUnauthorized: false }
  const request = url.startsWith('https:') ? https.get(url, options) : http.get(url, options)
  try {
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    response.resume()
    return response.statusCode === 200
  } catch {
    return false
  }
}
