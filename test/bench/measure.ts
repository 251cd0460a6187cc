import { performance } from 'node:perf_hooks'

/** What was measured of one kind of work. */
export interface Measurement {
  readonly count: number
  readonly perSecond: number
  /** How long single pieces of work took, in milliseconds. */
  readonly medianMs: number
  readonly p99Ms: number
}

/** How much is measured. */
export interface MeasureOptions {
  readonly concurrency: number
  readonly durationMs: number
}

const warmUpMs = 300

/** Does the work again and again for a while, so many at a time.
 *  @param work is given a number that is different each time. */
export async function measure(
  work: (index: number) => Promise<unknown>,
  { concurrency, durationMs }: MeasureOptions,
): Promise<Measurement> {
  let index = 0
  const run = async (limitMs: number): Promise<{ times: number[]; elapsedMs: number }> => {
    const times: number[] = []
    const start = performance.now()
    const worker = async (): Promise<void> => {
      while (performance.now() - start < limitMs) {
        const before = performance.now()
        await work(index++)
        times.push(performance.now() - before)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    return { times, elapsedMs: performance.now() - start }
  }
  await run(warmUpMs)
  const { times, elapsedMs } = await run(durationMs)
  const sorted = times.sort((one, other) => one - other)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return {
    count: sorted.length,
    perSecond: (sorted.length / elapsedMs) * 1000,
    medianMs: at(0.5),
    p99Ms: at(0.99),
  }
}
