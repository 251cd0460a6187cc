/** How a command ends, after sysexits.h. */
export const exitCodes = {
  ok: 0,
  /** What was asked for did not hold, or was refused. */
  failed: 1,
  /** The arguments make no sense. */
  usage: 64,
  /** The directory cannot be reached. */
  unavailable: 69,
  /** The settings cannot work. */
  config: 78,
} as const

/** One of the ways a command ends. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
