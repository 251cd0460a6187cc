// Run by a test in a process of its own with NODE_DEBUG=ldapts: writes passwords in every way over a connection.
import { argv } from 'node:process'
import { Connection } from '../../../src/directory/connection.ts'
import { passwordModify } from '../../../src/directory/message-extended.ts'
import { optionsFor, replacement } from './connection-fixture.ts'

const [, , url = '', password = ''] = argv
const credentials = { dn: 'uid=bridge', password }
const connection = await Connection.open(optionsFor(url, { credentials }))
await connection.request(replacement('uid=a', 'userPassword', [Buffer.from(password)]))
await connection.request(passwordModify({ user: 'uid=a', newPassword: password }))
connection.close()
