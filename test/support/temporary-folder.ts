import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A folder of our own; it is removed at the latest when the process exits. */
export interface TemporaryFolder {
  readonly path: string
  remove(): Promise<void>
}

/** Makes an empty temporary folder.
 *  @param name what its name starts with. */
export async function temporaryFolder(name: string): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), `${name}-`))
  const removeNow = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeNow)
  return {
    path: folder,
    async remove() {
      process.off('exit', removeNow)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
