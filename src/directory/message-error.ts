/** Bytes of the server that are not LDAP as RFC 4511 defines it. The connection cannot be used any more. */
export class MalformedMessageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MalformedMessageError'
  }
}

/** A message of the server that is longer than `directory.maxMessageBytes`. It passed by unread; the connection goes on. */
export class OversizedMessageError extends Error {
  /** The DN of the entry in it; none where it is another message, or the name is longer than what was read. Not for the log. */
  readonly dn: string | undefined

  /** @param bytes how long it is, of so many that are allowed. */
  constructor(bytes: number, maxMessageBytes: number, dn?: string) {
    super(`a message of ${bytes} bytes, where directory.maxMessageBytes is ${maxMessageBytes}`)
    this.name = 'OversizedMessageError'
    this.dn = dn
  }
}
