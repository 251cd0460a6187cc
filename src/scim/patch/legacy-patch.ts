import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { elementsOf } from '../schema/attribute-path.ts'
import { markOf } from './element-mark.ts'
import type { PatchOperation } from './patch-operation.ts'

/** The operations that the body of a PATCH of SCIM 1.1 stands for: a resource with what is to be added or
 *  replaced, the elements to be taken out of its lists marked with `"operation": "delete"`, the attributes
 *  to be cleared named in `meta.attributes`. OneLogin fills its groups so. An element marked in any other
 *  way than `add` and `delete` changes nothing; one element may stand for a list. Undefined when the body
 *  names no attribute. */
export function decodeLegacyPatch(body: JsonObject): readonly PatchOperation[] | undefined {
  const attributes = Object.entries(body).filter(([name]) => !isAboutResource(name))
  const cleared = clearedAttributes(body)
  if (attributes.length === 0 && cleared.length === 0) return undefined
  return [
    ...cleared.map((path) => ({ op: 'remove', path }) as const),
    ...attributes.flatMap(([name, value]) =>
      isJsonList(value) || markOf(value) !== 'add'
        ? operationsOnList(name, elementsOf(value))
        : [addition(name, value)],
    ),
  ]
}

function isAboutResource(name: string): boolean {
  return ['schemas', 'id', 'meta'].includes(name.toLowerCase())
}

function clearedAttributes({ meta = null }: JsonObject): readonly string[] {
  const names = isJsonObject(meta) ? meta['attributes'] : undefined
  return isJsonList(names) ? names.filter((name) => typeof name === 'string') : []
}

function addition(name: string, value: JsonValue): PatchOperation {
  return { op: 'add', value: { [name]: value } }
}

/** Neighbours that are marked alike go into one operation; their order is kept. */
function operationsOnList(name: string, elements: readonly JsonValue[]): PatchOperation[] {
  const runs: { mark: 'add' | 'delete'; elements: JsonValue[] }[] = []
  for (const element of elements) {
    const mark = markOf(element)
    const run = runs.at(-1)
    if (mark === undefined) continue
    if (run?.mark === mark) run.elements.push(element)
    else runs.push({ mark, elements: [element] })
  }
  return runs.map((run) =>
    run.mark === 'add'
      ? addition(name, run.elements)
      : { op: 'remove', path: name, value: run.elements },
  )
}
