import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { atExit } from './at-exit.ts'

/** A folder of our own; it is removed at the latest when the process exits. */
export interface TemporaryFolder {
  readonly path: string
  remove(): Promise<void>
}

/** Makes an empty temporary folder.
 *  @param name what its name starts with. */
export async function temporaryFolder(name: string): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), `${name}-`))
  const callOffExit = atExit(() => rmSync(folder, { recursive: true, force: true }))
  return {
    path: folder,
    async remove() {
      callOffExit()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
