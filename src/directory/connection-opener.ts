import type { Logger } from '../logging/logger.ts'
import type { Credentials } from './connection-bind.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { DirectoryError } from './error.ts'
import { PasswordFile } from './password-file.ts'
import { resultCodes } from './result.ts'
import type { DirectorySettings } from './settings.ts'
import { ReloadedTls } from './tls-reload.ts'

/** How a connection is made, but for what it trusts and what it shows of us. */
export type OpenOptions = Omit<ConnectionOptions, 'trust' | 'credentials'>

/** Opens connections with what it knows of certificates, keys and passwords. */
export interface ConnectionOpener {
  /** A bound connection.
   *  @throws {DirectoryError} `unavailable`, `refused` or `protocol`. */
  open(options: OpenOptions): Promise<Connection>
  /** Whether a server that has refused may accept now, because a secret has changed. */
  isRenewed(url: string): Promise<boolean>
}

/** Opens connections as the settings say, with certificates, key and password as their files are at that moment.
 *  Connections that are open stay as they are. */
export class ReloadingOpener implements ConnectionOpener {
  readonly #tls: ReloadedTls
  readonly #identity: Identity

  private constructor(tls: ReloadedTls, identity: Identity) {
    this.#tls = tls
    this.#identity = identity
  }

  /** @throws {DecodeError} naming each certificate, key or password file that cannot be used. */
  static async create(settings: DirectorySettings, logger: Logger): Promise<ReloadingOpener> {
    const { bindDn = '', bindPasswordFile } = settings
    const tls = await ReloadedTls.open(settings.tls, logger)
    if (bindPasswordFile === undefined) {
      return new ReloadingOpener(tls, { credentials: fixedCredentials(settings) })
    }
    const file = await PasswordFile.open(bindPasswordFile, logger)
    return new ReloadingOpener(tls, { dn: bindDn, file })
  }

  async open(options: OpenOptions): Promise<Connection> {
    const identity = this.#identity
    const complete = { ...options, trust: await this.#tls.current() }
    return 'file' in identity
      ? openByFile(complete, identity)
      : Connection.open({ ...complete, credentials: identity.credentials })
  }

  async isRenewed(url: string): Promise<boolean> {
    return 'file' in this.#identity && (await this.#identity.file.isRenewed(url))
  }
}

interface FileIdentity {
  readonly dn: string
  readonly file: PasswordFile
}

type Identity = { readonly credentials: Credentials } | FileIdentity

function fixedCredentials(settings: DirectorySettings): Credentials {
  const { bind, bindDn = '', bindPassword = '', authzId } = settings
  if (bind === 'simple') return { dn: bindDn, password: bindPassword }
  return { mechanism: 'EXTERNAL', ...(authzId === undefined ? {} : { authzId }) }
}

/** Tries each password once. The file is read again after each refusal, for it may have changed meanwhile. */
async function openByFile(
  options: Omit<ConnectionOptions, 'credentials'>,
  { dn, file }: FileIdentity,
): Promise<Connection> {
  const { url } = options
  const tried = new Set<string>()
  let refusal = new DirectoryError('refused', 'directory.bindPasswordFile cannot be read')
  for (;;) {
    const password = (await file.candidates(url)).find((each) => !tried.has(each))
    if (password === undefined) throw refusal
    tried.add(password)
    try {
      const connection = await Connection.open({ ...options, credentials: { dn, password } })
      file.accept(url, password)
      return connection
    } catch (error) {
      if (!isWrongPassword(error)) throw error
      file.refuse(url, password)
      refusal = error
    }
  }
}

function isWrongPassword(error: unknown): error is DirectoryError {
  return error instanceof DirectoryError && error.resultCode === resultCodes.invalidCredentials
}
