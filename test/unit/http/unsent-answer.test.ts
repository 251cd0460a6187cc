import assert from 'node:assert/strict'
import { reportUnsentAnswer } from '../../../src/http/unsent-answer.ts'
import type { ScimContext } from '../../../src/http/state.ts'
import { RecordingLogger } from '../../endpoint/http/recording-logger.ts'

/** Reports a failure behind the last middleware of a request. */
function reported(
  connection: Pick<ScimContext, 'headerSent' | 'writable'>,
): RecordingLogger['events'] {
  const logger = new RecordingLogger()
  const context = { ...connection, state: { requestId: 'r-1' } } as ScimContext
  reportUnsentAnswer(logger)(new TypeError('broken'), context)
  return logger.events
}

describe('reportUnsentAnswer', () => {
  it('is an error where the client is there and has been sent nothing', () => {
    const [event] = reported({ headerSent: false, writable: true })
    assert.equal(event?.message, 'answer not sent')
    assert.equal(event.level, 'error')
    assert.ok(event.error instanceof TypeError)
  })

  for (const connection of [
    { headerSent: true, writable: true },
    { headerSent: false, writable: false },
  ]) {
    it(`is none where the client is gone, or has been sent a part: ${JSON.stringify(connection)}`, () => {
      const [event] = reported(connection)
      assert.equal(event?.message, 'connection lost')
      assert.equal(event.level, 'info')
    })
  }
})
