/** Does the work for every item, at most `limit` at a time. The first failure is the failure of the whole; no new work is
 *  begun after it. */
export async function concurrently<T>(
  limit: number,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]()
  let isStopped = false
  const worker = async (): Promise<void> => {
    for (;;) {
      const next = isStopped ? undefined : rest.next()
      if (next === undefined || next.done === true) return
      await work(next.value)
    }
  }
  const workers = Array.from({ length: limit }, worker)
  try {
    await Promise.all(workers)
  } finally {
    isStopped = true
    await Promise.allSettled(workers)
  }
}
