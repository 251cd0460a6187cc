import type * as t from 'io-ts'
import { scalar } from './scalar.ts'

/** Text of at least one character that is not white space, kept as it is. */
export const NonEmptyString = text('text that is not empty', (value) => value.trim() !== '')

/** A yes or no, also from the text `true` or `false`. */
export const Flag = scalar<boolean>({
  name: 'true or false',
  is: (value) => typeof value === 'boolean',
  parse: (value) => {
    if (value !== 'true' && value !== 'false') throw new Error('must be true or false')
    return value === 'true'
  },
  print: String,
})

/** A whole number from 1. */
export const PositiveInteger = wholeNumber('a whole number >= 1', 1)

/** A whole number from 0. */
export const NonNegativeInteger = wholeNumber('a whole number >= 0', 0)

/** A share of a whole, not nothing. */
export const Percent = wholeNumber('whole percent from 1 to 100', 1, 100)

/** A length of time from 1 ms. */
export const Milliseconds = wholeNumber('whole milliseconds >= 1', 1)

/** A TCP port; 0 lets the system choose one. */
export const Port = wholeNumber('a port from 0 to 65535', 0, 65_535)

/** One of a few words, exactly as they are given. */
export function choice<const W extends string>(...words: readonly W[]): t.Type<W, string> {
  const name = words.map((word) => JSON.stringify(word)).join(' or ')
  const is = (value: unknown): value is W => words.some((word) => word === value)
  return scalar({
    name,
    is,
    parse: (value) => {
      if (!is(value)) throw new Error(`must be ${name}`)
      return value
    },
    print: String,
  })
}

/** A URL of one of the schemes, with a host and without user name, password and fragment, kept as it is written.
 *  @example url('ldap', 'ldaps') */
export function url(...schemes: readonly string[]): t.Type<string, string> {
  const name = `a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`
  return text(name, (value) => isUrlOf(schemes, value))
}

/** Text that passes a test, kept as it is.
 *  @param name what it is, to follow "must be". */
export function text(name: string, test: (value: string) => boolean): t.Type<string, string> {
  return scalar({
    name,
    is: (value): value is string => typeof value === 'string' && test(value),
    parse: (value) => {
      if (!test(value)) throw new Error(`must be ${name}`)
      return value
    },
    print: (value) => value,
  })
}

/** A whole number within limits, both included, also from decimal text.
 *  @param name what it is, to follow "must be". */
function wholeNumber(
  name: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): t.Type<number, string> {
  const is = (value: unknown): value is number =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most
  return scalar({
    name,
    is,
    parse: (value) => {
      const number = /^\d{1,16}$/u.test(value) ? Number(value) : undefined
      if (!is(number)) throw new Error(`must be ${name}`)
      return number
    },
    print: String,
  })
}

function isUrlOf(schemes: readonly string[], value: string): boolean {
  // The URL class forgives blanks, back slashes and a missing double slash, and knows no hosts of schemes it does not know.
  const match = /^([a-z][a-z0-9+.-]*):\/\/[^\s\\@#]+$/iu.exec(value)
  const scheme = match?.[1]?.toLowerCase()
  if (scheme === undefined || !schemes.includes(scheme)) return false
  const parsed = URL.parse(value.replace(/^[^:]+/u, 'https'))
  return parsed !== null && parsed.hostname !== ''
}
