import type { ScimError } from '../error.ts'
import { excerpt } from '../excerpt.ts'
import { findAttributePath, formatAttributePath } from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import type { ResourceSchema } from '../schema/resource-schema.ts'
import { comparisonOperator, toComparison } from './comparison.ts'
import { junction } from './filter.ts'
import type { ScimFilter } from './filter.ts'
import { filterError, tokenize } from './token.ts'
import type { Token } from './token.ts'

const maxLength = 16_384
const maxDepth = 32

/** Reads a filter, or a path that holds one, by the grammar of RFC 7644 §3.4.2.2, figure 1, from the left to
 *  the right. Each method takes what it names off the text and fails with the ScimError invalidFilter where
 *  something else stands. */
export class FilterParser {
  readonly #schemas: readonly ResourceSchema[]
  readonly #tokens: readonly Token[]
  #index = 0
  #depth = 0

  /** @param others further resource types, whose attributes may be named as well. */
  constructor(text: string, schema: ResourceSchema, others: readonly ResourceSchema[] = []) {
    if (text.length > maxLength) {
      throw filterError(`A filter has at most ${maxLength} characters`, maxLength)
    }
    this.#schemas = [schema, ...others]
    this.#tokens = tokenize(text)
  }

  /** A filter.
   *  @param scope the attribute between whose brackets the filter stands; its sub-attributes are what it
   *    names. */
  filter(scope?: AttributePath): ScimFilter {
    return this.#joined('or', () => this.#joined('and', () => this.#factor(scope)))
  }

  /** The filter between the brackets that stand behind an attribute; undefined when none stand there. */
  bracketed(path: AttributePath): ScimFilter | undefined {
    if (this.#next.kind !== '[') return undefined
    if (path.subAttribute) throw this.#noChoice(path)
    return this.#nested(']', () => this.filter(path))
  }

  /** The name of the sub-attribute that follows brackets directly; undefined when none does. */
  suffix(): string | undefined {
    const closing = this.#tokens[this.#index - 1]
    const isSuffix =
      this.#next.kind === 'word' &&
      this.#next.text.startsWith('.') &&
      this.#next.position === closing?.end
    return isSuffix ? this.#take().text.slice(1) : undefined
  }

  /** A word, whatever it means. */
  word(): string {
    if (this.#next.kind !== 'word') throw filterError('An attribute is missing', this.#here)
    return this.#take().text
  }

  /** The end of the text. */
  end(): void {
    if (this.#next.kind === 'end') return
    throw filterError(`Nothing can be made of ${excerpt(this.#next.text)}`, this.#here)
  }

  #joined(kind: 'and' | 'or', operand: () => ScimFilter): ScimFilter {
    const filters = [operand()]
    while (this.#isAt(kind)) {
      this.#take()
      filters.push(operand())
    }
    return junction(kind, filters)
  }

  #factor(scope: AttributePath | undefined): ScimFilter {
    if (this.#next.kind === '(') return this.#nested(')', () => this.filter(scope))
    if (this.#isAt('not') && this.#tokens[this.#index + 1]?.kind === '(') {
      this.#take()
      return { kind: 'not', filter: this.#nested(')', () => this.filter(scope)) }
    }
    return this.#expression(scope)
  }

  #expression(scope: AttributePath | undefined): ScimFilter {
    const position = this.#here
    const path = this.#path(this.word(), position, scope)
    if (this.#next.kind === '[' && isSingleText(path)) throw this.#noChoice(path)
    const filter = scope ? undefined : this.bracketed(path)
    if (filter === undefined) return this.#test(path)
    const suffixPosition = this.#here
    const suffix = this.suffix()
    if (suffix === undefined) return { kind: 'valuePath', path, filter }
    // Entra ID looks people up by `emails[type eq "work"].value eq "x"`: one element meets both.
    const test = this.#test(this.#path(suffix, suffixPosition, path))
    return { kind: 'valuePath', path, filter: junction('and', [filter, test]) }
  }

  #test(path: AttributePath): ScimFilter {
    const token = this.#take()
    if (token.kind === 'word' && token.text.toLowerCase() === 'pr') return { kind: 'present', path }
    const operator = token.kind === 'word' ? comparisonOperator(token.text) : undefined
    if (operator === undefined) {
      const problem = token.kind === 'end' ? 'An operator is missing' : notAnOperator(token.text)
      throw filterError(problem, token.position)
    }
    if (this.#next.kind !== 'word' && this.#next.kind !== 'text') {
      throw filterError('A value is missing', this.#here)
    }
    return toComparison(path, operator, this.#take())
  }

  #path(name: string, position: number, scope: AttributePath | undefined): AttributePath {
    const path = scope ? pathWithin(scope, name) : this.#find(name)
    if (path === undefined || isSecret(path)) {
      throw filterError(`There is no attribute ${excerpt(name)} to filter by`, position)
    }
    return path
  }

  #find(name: string): AttributePath | undefined {
    const [path] = this.#schemas.flatMap((schema) => findAttributePath(name, schema) ?? [])
    return path
  }

  #nested(closing: ')' | ']', read: () => ScimFilter): ScimFilter {
    const opening = this.#take()
    this.#depth += 1
    if (this.#depth > maxDepth) {
      throw filterError(`A filter nests at most ${maxDepth} deep`, opening.position)
    }
    const filter = read()
    if (this.#next.kind !== closing) throw filterError(`A "${closing}" is missing`, this.#here)
    this.#take()
    this.#depth -= 1
    return filter
  }

  #noChoice(path: AttributePath): ScimError {
    return filterError(`${formatAttributePath(path)} has no values to choose from`, this.#here)
  }

  #isAt(word: string): boolean {
    return this.#next.kind === 'word' && this.#next.text.toLowerCase() === word
  }

  /** The closing `end` is never gone past. */
  #take(): Token {
    const token = this.#next
    if (token.kind !== 'end') this.#index += 1
    return token
  }

  get #next(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '', position: 0, end: 0 }
  }

  get #here(): number {
    return this.#next.position
  }
}

/** The elements of a multi-valued attribute without sub-attributes are called `value` between brackets. */
function pathWithin(scope: AttributePath, name: string): AttributePath | undefined {
  const subAttribute = subAttributeOf(scope.attribute, name)
  if (subAttribute) return { ...scope, subAttribute }
  const isSimple = scope.attribute.subAttributes === undefined
  return isSimple && name.toLowerCase() === 'value' ? scope : undefined
}

/** Whether an attribute has neither parts nor several values, so that no brackets can follow it. */
function isSingleText({ attribute, subAttribute }: AttributePath): boolean {
  return !attribute.multiValued && (subAttribute ?? attribute).type !== 'complex'
}

/** A password must not be guessed character by character. RFC 7644 §7.5.2 */
function isSecret({ attribute, subAttribute }: AttributePath): boolean {
  return attribute.returned === 'never' || subAttribute?.returned === 'never'
}

function notAnOperator(text: string): string {
  return `${excerpt(text)} is not an operator`
}
