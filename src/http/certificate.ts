import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { SecureContextOptions } from 'node:tls'
import type { Logger } from '../logging/logger.ts'
import type { TlsSettings } from './settings.ts'

/** The certificate and key, and the CAs of client certificates, as they stand in their files now.
 *  @throws when a file cannot be read, the first two do not belong together, or there is no CA in the third. */
export function readCertificate(tls: TlsSettings): SecureContextOptions {
  const options: SecureContextOptions = {
    cert: readFileSync(tls.certificateFile),
    key: readFileSync(tls.keyFile),
    minVersion: 'TLSv1.2',
    ...(tls.clientCaFile === undefined ? {} : { ca: [...readCas(tls.clientCaFile)] }),
  }
  createSecureContext(options)
  return options
}

/** TLS passes over what is no certificate, and what is behind it, without a word: fewer CAs would be trusted than are meant.
 *  @throws when there is none, or one of them is broken. */
function readCas(file: string): readonly string[] {
  const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/gu
  const cas = readFileSync(file, 'utf8').match(block) ?? []
  if (cas.length === 0) throw new Error('The file of the CAs of client certificates holds none.')
  for (const ca of cas) void new X509Certificate(ca)
  return cas
}

/** The certificate of a server, and what becomes of it when its files change. */
export class WatchedCertificate {
  /** As `readCertificate`, at the start. */
  readonly options: SecureContextOptions
  readonly #tls: TlsSettings
  #seen: string

  /** @throws as `readCertificate`. */
  constructor(tls: TlsSettings) {
    this.#tls = tls
    // Before the certificate is read: what is written in between is then read once more.
    this.#seen = contentsOf(tls)
    this.options = readCertificate(tls)
  }

  /** Gives the server a new certificate when the files change; connections that are open keep theirs, and what they were
   *  trusted by. While the files do not fit, because only one of them was written yet, the last ones stay.
   *  @returns what ends the watch. */
  watch(server: Server, logger: Logger): () => void {
    const timer = setInterval(() => this.#look(server, logger), this.#tls.reloadIntervalMs)
    timer.unref()
    return () => clearInterval(timer)
  }

  #look(server: Server, logger: Logger): void {
    const contents = contentsOf(this.#tls)
    if (contents === this.#seen) return
    this.#seen = contents
    try {
      server.setSecureContext(readCertificate(this.#tls))
      logger.info('certificate reloaded')
    } catch (error) {
      logger.error('certificate not reloaded, the last one stays', {}, error)
    }
  }
}

/** What the files hold, looked at by their names every time: files are replaced by renaming and by links. */
function contentsOf({ certificateFile, keyFile, clientCaFile }: TlsSettings): string {
  const files = [certificateFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])]
  return JSON.stringify(files.map(textOf))
}

/** Nothing when it cannot be read, in the midst of being replaced for example. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return undefined
  }
}
