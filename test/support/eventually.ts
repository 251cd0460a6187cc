const usualPatienceMs = 3000
const pauseMs = 20

/** Returns when a check holds, or throws what it last threw: OpenLDAP's refint puts references right some milliseconds
 *  after the answer to the write.
 *  @param patienceMs how long it may take, in milliseconds. */
export async function eventually(
  check: () => Promise<void>,
  patienceMs = usualPatienceMs,
): Promise<void> {
  const end = Date.now() + patienceMs
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs)
      })
    }
  }
}
