/** Bytes of the server that are not LDAP as RFC 4511 defines it. The connection cannot be used any more. */
export class MalformedMessageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MalformedMessageError'
  }
}
