import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import path from 'node:path'

/** Where a program is; daemons are not always on the PATH of a plain user. */
export async function programOnPath(name: string): Promise<string | undefined> {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin:/usr/local/libexec`
  for (const folder of folders.split(':')) {
    const file = path.join(folder, name)
    if (await isReadable(file, constants.X_OK)) return file
  }
  return undefined
}

/** Whether a file can be read, or whatever else the mode says. */
export async function isReadable(file: string, mode = constants.R_OK): Promise<boolean> {
  try {
    await access(file, mode)
    return true
  } catch {
    return false
  }
}
