#!/usr/bin/env node
import type { Signals } from './signals.ts'
import type { Terminal } from './terminal.ts'

const terminal: Terminal = {
  environment: process.env,
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
}

const reloading = Promise.withResolvers<() => void>()

const signals: Signals = {
  /** Ends with the first signal to stop; a second one ends the process at once, as it would without us. */
  stopped: async () =>
    await new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.once(signal, () => resolve(signal))
      }
    }),
  /** What has been asked for before is done now. */
  onReload: (reload) => reloading.resolve(reload),
}

// It would end the process, as it may a command that does not serve; every command line of one that does has the word.
if (process.argv.includes('serve')) {
  process.on('SIGHUP', () => void reloading.promise.then((reload) => reload()))
}

// Loaded only now: it takes a while, and the signal may come before it is over.
const { run } = await import('./run.ts')
process.exitCode = await run(process.argv.slice(2), terminal, signals)
