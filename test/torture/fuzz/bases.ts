/** Whether a DN, as slapd writes it, is one of the bases or below it. */
export function isWithin(dn: string, bases: readonly string[]): boolean {
  return bases.some((base) => base.toLowerCase() === dn.toLowerCase()) || isBelow(dn, bases)
}

/** Whether a DN, as slapd writes it, is below one of the bases, and none of them. */
export function isBelow(dn: string, bases: readonly string[]): boolean {
  const lower = dn.toLowerCase()
  return bases.some((base) => {
    const end = base.toLowerCase()
    if (!lower.endsWith(`,${end}`)) return false
    // A comma behind an odd number of backslashes belongs to a value.
    const before = lower.slice(0, -end.length - 1)
    return (/\\*$/u.exec(before)?.[0].length ?? 0) % 2 === 0
  })
}
