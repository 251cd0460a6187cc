import { readFile } from 'node:fs/promises'

const sampleMs = 50

/** How much memory a process has, in MiB.
 *  @throws Error when it has ended. */
export async function residentMib(pid: number): Promise<number> {
  return mibIn(await readFile(`/proc/${pid}/status`, 'utf8'))
}

/** How much memory a process has, in MiB, by its `/proc/PID/status`.
 *  @throws Error when that names none, as of a process that has ended and of the kernel's own. */
export function mibIn(status: string): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/mu.exec(status) ?? []
  if (kib === undefined) {
    const lines = status.split('\n').filter((line) => /^(?:Name|State):/u.test(line))
    throw new Error(`a process has no memory (VmRSS): ${lines.join(', ')}`)
  }
  return Math.round(Number(kib) / 1024)
}

/** Watches the memory of a process while something is done.
 *  @returns what came of it, and the most that was seen, in MiB.
 *  @throws Error when the process has ended meanwhile. */
export async function watchingMemory<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly peakMib: number }> {
  let peakMib = 0
  const sample = async (): Promise<void> => {
    peakMib = Math.max(peakMib, await residentMib(pid))
  }
  // The last sample tells of a process that has ended.
  const sampling = setInterval(() => void sample().catch(() => {}), sampleMs)
  try {
    const result = await work()
    await sample()
    return { result, peakMib }
  } finally {
    clearInterval(sampling)
  }
}
