import { redactText } from './redact.ts'

/** What is logged of one error. */
export interface ErrorRecord {
  readonly name: string
  readonly message: string
  /** What the error is decided by: `code` of Node, `failure` and `resultCode` of the directory, `status` of SCIM. */
  readonly facts: Readonly<Record<string, string | number>>
  /** The lines of the stack below the message; none for errors that are expected to happen. */
  readonly stack: readonly string[]
}

const factNames = ['code', 'failure', 'resultCode', 'attribute', 'status', 'scimType'] as const

/** Errors that tell of the world outside and not of a mistake in the bridge: where they were made explains nothing. */
const expectedNames: ReadonlySet<string> = new Set(['ScimError', 'DirectoryError', 'DecodeError'])

/** Mistakes of a program, wherever they stand in a chain. */
const mistakeNames: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError'])

const LONGEST_CHAIN = 10

/** An error with its causes, the outermost first, with secrets withheld. The errors of an AggregateError
 *  stand before its cause. At most ten are told. */
export function errorChain(error: unknown): readonly ErrorRecord[] {
  const chain: unknown[] = [error]
  for (let index = 0; index < chain.length && chain.length < LONGEST_CHAIN; index += 1) {
    chain.push(...causesOf(chain[index]).filter((cause) => !chain.includes(cause)))
  }
  // What the directory room has put into its words, a refused connection or a full disk, is expected to happen.
  const told = chain.findIndex((each) => each instanceof Error && each.name === 'DirectoryError')
  return chain
    .slice(0, LONGEST_CHAIN)
    .map((each, index) => toRecord(each, told !== -1 && index > told))
}

function causesOf(error: unknown): readonly unknown[] {
  if (!(error instanceof Error)) return []
  const several: readonly unknown[] = error instanceof AggregateError ? error.errors : []
  return error.cause === undefined ? several : [...several, error.cause]
}

function toRecord(error: unknown, isTold: boolean): ErrorRecord {
  if (!(error instanceof Error)) {
    return { name: typeof error, message: redactText(String(error)), facts: {}, stack: [] }
  }
  return {
    name: error.name,
    message: redactText(error.message),
    facts: factsOf(error),
    stack: isExpected(error, isTold) ? [] : framesOf(error),
  }
}

function isExpected({ name }: Error, isTold: boolean): boolean {
  return expectedNames.has(name) || (isTold && !mistakeNames.has(name))
}

function factsOf(error: Error): Readonly<Record<string, string | number>> {
  const known = new Map<string, unknown>(Object.entries(error))
  return Object.fromEntries(
    factNames.flatMap((name) => {
      const fact = known.get(name)
      return typeof fact === 'string' || typeof fact === 'number' ? [[name, fact]] : []
    }),
  )
}

function framesOf(error: Error): readonly string[] {
  const lines = error.stack?.split('\n') ?? []
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '))
}
