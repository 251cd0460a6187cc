import { decode } from '../../../src/codec/decode.ts'
import { createLdapDirectory, type LdapDirectory } from '../../../src/directory/ldap-directory.ts'
import { DirectorySettings } from '../../../src/directory/settings.ts'
import type { Logger } from '../../../src/logging/logger.ts'
import type { OpenldapEndpoint } from '../../support/openldap-server.ts'

/** A logger that says nothing. */
export const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
}

/** The adapter on a server, with the rights of the bridge's account.
 *  @param more settings that differ from the defaults. */
export async function openLdapDirectory(
  { url, bridge }: Pick<OpenldapEndpoint, 'url' | 'bridge'>,
  more: Readonly<Record<string, unknown>> = {},
  logger: Logger = silent,
): Promise<LdapDirectory> {
  const settings = decode(DirectorySettings, {
    urls: url,
    tls: {},
    allowCleartext: true,
    bindDn: bridge.dn,
    bindPassword: bridge.password,
    ...more,
  })
  return createLdapDirectory(settings, logger)
}
