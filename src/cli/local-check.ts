import { access, constants } from 'node:fs/promises'
import type { Problem } from '../codec/decode.ts'
import type { Settings } from '../config/settings.ts'
import { readCertificate } from '../http/certificate.ts'
import type { JournalSettings } from '../journal/settings.ts'

type LocalSettings = Pick<Settings, 'http' | 'journal'>

/** What keeps the settings from working on this machine: the certificate of the bridge itself, the file of the journal. Nothing
 *  is made or changed. */
export async function checkLocally({ http, journal }: LocalSettings): Promise<Problem[]> {
  return [...checkCertificate(http), ...(await checkJournal(journal))]
}

/** Why the server cannot listen, as a problem of the settings; nothing when it is none. */
export function listenProblem(error: unknown, { port }: Settings['http']): Problem | undefined {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return {
        path: 'http.port',
        reason: `cannot be ${port}: another process listens there; stop it, or choose another port`,
      }
    case 'EACCES':
      return {
        path: 'http.port',
        reason: `cannot be ${port}: this user may not listen there; choose a port from 1024`,
      }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { path: 'http.host', reason: 'is no address of this machine' }
    default:
      return undefined
  }
}

/** That the journal cannot be written. */
export function unusableJournal(error: unknown): Problem {
  const reason = `cannot be opened for appending (${codeOf(error)}); name a file in a folder that the bridge may write to`
  return { path: 'journal.file', reason }
}

function checkCertificate({ tls }: Settings['http']): Problem[] {
  if (tls === undefined) return []
  try {
    readCertificate(tls)
    return []
  } catch (error) {
    const reason = `cannot be used (${codeOf(error)}): certificateFile and keyFile must be readable, hold PEM and belong together, and clientCaFile, where it is set, must hold a certificate`
    return [{ path: 'http.tls', reason }]
  }
}

async function checkJournal({ file }: JournalSettings): Promise<Problem[]> {
  if (file === undefined) return []
  try {
    await access(file, constants.W_OK)
    return []
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return [unusableJournal(error)]
  }
  // It is begun by the first who serves, which takes a folder.
  const folder = file.replace(/[^/]*$/u, '')
  try {
    await access(folder === '' ? '.' : folder, constants.W_OK)
    return []
  } catch (error) {
    return [unusableJournal(error)]
  }
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'unknown reason'
}
