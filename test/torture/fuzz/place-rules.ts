import type { RawAnswer, RawRequest } from './raw-http.ts'

/** Where a text of a client can go, but for its token, and a request that has it there and is right otherwise. */
export interface Place {
  readonly name: string
  /** @param fresh a name that nobody has. */
  readonly request: (text: string, fresh: string) => RawRequest
  /** Whether an answer is one to that text, which is no id. */
  readonly isRight?: (answer: RawAnswer, text: string) => boolean
  /** A client may take a DN for what belongs there. */
  readonly takesDns?: boolean
}

/** The place where a text would have to name somebody: whatever it is, it names nobody. */
export function namingNobody(place: Place): Place {
  return { ...place, isRight: ({ status }, text) => status >= 400 || isBlank(text) }
}

/** The place of the manager of a user, who may be told by name: nobody who has an ordinary one becomes it. */
export function withoutManager(place: Place): Place {
  return {
    ...place,
    isRight: ({ body }) =>
      !/"manager":\{[^}]*"displayName":"(?:standing|placed)-/u.test(body.toString()),
  }
}

/** The place of the operation of a bulk request where a text would have to name somebody. */
export function namingNobodyInBulk(place: Place): Place {
  return {
    ...place,
    isRight: ({ status, body }, text) =>
      status >= 400 || isBlank(text) || !/"status":"2\d\d"/u.test(body.toString()),
  }
}

/** The place in a filter where a text means nobody of those who have ordinary names.
 *  @param isMeant who it means all the same. */
export function findingNobody(
  place: Place,
  isMeant: (userName: string, text: string) => boolean = () => false,
): Place {
  return {
    ...place,
    isRight: ({ status, body }, text) =>
      status !== 200 || ordinaryNamesIn(body).every((name) => isMeant(name, text)),
  }
}

/** The names in a list of those who were not named by a hostile text. */
function ordinaryNamesIn(body: Buffer): readonly string[] {
  const { Resources = [] } = JSON.parse(body.toString()) as {
    readonly Resources?: readonly { readonly userName?: unknown }[]
  }
  return Resources.map(({ userName }) => String(userName)).filter((name) =>
    /^(?:standing|placed)-/u.test(name),
  )
}

/** What is as good as nothing. RFC 7643 §2.5 */
function isBlank(text: string): boolean {
  return text.trim() === ''
}
