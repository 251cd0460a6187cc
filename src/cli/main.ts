#!/usr/bin/env node
import { run } from './run.ts'

const terminal = {
  environment: process.env,
  print: (text: string) => void process.stdout.write(`${text}\n`),
  complain: (text: string) => void process.stderr.write(`${text}\n`),
}

const signals = {
  /** Ends with the first signal to stop; a second one ends the process at once, as it would without us. */
  stopped: async (): Promise<string> =>
    await new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.once(signal, () => resolve(signal))
      }
    }),
  onReload: (reload: () => void) => void process.on('SIGHUP', reload),
}

process.exitCode = await run(process.argv.slice(2), terminal, signals)
