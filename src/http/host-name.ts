/** Whether a text can stand in a Host header: nothing but a name or an address, with or without a port. RFC 9110 §7.2 */
export function isHost(text: string): boolean {
  return /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/iu.test(text)
}
