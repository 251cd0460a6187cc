import { start389ds } from './389ds.ts'
import { shareServer } from './shared-server.ts'

/** The one 389 Directory Server that all tests of a run share. */
export const shared389ds = shareServer('389 DS', () => start389ds())
