import assert from 'node:assert/strict'
import { Flag, NonEmptyString, Port } from '../../../src/codec/scalars.ts'
import { optional, required, settings, withDefault } from '../../../src/codec/settings.ts'
import { listOf, mapOf, oneOf } from '../../../src/codec/structures.ts'
import { documentSettings } from '../../../src/config/document-settings.ts'
import { outlineSettings } from '../../../src/config/outline-settings.ts'

const Token = settings('Token', {
  name: required(NonEmptyString, { text: 'Who uses it.', example: 'onelogin' }),
})
const Bridge = settings('Bridge', {
  mode: withDefault(Flag, true, { text: 'Whether.' }),
  http: required(
    settings('Http', {
      bindPort: withDefault(Port, 8080, { text: 'Where to listen.', example: '8443' }),
      password: required(NonEmptyString, { text: 'The password.', isSecret: true }),
      tokens: withDefault(listOf(Token), [], { text: 'Who is let in.' }),
      names: optional(mapOf(oneOf({ scalar: NonEmptyString, object: Token })), { text: 'Names.' }),
      tls: optional(settings('Tls', { key: required(NonEmptyString, { text: 'The key.' }) }), {
        text: 'TLS.',
      }),
    }),
    { text: 'How clients reach it.' },
  ),
})

describe('documentSettings', () => {
  const page = documentSettings(Bridge)

  it('says how settings are given', () => {
    assert.match(page, /^# Configuration\n/u)
    assert.match(page, /`SCIM_` and the path of the key in capitals/u)
  })

  it('shows every key at a glance before it says what each means', () => {
    const [, outline] = /```yaml\n([^`]*)```/u.exec(page) ?? []
    assert.equal(outline, outlineSettings(Bridge))
  })

  it('documents each key with its meaning, type, default, variable and example', () => {
    const keys = page.slice(page.indexOf('### '))
    assert.equal(
      keys,
      `### \`mode\`

Whether.

- Value: true or false
- Default: \`true\`
- Variable: \`SCIM_MODE\`

## http

How clients reach it.

### \`http.bindPort\`

Where to listen.

- Value: a port from 0 to 65535
- Default: \`8080\`
- Variable: \`SCIM_HTTP_BIND_PORT\`
- Example: \`8443\`

### \`http.password\`

The password.

- Value: text that is not empty
- Required
- Variable: \`SCIM_HTTP_PASSWORD\`, or the name of a file that holds it in \`SCIM_HTTP_PASSWORD_FILE\`

### \`http.tokens\`

Who is let in.

- Value: a list, each an object
- Default: \`[]\`
- Variable: \`SCIM_HTTP_TOKENS\`

### \`http.tokens[].name\`

Who uses it.

- Value: text that is not empty
- Required
- Example: \`onelogin\`

### \`http.names\`

Names.

- Value: a map, each value text that is not empty, or an object
- Optional
- Variable: \`SCIM_HTTP_NAMES\`

### \`http.names.*.name\`

Who uses it.

- Value: text that is not empty
- Required
- Example: \`onelogin\`

### \`http.tls\`

TLS.

This section may be left out.

### \`http.tls.key\`

The key.

- Value: text that is not empty
- Required
- Variable: \`SCIM_HTTP_TLS_KEY\`
`,
    )
  })
})
