import { DecodeError, formatProblem } from '../codec/decode.ts'
import type { Logger } from '../logging/logger.ts'
import type { TlsSettings } from './settings.ts'
import { readTlsFiles, type TlsFiles, type TlsTrust, toTrust } from './tls.ts'

/** The certificate and key files of the settings as they are now. */
export class ReloadedTls {
  readonly #settings: TlsSettings
  readonly #logger: Logger
  #files: TlsFiles
  #trust: TlsTrust
  #complaint = ''

  private constructor(settings: TlsSettings, files: TlsFiles, logger: Logger) {
    this.#settings = settings
    this.#logger = logger
    this.#files = files
    this.#trust = toTrust(settings, files)
  }

  /** Reads the files for the first time.
   *  @throws {DecodeError} naming every setting whose file cannot be read or used. */
  static async open(settings: TlsSettings, logger: Logger): Promise<ReloadedTls> {
    return new ReloadedTls(settings, await readTlsFiles(settings), logger)
  }

  /** What the files give now. While they cannot be used, for instance because the certificate was renewed and its key was
   *  not yet, what they gave before. */
  async current(): Promise<TlsTrust> {
    try {
      const files = await readTlsFiles(this.#settings)
      if (!isSame(files, this.#files)) {
        this.#trust = toTrust(this.#settings, files)
        this.#files = files
        this.#logger.info('directory certificates reloaded')
      }
      this.#complaint = ''
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#complain(error.problems.map(formatProblem).join('; '))
    }
    return this.#trust
  }

  #complain(reason: string): void {
    if (reason === this.#complaint) return
    this.#complaint = reason
    this.#logger.error('directory certificates not reloaded, the last ones stay', { reason })
  }
}

function isSame(some: TlsFiles, others: TlsFiles): boolean {
  return (
    some.caFile === others.caFile &&
    some.certificateFile === others.certificateFile &&
    some.keyFile === others.keyFile
  )
}
