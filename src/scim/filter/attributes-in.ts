import type { AttributePath } from '../schema/attribute-path.ts'
import { formatAttributePath } from '../schema/attribute-path.ts'
import type { ScimFilter } from './filter.ts'

/** The attributes that a filter asks about, each once and as a whole: nothing else of a resource is needed to decide it. */
export function attributesIn(filter: ScimFilter): readonly AttributePath[] {
  const paths = pathsIn(filter).map(({ schema, attribute }): AttributePath =>
    schema === undefined ? { attribute } : { schema, attribute },
  )
  return [...new Map(paths.map((path) => [formatAttributePath(path), path])).values()]
}

function pathsIn(filter: ScimFilter): readonly AttributePath[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(pathsIn)
    case 'not':
      return pathsIn(filter.filter)
    case 'present':
    case 'compare':
    case 'valuePath':
      return [filter.path]
  }
}
