import { formatProblem } from '../codec/decode.ts'
import type { Settings, Tenant } from '../config/settings.ts'
import { createLogger } from '../logging/create-logger.ts'
import type { Logger } from '../logging/logger.ts'
import { keptNames } from '../mapping/kept-names.ts'
import { untypedLines } from '../mapping/untyped-lines.ts'
import { type Bridge, openReadingBridge } from './bridge.ts'
import { isBrakeOn } from '../provisioning/brake.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { checkLocally } from './local-check.ts'
import { checkStartup, problemLines } from './startup-check.ts'
import { ofTenant } from './tenant-check.ts'
import type { Terminal } from './terminal.ts'

/** Checks settings that were read, on this machine and for some tenants against the live directory, and says everything that is
 *  wrong. */
export async function check(
  settings: Settings,
  tenants: readonly Tenant[],
  terminal: Terminal,
): Promise<ExitCode> {
  const logger = createLogger({ ...settings.logging, level: 'error' }, { stream: process.stderr })
  terminal.print('The settings are well formed.')
  const problems = await checkLocally(settings)
  if (problems.length > 0) complain(problems, '', terminal)
  const found: ExitCode[] = problems.length > 0 ? [exitCodes.config] : []
  for (const tenant of tenants) found.push(await checkTenant(tenant, logger, terminal))
  const [worst = exitCodes.ok] = [exitCodes.unavailable, exitCodes.config].filter((code) =>
    found.includes(code),
  )
  return worst
}

async function checkTenant(tenant: Tenant, logger: Logger, terminal: Terminal): Promise<ExitCode> {
  const of = ofTenant(tenant)
  const bridge = await openReadingBridge(tenant, logger)
  try {
    const result = await checkStartup(bridge, tenant)
    switch (result.state) {
      case 'wrong':
        complain(result.problems, of, terminal)
        return exitCodes.config
      case 'unreachable':
        terminal.complain(`The directory cannot be reached${of}: ${result.reason}`)
        return exitCodes.unavailable
      case 'ready':
        for (const { path, reason } of result.doubts) {
          terminal.print(`${formatProblem({ path: `${path}${of}`, reason })}.`)
        }
        for (const line of await warnings(bridge, tenant)) terminal.print(line)
        terminal.print(
          `The directory answers (${result.kind}), and the mapping works on its schema${of}.`,
        )
        return exitCodes.ok
    }
  } finally {
    await bridge.close()
  }
}

/** What works and is to be thought over. */
async function warnings({ parts }: Bridge, tenant: Tenant): Promise<readonly string[]> {
  const of = ofTenant(tenant)
  const { users } = await parts.mappings.get()
  const untyped = untypedLines(users.entries.slots).map(
    (key) =>
      `users.attributes.${key} keeps no types${of}: Entra ID asks by type, and is refused where it changes several. Give each type a line, such as emails[type eq "work"].`,
  )
  const kept = keptNames(users.settings, users.entries.identity).map(
    (name) =>
      `users.givesUp does not name ${name}${of}, which the directory has once: whoever is deleted, and so moved, cannot be created again.`,
  )
  const brake = isBrakeOn(tenant.brake)
    ? []
    : [`Nothing stops mass deletions${of}: brake.entry is not set, or brake.enabled is false.`]
  return [...brake, ...untyped, ...kept]
}

function complain(
  problems: Parameters<typeof problemLines>[0],
  of: string,
  terminal: Terminal,
): void {
  terminal.complain(`The settings cannot work${of}:\n${problemLines(problems)}`)
}
