import assert from 'node:assert/strict'
import type * as t from 'io-ts'
import { DecodeError, decode } from '../../../src/codec/decode.ts'
import { Flag, Milliseconds, NonEmptyString, Port, url } from '../../../src/codec/scalars.ts'
import { optional, required, settings, withDefault } from '../../../src/codec/settings.ts'
import { listOf, mapOf, oneOf } from '../../../src/codec/structures.ts'

const doc = { text: 'A setting.' }

const TlsSettings = settings('TlsSettings', {
  caFile: optional(NonEmptyString, doc),
  isVerified: withDefault(Flag, true, doc),
})

const ServerSettings = settings('ServerSettings', {
  url: required(url('ldap', 'ldaps'), doc),
  bindPassword: optional(NonEmptyString, { ...doc, isSecret: true }),
  port: withDefault(Port, 389, doc),
  tls: required(TlsSettings, doc),
  backup: optional(TlsSettings, doc),
})
type ServerSettings = t.TypeOf<typeof ServerSettings>

function problemsOf(codec: t.Mixed, input: unknown): readonly string[] {
  try {
    decode(codec, input)
  } catch (error) {
    assert.ok(error instanceof DecodeError)
    return error.problems.map(({ path, reason }) => `${path}: ${reason}`)
  }
  return []
}

describe('settings', () => {
  it('derives a type with required keys, defaults and keys that may be absent', () => {
    const least: ServerSettings = {
      url: 'ldaps://a.example',
      port: 636,
      tls: { isVerified: true },
    }
    const all: ServerSettings = {
      ...least,
      bindPassword: 'x',
      backup: { caFile: 'x', isVerified: false },
    }
    // @ts-expect-error an absent key is absent, it is not undefined
    const wrong: ServerSettings = { ...least, bindPassword: undefined }
    assert.ok(ServerSettings.is(least))
    assert.ok(ServerSettings.is(all))
    assert.ok(!ServerSettings.is(wrong))
  })

  it('fills in defaults, also those of a section that is left out', () => {
    assert.deepEqual(decode(ServerSettings, { url: 'ldap://a.example' }), {
      url: 'ldap://a.example',
      port: 389,
      tls: { isVerified: true },
    })
  })

  it('keeps what is given', () => {
    const given = {
      url: 'ldap://a.example',
      bindPassword: 'x',
      port: 1389,
      tls: { caFile: 'ca.pem', isVerified: false },
      backup: { isVerified: true },
    }
    assert.deepEqual(decode(ServerSettings, given), given)
  })

  it('takes a section without keys, which is null in YAML, as left out', () => {
    const decoded = decode(ServerSettings, { url: 'ldap://a.example', tls: null, backup: null })
    assert.deepEqual(decoded, { url: 'ldap://a.example', port: 389, tls: { isVerified: true } })
  })

  it('refuses a key without a value, because nobody can tell what was meant', () => {
    assert.deepEqual(problemsOf(ServerSettings, { url: null, port: null }), [
      'url: has no value: give one, or leave the key out',
      'port: has no value: give one, or leave the key out',
    ])
  })

  it('reports every problem, deep ones included, with its path', () => {
    const input = { bindPassword: '', port: 65_536, tls: { isVerified: 'yes' }, backup: [] }
    assert.deepEqual(problemsOf(ServerSettings, input), [
      'url: is required',
      'bindPassword: must be text that is not empty',
      'port: must be a port from 0 to 65535',
      'tls.isVerified: must be true or false',
      'backup: must be an object',
    ])
  })

  it('refuses a key that it does not know and names the one that was meant', () => {
    const input = { url: 'ldap://a.example', bindPasword: 'x', tls: { zebra: 1 } }
    assert.deepEqual(problemsOf(ServerSettings, input), [
      'bindPasword: is not a setting; did you mean bindPassword?',
      'tls.zebra: is not a setting',
    ])
  })

  it('does not take inherited properties for keys', () => {
    const Odd = settings('Odd', { toString: optional(NonEmptyString, doc) })
    assert.deepEqual(decode(Odd, {}), {})
    assert.deepEqual(problemsOf(ServerSettings, JSON.parse('{"url":"ldap://a","__proto__":{}}')), [
      '__proto__: is not a setting',
    ])
  })

  it('checks what must hold between keys once each is right by itself', () => {
    const Window = settings(
      'Window',
      { least: required(Milliseconds, doc), most: required(Milliseconds, doc) },
      ({ least, most }) =>
        least <= most ? [] : [{ path: 'most', reason: 'must not be below least' }],
    )
    const Outer = settings('Outer', { window: required(Window, doc) })
    assert.deepEqual(decode(Outer, { window: { least: 1, most: 1 } }), {
      window: { least: 1, most: 1 },
    })
    assert.deepEqual(problemsOf(Outer, { window: { least: 2, most: 1 } }), [
      'window.most: must not be below least',
    ])
    assert.deepEqual(problemsOf(Outer, { window: { least: 2, most: 0 } }), [
      'window.most: must be whole milliseconds >= 1',
    ])
  })

  describe('whose keys are wrong in several ways', () => {
    const Window = settings(
      'Window',
      {
        least: required(Milliseconds, doc),
        most: withDefault(Milliseconds, 10, doc),
        name: optional(NonEmptyString, doc),
      },
      ({ least, most }) =>
        least <= most ? [] : [{ path: 'most', reason: 'must not be below least' }],
      ({ name }) => (name === 'x' ? [{ path: 'name', reason: 'must not be x' }] : []),
    )
    const Outer = settings(
      'Outer',
      { window: required(Window, doc), other: required(Milliseconds, doc) },
      ({ window }) => (window.least === 7 ? [{ path: 'window', reason: 'must not be 7' }] : []),
    )

    it('has every problem told at once, those between keys among them', () => {
      assert.deepEqual(problemsOf(Outer, { window: { least: 20, name: 'x' }, other: 'a' }), [
        'window.most: must not be below least',
        'window.name: must not be x',
        'other: must be whole milliseconds >= 1',
      ])
    })

    it('is checked between the keys that are right, of sections within as well', () => {
      assert.deepEqual(problemsOf(Outer, { window: { least: 7, most: 'a', name: 'x' } }), [
        'window.most: must be whole milliseconds >= 1',
        'window.name: must not be x',
        'other: is required',
        'window: must not be 7',
      ])
    })

    it('is not checked where a key that was meant is misspelled, and has its default for nobody', () => {
      assert.deepEqual(problemsOf(Outer, { window: { least: 20, moste: 30 }, other: 1 }), [
        'window.moste: is not a setting; did you mean most?',
      ])
    })

    it('is not checked where a section is none', () => {
      assert.deepEqual(problemsOf(Outer, { window: 7, other: 1 }), ['window: must be an object'])
    })
  })

  it('shows its declaration, so that others can walk it', () => {
    assert.deepEqual(Object.keys(ServerSettings.declaration), [
      'url',
      'bindPassword',
      'port',
      'tls',
      'backup',
    ])
    assert.equal(ServerSettings.declaration.port.defaultValue, 389)
    assert.equal(ServerSettings.declaration.tls.codec.declaration.isVerified.presence, 'default')
  })
})

describe('structures of settings', () => {
  const Token = settings('Token', { name: required(NonEmptyString, doc) })

  it('decodes lists and names the place of a problem', () => {
    const Http = settings('Http', { tokens: required(listOf(Token), doc) })
    assert.deepEqual(decode(Http, { tokens: [{ name: 'a' }] }), { tokens: [{ name: 'a' }] })
    assert.deepEqual(problemsOf(Http, { tokens: [{ name: 'a' }, {}, 'b'] }), [
      'tokens[1].name: is required',
      'tokens[2]: must be an object',
    ])
    assert.deepEqual(problemsOf(Http, { tokens: 'a' }), ['tokens: must be a list'])
  })

  it('decodes maps with free keys, whatever the keys are', () => {
    const Users = settings('Users', { attributes: required(mapOf(NonEmptyString), doc) })
    const decoded = decode(Users, JSON.parse('{"attributes":{"userName":"uid","__proto__":"x"}}'))
    assert.deepEqual(Object.entries(decoded.attributes), [
      ['userName', 'uid'],
      ['__proto__', 'x'],
    ])
    assert.deepEqual(problemsOf(Users, { attributes: { userName: 1, 'name.givenName': [] } }), [
      'attributes.userName: must be text that is not empty',
      'attributes["name.givenName"]: must be text that is not empty',
    ])
    assert.deepEqual(problemsOf(Users, { attributes: [] }), ['attributes: must be an object'])
  })

  it('chooses by shape between text, list and object, and reports the problems of that choice', () => {
    const Names = oneOf({ scalar: NonEmptyString, list: listOf(NonEmptyString), object: Token })
    const Users = settings('Users', { names: required(Names, doc) })
    for (const names of ['a', ['a', 'b'], { name: 'a' }]) {
      assert.deepEqual(decode(Users, { names }), { names })
    }
    assert.deepEqual(problemsOf(Users, { names: '' }), ['names: must be text that is not empty'])
    assert.deepEqual(problemsOf(Users, { names: ['a', 1] }), [
      'names[1]: must be text that is not empty',
    ])
    assert.deepEqual(problemsOf(Users, { names: {} }), ['names.name: is required'])
  })

  it('names every shape when the input has none of them', () => {
    const Names = oneOf({ scalar: NonEmptyString, object: Token })
    assert.deepEqual(
      problemsOf(settings('Users', { names: required(Names, doc) }), { names: [] }),
      ['names: must be text that is not empty, or an object'],
    )
  })

  it('encodes back to what can be decoded', () => {
    const Everything = settings('Everything', {
      ports: required(listOf(Port), doc),
      limits: required(mapOf(Milliseconds), doc),
      either: required(oneOf({ scalar: Port, object: Token }), doc),
      none: optional(Port, doc),
    })
    const value = { ports: [1, 2], limits: { a: 3 }, either: { name: 'x' } }
    const encoded = Everything.encode(value)
    assert.deepEqual(encoded, {
      ports: ['1', '2'],
      limits: { a: '3' },
      either: { name: 'x' },
    })
    assert.deepEqual(decode(Everything, encoded), value)
  })
})
