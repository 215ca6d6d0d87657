/** What the Tab key finds: names in scope, and after a point what the object has. Nothing is run for it. */
import type { Evaluator } from './evaluator.ts'

/** The words that go on where the line ends, and the part of the line that they replace. */
export function completions(
  line: string,
  names: readonly string[],
  evaluator: Pick<Evaluator, 'look'>,
): readonly [words: readonly string[], part: string] {
  const [command] = /^\s*\.\w*$/.exec(line) ?? []
  if (command !== undefined)
    return [['.help', '.break', '.exit'].filter((word) => word.startsWith(command.trim())), command.trim()]
  const [part = ''] = /[\w$]+(?:\.[\w$]*)*$/.exec(line) ?? []
  if (part === '') return [[], '']
  const point = part.lastIndexOf('.')
  if (point < 0) return [names.filter((name) => name.startsWith(part)).toSorted(), part]
  const owner = part.slice(0, point)
  const found = propertiesOf(evaluator.look(owner)).filter((name) => name.startsWith(part.slice(point + 1)))
  return [found.map((name) => `${owner}.${name}`), part]
}

/** Names that can be written after a point, those of the class before those of its parents. */
function propertiesOf(value: unknown): string[] {
  const names = new Set<string>()
  for (let at: unknown = value === null || value === undefined ? null : new Object(value); ; ) {
    if (typeof at !== 'object' && typeof at !== 'function') break
    if (at === null || at === Object.prototype) break
    for (const name of Object.getOwnPropertyNames(at)) {
      if (/^[a-zA-Z$]\w*$/.test(name) && name !== 'constructor') names.add(name)
    }
    at = Object.getPrototypeOf(at)
  }
  return [...names]
}
