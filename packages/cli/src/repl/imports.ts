/**
 * Import declarations for code that is no module: `import * as socket from 'x'` becomes a constant that awaits a
 * call. So the programs of the tutorials' page can be pasted as they stand there.
 */

const IMPORT = /^([ \t]*)import\s+(type\s+)?(?:([^'"()]*?)\s*from\s*)?(['"])([^'"\n]+)\4[ \t]*;?/gm
const AWAITED = /\bawait\s+import\s*\(/g
const BEGUN = /^[ \t]*import\s+(?:type\s+)?(?:\w+\s*,\s*)?\{[^}'"]*$/

/** Replaces the imports of a statement. `load` is the code of a function that takes a specifier. */
export function withoutImports(statement: string, load: string): string {
  if (!statement.includes('import')) return statement
  return statement
    .replace(
      IMPORT,
      (_all, indent: string, type?: string, names?: string, _quote?: string, from?: string) => {
        if (type !== undefined) return indent
        const call = `await ${load}(${JSON.stringify(from)})`
        return `${indent}${names === undefined ? '' : `const ${pattern(names)} = `}${call};`
      },
    )
    .replace(AWAITED, `await ${load}(`)
}

/** True for the first lines of an import whose names stand on several lines. V8 takes these for a mistake. */
export function isBegunImport(statement: string): boolean {
  return BEGUN.test(statement)
}

/** The names of an import, as what stands before the `=` of a constant. */
function pattern(names: string): string {
  const [, all] = /^\*\s*as\s+(\w+)$/.exec(names) ?? []
  if (all !== undefined) return all
  const [, whole, listed = ''] = /^(\w+)?\s*,?\s*(?:\{([^}]*)\})?$/.exec(names) ?? []
  const some = listed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.replace(/\s+as\s+/, ': '))
  return `{ ${[...(whole === undefined ? [] : [`default: ${whole}`]), ...some].join(', ')} }`
}
