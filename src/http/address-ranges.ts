import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Whether a text is an address or a range of addresses: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`. IPv4 is written as IPv4
 *  alone. RFC 4632 §3.1, RFC 4291 §2.3 */
export function isAddressRange(text: string): boolean {
  const { address, bits } = partsOf(text)
  if (isIPv4(address)) return bits <= 32
  return isIPv6(address) && !/%|^::ffff:/iu.test(address) && bits <= 128
}

/** IPv4 as IPv6 writes it. RFC 4291 §2.5.5.2 */
const mapped = new BlockList()
mapped.addSubnet('::ffff:0:0', 96, 'ipv6')

/** Addresses, by single ones and by ranges. */
export class AddressRanges {
  // Apart, because to Node all of IPv4 is within ::/0.
  readonly #v4 = new BlockList()
  readonly #v6 = new BlockList()

  /** @param ranges each of which `isAddressRange`. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const { address, bits } = partsOf(range)
      if (isIPv4(address)) this.#v4.addSubnet(address, bits, 'ipv4')
      else this.#v6.addSubnet(address, bits, 'ipv6')
    }
  }

  /** Whether an address is one of them; an IPv4 address also where it is written as IPv6. What is no address is not. */
  has(address: string): boolean {
    if (isIPv4(address)) return this.#v4.check(address, 'ipv4')
    if (!isIPv6(address)) return false
    return (mapped.check(address, 'ipv6') ? this.#v4 : this.#v6).check(address, 'ipv6')
  }
}

/** @returns as `bits` how many of the address belong to the range, all where nothing is said. */
function partsOf(text: string): { readonly address: string; readonly bits: number } {
  const [, address = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/u.exec(text) ?? []
  return { address, bits: Number(digits ?? (isIPv4(address) ? 32 : 128)) }
}
