import * as t from 'io-ts'

/** What makes a codec of a value that can be written as text. */
export interface ScalarParts<A> {
  /** What the value is, as a person says it: it follows "must be" in errors and stands as the type in the documentation. */
  readonly name: string
  readonly is: (value: unknown) => value is A
  /** The value of a text, or an Error whose message is the reason (`must be ...`) and does not quote the text. */
  readonly parse: (text: string) => A
  /** The text that `parse` takes back. */
  readonly print: (value: A) => string
}

/** A codec of a value that can be written as text: text is always parsed, and what is such a value already
 *  (a number in YAML) is taken as it is.
 *  @example scalar({ name: 'a port', is: isPort, parse: parsePort, print: String }) */
export function scalar<A>({ name, is, parse, print }: ScalarParts<A>): t.Type<A, string> {
  return new t.Type<A, string>(
    name,
    is,
    (input, context) => {
      if (typeof input !== 'string') {
        return is(input) ? t.success(input) : t.failure(input, context)
      }
      try {
        return t.success(parse(input))
      } catch (error) {
        return t.failure(input, context, error instanceof Error ? error.message : undefined)
      }
    },
    print,
  )
}
