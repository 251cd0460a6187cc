const headerBytes = 16
const guidBytes = 16
const usnBytes = 8
/** By the version of the vector: the second adds when the last success was. */
const cursorBytes: Readonly<Record<number, number>> = {
  1: guidBytes + usnBytes,
  2: guidBytes + usnBytes + 8,
}

/** Up to which change of each other controller a domain controller has come, by their invocation ids in hexadecimal digits: the stored
 *  value of `replUpToDateVector`. Nothing when it is of another form. UPTODATE_VECTOR_V1_EXT and V2_EXT of MS-DRSR
 *  @returns update sequence numbers as `usnText` has them. */
export function cursorsIn(value: Buffer): ReadonlyMap<string, string> | undefined {
  if (value.length < headerBytes) return undefined
  const [version, count] = [value.readUInt32LE(0), value.readUInt32LE(8)]
  const size = cursorBytes[version]
  if (size === undefined || value.length !== headerBytes + count * size) return undefined
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const cursor = value.subarray(headerBytes + index * size)
      const invocation = cursor.subarray(0, guidBytes).toString('hex')
      return [invocation, usnText(String(cursor.readBigUInt64LE(guidBytes)))]
    }),
  )
}

/** An update sequence number, in digits, in a width that all have, so that they compare as text. */
export function usnText(usn: string): string {
  return usn.padStart(20, '0')
}
