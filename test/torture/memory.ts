import { readFile } from 'node:fs/promises'

const sampleMs = 50

/** How much memory a process has, in MiB. */
export async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1]) / 1024)
}

/** Watches the memory of a process while something is done.
 *  @returns what came of it, and the most that was seen, in MiB. */
export async function watchingMemory<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly peakMib: number }> {
  let peakMib = 0
  const sample = async (): Promise<void> => {
    peakMib = Math.max(peakMib, await residentMib(pid))
  }
  const sampling = setInterval(() => void sample(), sampleMs)
  try {
    const result = await work()
    await sample()
    return { result, peakMib }
  } finally {
    clearInterval(sampling)
  }
}
