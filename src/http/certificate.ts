import { X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
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

/** Gives the server a new certificate when the files change; connections that are open keep theirs, and
 *  what they were trusted by. While the files do not fit, because only one of them was written yet, the last ones stay.
 *  @returns what ends the watch. */
export function watchCertificate(server: Server, tls: TlsSettings, logger: Logger): () => void {
  const files = [tls.certificateFile, tls.keyFile, tls.clientCaFile].filter(
    (file) => file !== undefined,
  )
  const reload = (): void => {
    try {
      server.setSecureContext(readCertificate(tls))
      logger.info('certificate reloaded')
    } catch (error) {
      logger.error('certificate not reloaded, the last one stays', {}, error)
    }
  }
  for (const file of files) {
    // Looked at by its name every time: files are replaced by renaming and by links. The process may end meanwhile.
    watchFile(file, { interval: tls.reloadIntervalMs, persistent: false }, reload)
  }
  return () => {
    for (const file of files) unwatchFile(file, reload)
  }
}
