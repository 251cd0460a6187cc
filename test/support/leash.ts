import { constants } from 'node:fs'
import { access } from 'node:fs/promises'

/** A command line as it is handed to the system. */
export type CommandLine = readonly [program: string, ...args: string[]]

/** The command under setpriv (util-linux), by which the kernel kills it when its parent dies, however that ends; unchanged
 *  where there is no setpriv. The process id stays that of the command. */
export async function leashed(command: CommandLine): Promise<CommandLine> {
  const setpriv = '/usr/bin/setpriv'
  try {
    await access(setpriv, constants.X_OK)
    return [setpriv, '--pdeathsig', 'KILL', '--', ...command]
  } catch {
    return command
  }
}
