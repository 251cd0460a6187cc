import { DirectoryError } from '../directory/error.ts'

/** An entry that is too large to be read, with the id by which clients know it. */
export class OversizedEntryError extends DirectoryError {
  readonly id: string

  constructor(id: string, cause: DirectoryError) {
    super('answerTooLarge', `the entry with the id ${id} is too large to be read`, { cause })
    this.id = id
  }
}
