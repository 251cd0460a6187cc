import { type FileHandle, open, stat } from 'node:fs/promises'
import { JournalError, type JournalRecord, type JournalWriter } from './record.ts'

/** Where and how records are kept. */
export interface JournalOptions {
  readonly file: string
  /** Intents are on the disk, not only with the system, before `append` returns. */
  readonly sync: boolean
}

/** A journal in a file of JSON lines, which only its owner can read when it is made here. Several processes may
 *  append to the same file. When the file was moved away (rotation), a new one is begun.
 *  @throws {JournalError} the file cannot be opened for appending. */
export async function openJournal(options: JournalOptions): Promise<JournalWriter> {
  const journal = new JournalFile(options)
  await journal.open()
  return journal
}

interface Waiting {
  readonly record: JournalRecord
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

class JournalFile implements JournalWriter {
  readonly #file: string
  readonly #isSynced: boolean
  #handle: FileHandle | undefined
  #waiting: Waiting[] = []
  #draining: Promise<void> | undefined
  #isClosed = false

  constructor({ file, sync }: JournalOptions) {
    this.#file = file
    this.#isSynced = sync
  }

  append(record: JournalRecord): Promise<void> {
    if (this.#isClosed) return Promise.reject(new JournalError('the journal is closed'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#draining
    await this.#handle?.close()
    this.#handle = undefined
  }

  /** The open file under the configured name. It is another one than before when that was moved away. */
  async open(): Promise<FileHandle> {
    try {
      if (this.#handle !== undefined && (await this.#isMoved(this.#handle))) {
        await this.#handle.close()
        this.#handle = undefined
      }
      // Append mode lets the system put each write at the end, whoever else writes; reading is for the last byte.
      this.#handle ??= await open(this.#file, 'a+', 0o600)
      return this.#handle
    } catch (cause) {
      throw new JournalError('the journal file cannot be opened for appending', { cause })
    }
  }

  async #drain(): Promise<void> {
    // Records that come meanwhile are written together, and flushed once.
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#writeBatch(batch)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#draining = undefined
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const handle = await this.open()
    const written: Waiting[] = []
    for (const waiting of batch) {
      try {
        await writeLine(handle, JSON.stringify(waiting.record))
        written.push(waiting)
      } catch (error) {
        waiting.reject(error)
      }
    }
    if (this.#isSynced && written.some(({ record }) => record.kind === 'intent')) {
      await flush(handle)
    }
    for (const { resolve } of written) resolve()
  }

  async #isMoved(handle: FileHandle): Promise<boolean> {
    const [ours, named] = await Promise.all([handle.stat(), statIfAny(this.#file)])
    return named === undefined || ours.ino !== named.ino || ours.dev !== named.dev
  }
}

/** One write call for a line, so that lines of several processes do not mix. */
async function writeLine(handle: FileHandle, line: string): Promise<void> {
  try {
    const start = (await endsTorn(handle)) ? '\n' : ''
    const bytes = Buffer.from(`${start}${line}\n`)
    const { bytesWritten } = await handle.write(bytes)
    if (bytesWritten < bytes.length) throw new JournalError('the disk took a part of a record only')
  } catch (cause) {
    throw new JournalError('the journal record cannot be written', { cause })
  }
}

/** Whether the last line has no end, because a disk was full or a process was killed. When another process writes
 *  at this moment the answer may be wrong, which costs an empty line. */
async function endsTorn(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return false
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString() !== '\n'
}

async function flush(handle: FileHandle): Promise<void> {
  try {
    await handle.datasync()
  } catch (cause) {
    throw new JournalError('the journal cannot be flushed to the disk', { cause })
  }
}

async function statIfAny(file: string): Promise<{ ino: number; dev: number } | undefined> {
  try {
    return await stat(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
