import assert from 'node:assert/strict'
import { encodeMessage, type LdapRequest } from '../../../src/directory/message-encoding.ts'
import { MalformedMessageError } from '../../../src/directory/message-error.ts'
import {
  endTransaction,
  failedInTransaction,
  generatedPassword,
  passwordModify,
  startTransaction,
  transactionIdentifier,
} from '../../../src/directory/message-extended.ts'
import { transactionSpecification } from '../../../src/directory/controls.ts'
import { decodeMessage } from '../../../src/directory/message-decoding.ts'
import type { LdapResult } from '../../../src/directory/result.ts'
import {
  element,
  integer,
  octets,
  resultMessage,
} from '../../directory/connection/ldap-messages.ts'

function sent(request: LdapRequest): string {
  return encodeMessage(1, request).toString('hex')
}

function expected(oid: string, value?: Buffer, controls: Buffer = Buffer.alloc(0)): string {
  const parts = value === undefined ? [] : [octets(value, 0x81)]
  const request = element(0x77, octets(oid, 0x80), ...parts)
  return element(0x30, integer(1), request, controls).toString('hex')
}

function answer(value?: Buffer): LdapResult {
  const message = decodeMessage(resultMessage(1, 0x78, value === undefined ? {} : { value }))
  assert.ok(message.kind === 'result')
  return message.result
}

const no = Buffer.from('010100', 'hex')
const id = Buffer.from([255, 1])

describe('transactions (RFC 5805 §2)', () => {
  it('start without a value', () => {
    assert.equal(sent(startTransaction()), expected('1.3.6.1.1.21.1'))
  })

  it('have an identifier of bytes, which may be empty or missing', () => {
    assert.deepEqual(transactionIdentifier(answer(id)), id)
    assert.deepEqual(transactionIdentifier(answer(Buffer.alloc(0))), Buffer.alloc(0))
    assert.deepEqual(transactionIdentifier(answer()), Buffer.alloc(0))
  })

  it('end in a commit, which is the default and not written, or in giving up', () => {
    assert.equal(
      sent(endTransaction(id, true)),
      expected('1.3.6.1.1.21.3', element(0x30, octets(id))),
    )
    assert.equal(
      sent(endTransaction(id, false)),
      expected('1.3.6.1.1.21.3', element(0x30, no, octets(id))),
    )
  })

  it('tell which operation failed, where the server says so', () => {
    assert.equal(failedInTransaction(answer(element(0x30, integer(300)))), 300)
    assert.equal(failedInTransaction(answer(element(0x30))), undefined)
    assert.equal(failedInTransaction(answer(Buffer.alloc(0))), undefined)
    assert.equal(failedInTransaction(answer()), undefined)
  })
})

describe('Password Modify (RFC 3062 §2)', () => {
  const oid = '1.3.6.1.4.1.4203.1.11.1'

  it('names the user and the new password', () => {
    const value = element(0x30, octets('cn=a', 0x80), octets('néw', 0x82))
    assert.equal(sent(passwordModify({ user: 'cn=a', newPassword: 'néw' })), expected(oid, value))
  })

  it('names the old password, too, or lets the server generate one', () => {
    const value = element(0x30, octets('cn=a', 0x80), octets('old', 0x81))
    assert.equal(sent(passwordModify({ user: 'cn=a', oldPassword: 'old' })), expected(oid, value))
  })

  it('carries controls', () => {
    const controls = [transactionSpecification(Buffer.alloc(0))]
    const written = element(
      0xa0,
      element(0x30, octets('1.3.6.1.1.21.2'), Buffer.from('0101ff', 'hex'), octets('')),
    )
    assert.equal(
      sent(passwordModify({ user: 'cn=a', controls })),
      expected(oid, element(0x30, octets('cn=a', 0x80)), written),
    )
  })

  it('defect 15: answers a generated password as the bytes it is', () => {
    const password = Buffer.from('8bff00c3', 'hex')
    assert.deepEqual(generatedPassword(answer(element(0x30, octets(password, 0x80)))), password)
  })

  it('answers no password when one was given', () => {
    assert.equal(generatedPassword(answer()), undefined)
    assert.equal(generatedPassword(answer(element(0x30))), undefined)
  })

  it('refuses an answer that is not well-formed', () => {
    assert.throws(
      () => generatedPassword(answer(Buffer.from('3005', 'hex'))),
      MalformedMessageError,
    )
  })
})
