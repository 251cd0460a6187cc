import { startSamba } from './samba.ts'
import { shareServer } from './shared-server.ts'

/** The one Samba domain controller that all tests of a run share. */
export const sharedSamba = shareServer('Samba', () => startSamba())
