/** `directory.operationTimeoutMs` and `directory.connectTimeoutMs` of the bridges. */
export const operationTimeoutMs = 1000

/** How long the steps of a request take at most: each waits for a connection, and then for its answer. */
const stepsMs = {
  lookUp: 2 * operationTimeoutMs,
  write: 2 * operationTimeoutMs,
  /** It looks for so long what has become of the write, and once more. */
  findOut: operationTimeoutMs + 2 * operationTimeoutMs,
  /** By then it is known whether the directory is there. */
  readBackOrTakeBack: operationTimeoutMs,
}

/** How long a request may take, whatever becomes of the directory: eight times the time of an operation, as docs/operations.md
 *  says. */
export const requestLimitMs = Object.values(stepsMs).reduce((sum, each) => sum + each)
