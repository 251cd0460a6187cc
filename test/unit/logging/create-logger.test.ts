import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { decode } from '../../../src/codec/decode.ts'
import { createLogger } from '../../../src/logging/create-logger.ts'
import type { Logger } from '../../../src/logging/logger.ts'
import { LoggingSettings } from '../../../src/logging/settings.ts'

const now = () => new Date('2030-01-31T12:00:00.000Z')

function linesOf(settings: object, log: (logger: Logger) => void): string[] {
  const stream = new PassThrough()
  log(createLogger(decode(LoggingSettings, settings), { stream, now }))
  const written = stream.read() as Buffer | null
  return written === null ? [] : written.toString().trimEnd().split('\n')
}

function jsonOf(log: (logger: Logger) => void): unknown[] {
  return linesOf({}, log).map((line) => JSON.parse(line) as unknown)
}

/** What a line of text says of an error that is told without its stack. */
function errorsOf(error: unknown): unknown {
  const lines = linesOf({ format: 'text' }, (logger) => logger.error('failed', {}, error))
  assert.equal(lines.length, 1)
  return JSON.parse(/ errors=(".*")$/u.exec(lines[0] ?? '')?.[1] ?? assert.fail(lines[0]))
}

class DirectoryError extends Error {
  override readonly name = 'DirectoryError'
  readonly failure = 'unavailable'
  readonly resultCode = 51
}

describe('createLogger', () => {
  it('writes one JSON object per event, with the fields beside the message', () => {
    const lines = linesOf({}, (logger) => {
      logger.info('user created', { requestId: 'r1', durationMs: 12, isPartial: false })
      logger.warn('slow')
    })
    assert.deepEqual(lines, [
      '{"time":"2030-01-31T12:00:00.000Z","level":"info","message":"user created","requestId":"r1","durationMs":12,"isPartial":false}',
      '{"time":"2030-01-31T12:00:00.000Z","level":"warn","message":"slow"}',
    ])
  })

  it('writes readable text', () => {
    const lines = linesOf({ format: 'text' }, (logger) => {
      logger.info('user created', { requestId: 'r1', agent: 'One Login', blank: '' })
    })
    assert.deepEqual(lines, [
      '2030-01-31T12:00:00.000Z INFO  user created requestId=r1 agent="One Login" blank=""',
    ])
  })

  for (const [level, logged] of [
    ['debug', ['DEBUG a', 'INFO b', 'WARN c', 'ERROR d']],
    ['warn', ['WARN c', 'ERROR d']],
    ['error', ['ERROR d']],
  ] as const) {
    it(`logs ${logged.length} of four events at the level ${level}, without fields that have no value`, () => {
      const lines = linesOf({ level, format: 'text' }, (logger) => {
        logger.debug('a')
        logger.info('b')
        logger.warn('c', { requestId: undefined })
        logger.error('d')
      })
      assert.deepEqual(
        lines.map((line) => line.split(/ +/u).slice(1).join(' ')),
        logged,
      )
    })
  }

  it('keeps time, level and message when a field has the same name', () => {
    assert.deepEqual(
      jsonOf((logger) => logger.info('a', { message: 'b', level: 'error', time: 'never' })),
      [{ time: '2030-01-31T12:00:00.000Z', level: 'info', message: 'a' }],
    )
  })

  it('logs the whole chain of causes by name, message and code', () => {
    const socketError = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    delete socketError.stack
    const error = new DirectoryError('the directory is away', { cause: socketError })
    assert.deepEqual(
      jsonOf((logger) => logger.error('request failed', { requestId: 'r1' }, error)),
      [
        {
          time: '2030-01-31T12:00:00.000Z',
          level: 'error',
          message: 'request failed',
          requestId: 'r1',
          errors: [
            {
              name: 'DirectoryError',
              message: 'the directory is away',
              failure: 'unavailable',
              resultCode: 51,
            },
            { name: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
          ],
        },
      ],
    )
  })

  it('logs the stack of an error that nobody expects', () => {
    const lines = linesOf({ format: 'text' }, (logger) =>
      logger.error('request failed', {}, new TypeError('x is not a function')),
    )
    assert.equal(lines[1], '    TypeError: x is not a function')
    assert.match(lines[2] ?? '', /^ {8}at .*create-logger\.test\.ts/u)
  })

  it('leaves out the stacks below a failure of the directory, which is expected to happen', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    const error = new Error('outer', { cause: new DirectoryError('away', { cause: refused }) })
    error.name = 'ScimError'
    for (const format of ['text', 'json']) {
      const lines = linesOf({ format }, (logger) => logger.error('request failed', {}, error))
      assert.equal(lines.length, 1)
      assert.doesNotMatch(lines[0] ?? '', /\bat .*create-logger|"stack"/u)
      for (const told of ['outer', 'away', 'connect ECONNREFUSED']) {
        assert.ok((lines[0] ?? '').includes(told), told)
      }
    }
  })

  it('keeps the stack of a mistake, also below a failure of the directory', () => {
    const mistake = new TypeError('x is not a function')
    const lines = linesOf({ format: 'text' }, (logger) => {
      logger.error('request failed', {}, new DirectoryError('protocol', { cause: mistake }))
    })
    assert.deepEqual(lines.slice(1, 3), [
      '    DirectoryError: protocol failure=unavailable resultCode=51',
      '    caused by TypeError: x is not a function',
    ])
    assert.match(lines[3] ?? '', /^ {8}at .*create-logger\.test\.ts/u)
  })

  it('survives causes that run in a circle, errors in errors, and things that are no errors', () => {
    const inner = new DirectoryError('inner')
    const circle = new DirectoryError('outer', { cause: inner })
    inner.cause = circle
    const several = new AggregateError([new DirectoryError('first'), 'text'], 'several')
    several.name = 'DirectoryError'
    assert.equal(
      errorsOf(circle),
      'DirectoryError: outer failure=unavailable resultCode=51 caused by DirectoryError: inner failure=unavailable resultCode=51',
    )
    assert.equal(
      errorsOf(several),
      'DirectoryError: several caused by DirectoryError: first failure=unavailable resultCode=51 caused by string: text',
    )
    assert.equal(errorsOf(null), 'object: null')
  })

  it('cannot be made to write a line of its own by input', () => {
    const forged = 'x\n2030-01-31T12:00:00.000Z INFO  user deleted\r\u001b[2J\u009b2J\u2028\u202e'
    const log = (logger: Logger) => logger.error(forged, { forged }, new DirectoryError(forged))
    for (const format of ['text', 'json']) {
      const lines = linesOf({ format }, log)
      assert.equal(lines.length, 1)
      // eslint-disable-next-line no-control-regex -- control characters are what must not be there
      assert.doesNotMatch(lines.join(''), /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/u)
    }
    assert.match(linesOf({ format: 'text' }, log)[0] ?? '', / errors="DirectoryError: x\\n2030/u)
    const withStack = linesOf({ format: 'text' }, (logger) => {
      logger.error('failed', {}, new TypeError(forged))
    })
    assert.match(withStack[1] ?? '', /^ {4}TypeError: x\\u000a2030/u)
  })

  it('withholds secrets in fields, messages and errors', () => {
    const secret = 'hunter2'
    const error = new DirectoryError(`bind with password=${secret} failed`, {
      cause: new Error(`{"userPassword":"${secret}"}`),
    })
    for (const format of ['text', 'json']) {
      const written = linesOf({ format }, (logger) => {
        logger.error(
          `header Authorization: Bearer ${secret}`,
          { password: secret, bindPassword: secret },
          error,
        )
      }).join('\n')
      assert.ok(!written.includes(secret), written)
    }
  })
})

describe('LoggingSettings', () => {
  it('logs events from info on as JSON unless told otherwise', () => {
    assert.deepEqual(decode(LoggingSettings, {}), { level: 'info', format: 'json' })
  })
})
