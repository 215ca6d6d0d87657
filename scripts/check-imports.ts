/** Fails when an import goes against the arrows (arrows.ts), or when files import each other in a circle. */
import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { complaint, importsOf } from './arrows.ts'
import { circles } from './circles.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const paths = globSync(['packages/*/src/**/*.ts', 'examples/*.ts'], { cwd: ROOT }).map((path) =>
  path.replaceAll('\\', '/'),
)
const complaints: string[] = []
const graph = new Map<string, string[]>()

for (const path of paths) {
  const targets: string[] = []
  for (const { target, isValue } of importsOf(readFileSync(posix.join(ROOT, path), 'utf8'))) {
    const resolved = target.startsWith('.') ? posix.join(posix.dirname(path), target) : undefined
    const wrong = complaint(path, target, resolved)
    if (wrong !== undefined) complaints.push(wrong)
    if (resolved !== undefined && isValue) targets.push(resolved)
  }
  graph.set(path, targets)
}
for (const circle of circles(graph))
  complaints.push(`these files import each other in a circle: ${circle.join(' -> ')}`)

if (paths.length === 0) complaints.push('no files were found to check')
for (const line of complaints) process.stderr.write(`${line}\n`)
process.stdout.write(`${paths.length} files checked, ${complaints.length} imports against the arrows\n`)
process.exitCode = complaints.length === 0 ? 0 : 1
