const WITHHELD = '***'

const secretName = '(?:password|passwd|pwd|passphrase|secret|authorization|token)'
const scheme = String.raw`(?:(?:Bearer|Basic|Negotiate|NTLM|Digest)\s+)?`
const quoted = String.raw`"(?:[^"\\]|\\.)*"|\\"[^"]*"|'[^']*'`

/** `password=x`, `"userPassword": "x"`, `authorization: Basic x`, and what LDIF makes of it: `userPassword:: eA==`. */
const namedSecret = new RegExp(
  String.raw`(${secretName}\\?["']?\s*(?::{1,2}|=)\s*)(?:${quoted}|${scheme}[^\s,;&]+)`,
  'giu',
)

const bearer = /\b(Bearer\s+)[\w.~+/=-]+/giu

/** The tokens that the bridge itself makes. */
const ownToken = /\bsdb_[\w-]{8,}/gu

const urlPassword = /(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gu

/** Whether a field of this name holds a secret. A name of a token is none: `tokenName`. */
export function isSecretName(name: string): boolean {
  return /password|passwd|pwd|passphrase|secret|authorization|cookie|token$/iu.test(name)
}

/** The text with what looks like a secret replaced by `***`: values behind secret names, bearer tokens,
 *  passwords in URLs. */
export function redactText(text: string): string {
  return text
    .replace(urlPassword, `$1${WITHHELD}`)
    .replace(ownToken, WITHHELD)
    .replace(bearer, `$1${WITHHELD}`)
    .replace(namedSecret, `$1${WITHHELD}`)
}

/** The value of a field, or `***` when its name says that it is secret; whether something is set may be said. */
export function redactField(
  name: string,
  value: string | number | boolean,
): string | number | boolean {
  if (typeof value === 'boolean') return value
  if (isSecretName(name)) return WITHHELD
  return typeof value === 'string' ? redactText(value) : value
}
