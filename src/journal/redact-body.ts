const WITHHELD = '***'

/** A SCIM request body without passwords: of every key that names one, at any depth and in any case, and of every
 *  patch operation whose path names one, the value is withheld. The caller has done so before; the journal is
 *  kept for years and does not rely on it. */
export function redactBody(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(redactBody)
  if (typeof body !== 'object' || body === null) return body
  const entries = Object.entries(body).map(([key, value]) => [key, value as unknown] as const)
  const isAboutPassword = entries.some(([key, value]) => isKey(key, 'path') && namesPassword(value))
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const isSecret = namesPassword(key) || (isAboutPassword && isKey(key, 'value'))
      return [key, isSecret ? WITHHELD : redactBody(value)]
    }),
  )
}

function isKey(key: string, name: string): boolean {
  return key.toLowerCase() === name
}

function namesPassword(name: unknown): boolean {
  return typeof name === 'string' && name.toLowerCase().includes('password')
}
