/**
 * `npm test`: everything that has to hold before a change goes in. `npm run test:long` (`--long`) adds the long
 * runs. The quick checks run side by side, then the tests of the packages beside those that span them; what
 * a step prints is shown when it failed, and for the tests always.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BIN = fileURLToPath(new URL('../node_modules/.bin/', import.meta.url))
const TEST = ['--conditions=partyline-source', '--test', '--test-isolation=none', '--test-reporter=spec']

/** Milliseconds for a step, five times what the longest takes: one that hangs is ended, and shows how far it came. */
const LIMIT_MS = 600_000

interface Step {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly alwaysShow?: boolean
}

const STATIC: readonly Step[] = [
  { name: 'types', command: [`${BIN}tsc`, '-p', 'tsconfig.json'] },
  { name: 'format and lint', command: [`${BIN}biome`, 'check', '--error-on-warnings', '.'] },
  { name: 'lint with types', command: [`${BIN}oxlint`, '--type-aware', '--deny-warnings'] },
  { name: 'arrows', command: [process.execPath, 'scripts/check-imports.ts'] },
]

const TESTS: readonly Step[] = [
  testsIn('tests of the packages', ['packages/*/src/**/*.test.ts', 'scripts/*.test.ts']),
  testsIn('tests that span packages', ['test/*.test.ts', 'bench/**/*.test.ts']),
]

const LONG: readonly Step[] = [testsIn('long runs', ['{packages/*/src,test}/**/*.long.test.ts'])]

/** A run of the test files found; the long ones only when they are named as such. */
function testsIn(name: string, patterns: readonly string[]): Step {
  const found = globSync(patterns, { cwd: ROOT }).sort()
  const isLong = (file: string): boolean => file.endsWith('.long.test.ts')
  const files = found.filter((file) => isLong(file) === patterns.some(isLong))
  if (files.length === 0) throw new Error(`${name}: no files were found`)
  return { name, command: [process.execPath, ...TEST, ...files], alwaysShow: true }
}

interface Outcome {
  readonly ok: boolean
  readonly output: string
}

function run({ command: [file, ...args] }: Step): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const limit = setTimeout(() => {
      output += `ended: it took more than ${LIMIT_MS / 1000} s\n`
      child.kill('SIGKILL')
      for (const pipe of [child.stdout, child.stderr]) pipe.destroy() // what it has started may still hold them
    }, LIMIT_MS)
    child.on('error', (error) => {
      output += `${error.message}\n`
    })
    child.on('close', (code) => {
      clearTimeout(limit)
      resolve({ ok: code === 0, output })
    })
  })
}

async function runAll(steps: readonly Step[]): Promise<boolean> {
  const outcomes = await Promise.all(
    steps.map(async (step) => {
      const began = performance.now()
      const { ok, output } = await run(step)
      if (!ok || step.alwaysShow === true) process.stdout.write(output)
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)\n`)
      return ok
    }),
  )
  return outcomes.every(Boolean)
}

const isLong = process.argv.includes('--long')
const passed = (await runAll(STATIC)) && (await runAll(TESTS)) && (!isLong || (await runAll(LONG)))
process.exitCode = passed ? 0 : 1
