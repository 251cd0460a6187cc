const left = new Set<() => void>()

/** Has something done when the process exits, at the latest. One listener does it for all: each of its own would be one too many
 *  for Node, which takes more than ten for a leak.
 *  @returns what calls it off. */
export function atExit(work: () => void): () => void {
  if (left.size === 0) process.once('exit', doAll)
  left.add(work)
  return () => {
    left.delete(work)
    if (left.size === 0) process.off('exit', doAll)
  }
}

function doAll(): void {
  for (const work of left) work()
}
