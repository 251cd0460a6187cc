import assert from 'node:assert/strict'
import { decode } from '../../../src/codec/decode.ts'
import { choice, Flag, NonEmptyString, Port } from '../../../src/codec/scalars.ts'
import { optional, required, settings, withDefault } from '../../../src/codec/settings.ts'
import { listOf, mapOf } from '../../../src/codec/structures.ts'
import { outlineSettings } from '../../../src/config/outline-settings.ts'
import { parseYaml } from '../../../src/config/yaml-source.ts'

const Token = settings('Token', {
  name: required(NonEmptyString, { text: 'Who.', example: 'onelogin' }),
  expires: optional(NonEmptyString, { text: 'When.', example: '2027-01-31' }),
})
const Tls = settings('Tls', {
  keyFile: required(NonEmptyString, { text: 'Key.', example: '/etc/tls.key' }),
  isStrict: withDefault(Flag, true, { text: 'Whether.' }),
})
const Bridge = settings('Bridge', {
  http: required(
    settings('Http', {
      port: withDefault(Port, 8080, { text: 'Where.' }),
      level: withDefault(choice('true', 'false'), 'true', { text: 'A word.' }),
      tokens: required(listOf(Token), { text: 'Tokens.' }),
      lookup: withDefault(listOf(NonEmptyString), ['id', 'urn:a:b'], { text: 'Order.' }),
      names: required(mapOf(NonEmptyString), { text: 'Names.', example: '{ userName: uid }' }),
      password: required(NonEmptyString, { text: 'P.', example: 'secret', isSecret: true }),
      kind: optional(NonEmptyString, { text: 'No example.' }),
      tls: optional(Tls, { text: 'TLS.' }),
    }),
    { text: 'HTTP.' },
  ),
})

describe('outlineSettings', () => {
  const outline = outlineSettings(Bridge)

  it('names every key once, with its default or an example, optional ones commented out', () => {
    assert.equal(
      outline,
      `http:
  port: 8080
  level: "true"
  tokens: # required
    - name: onelogin # required
      # expires: 2027-01-31
  lookup: [ id, urn:a:b ]
  names: { userName: uid } # required
  password: '***' # required
  # kind:
  # tls:
  #   keyFile: /etc/tls.key # required
  #   isStrict: true
`,
    )
  })

  it('is a configuration that can be decoded', () => {
    assert.deepEqual(decode(Bridge, parseYaml(outline, 'outline').value), {
      http: {
        port: 8080,
        level: 'true',
        tokens: [{ name: 'onelogin' }],
        lookup: ['id', 'urn:a:b'],
        names: { userName: 'uid' },
        password: '***',
      },
    })
  })
})
