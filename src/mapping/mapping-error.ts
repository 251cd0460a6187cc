import type { Problem } from '../codec/decode.ts'

/** A mapping that cannot work on this directory, with every reason; the paths are those of the settings. */
export class MappingError extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, reason }) => `${path}: ${reason}`).join('\n'))
    this.name = 'MappingError'
    this.problems = problems
  }
}
