/** How often something is tried out: as SCIM_TEST_CASES says, or as usual.
 *  @throws Error when that says no whole number above 0. */
export function casesAsked(usual: number): number {
  return wholeNumber('SCIM_TEST_CASES', 1) ?? usual
}

/** Where random choices begin: as SCIM_TEST_SEED says, or as usual.
 *  @throws Error when that says no whole number from 0. */
export function seedAsked(usual: number): number {
  return wholeNumber('SCIM_TEST_SEED', 0) ?? usual
}

function wholeNumber(variable: string, least: number): number | undefined {
  const asked = process.env[variable]
  if (asked === undefined) return undefined
  const number = Number(asked)
  // An empty text counts as 0.
  if (!Number.isSafeInteger(number) || number < least || asked.trim() === '') {
    throw new Error(`${variable} is "${asked}", and must be a whole number from ${least}`)
  }
  return number
}
