import { givenOpenldap, startOpenldap } from './openldap.ts'
import { shareServer } from './shared-server.ts'

/** The one OpenLDAP that all tests of a run share. */
export const sharedOpenldap = shareServer(
  'OpenLDAP',
  async () => (await givenOpenldap()) ?? (await startOpenldap()),
)
