import type { JsonObject } from '../../../src/scim/json.ts'
import type { Exchange } from '../../walkthrough/scim-client.ts'
import { enterprise, type Tracked, type TrackedUser } from './model.ts'

/** A write, and what it makes of the model. */
export interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: JsonObject
  /** The version that it demands; none: any. */
  readonly version?: string
  /** What it is about. */
  readonly about: readonly Tracked<unknown>[]
  /** Whom it names: they have to stay until it is settled. */
  readonly names?: Iterable<TrackedUser>
  /** It must be refused with this status; default: it must not be refused. */
  readonly refusal?: number
  /** Statuses beside 2xx with which its repetition shows that it was made. */
  readonly doneBy?: number
  /** @param answer says that it was made: a 2xx, a 503, or `doneBy`. */
  made(answer: Exchange): void
  /** Nobody knows whether it was made. */
  left?(): void
  /** What it changes others may be told by: nothing stands behind it in a bulk request. */
  readonly isLast?: boolean
}

/** What nobody else may write while it is open whether the write was made. */
export function lockedBy({ about, names = [] }: Write): readonly Tracked<unknown>[] {
  return [...about, ...names]
}

/** A write in one line. */
export function described({ method, path, body }: Write): string {
  return `${method} ${path} ${JSON.stringify(body ?? {})
    .replace(/"schemas":[^\]]*\],/u, '')
    .replaceAll(enterprise, 'enterprise')}`
}

/** Notes a write with its answer in the stories of what it is about. */
export function note(write: Write, answer: Exchange | undefined): void {
  const told = (answer?.status ?? 500) < 300 ? '' : (answer?.answer?.['detail'] as string)
  const line = `${described(write)} -> ${answer?.status} ${told}`
  for (const { story } of write.about) story.push(line)
}
