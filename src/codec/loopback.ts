/** Whether a host is this machine itself, so that what is sent there, or listened for, never leaves it: `localhost`, an address of
 *  127.0.0.0/8 (RFC 1122 §3.2.1.3), `::1` however it is written (RFC 4291 §2.5.3), or the first as IPv6 writes it. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^::ffff:(?=[\d.]+$)/u, '')
  return name === 'localhost' || isLoopbackIpv4(name) || /^[0:]*:0{0,3}1$/u.test(name)
}

function isLoopbackIpv4(text: string): boolean {
  const bytes = text.split('.')
  return (
    bytes.length === 4 &&
    bytes[0] === '127' &&
    bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/u.test(byte) && Number(byte) <= 255)
  )
}
