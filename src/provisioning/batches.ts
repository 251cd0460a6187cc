/** How many values one search asks for. */
export const batchSize = 200

/** How many such searches are made at the same time. */
export const parallelBatches = 4

/** What is looked up, in as many searches as it takes: a filter has room for so many values.
 *  @param size how many values go into one search. */
export function batches<T>(items: readonly T[], size = batchSize): T[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}
