/**
 * The samples of a Markdown page: finds them, runs them as the programs that a reader would paste into a file, and
 * checks their types. What a page shows is what happened.
 *
 *     for (const { program, output } of programsOf('docs/sockets.md')) {
 *       assertShown(await runSample(program), output)
 *     }
 *
 * A sample that needs a fixed port reads it from one line, `const port = 5000`; that line gets a free port when the
 * sample runs, and the free port becomes 5000 again in what it prints. In a shown output `…` stands for any text
 * within a line.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { freePort as freePortOf } from '../packages/cli/src/check/free-port.ts'

/** A fenced code block. */
export interface Sample {
  /** The first word after the fence: `ts`, `text`, `sh`; empty when there is none. */
  readonly lang: string
  /** The other words after the fence. */
  readonly info: string
  /** What is between the fences, without a newline at the end. */
  readonly code: string
  /** The line of its first line in the page, from 1. */
  readonly line: number
}

/** A TypeScript sample and what the page says it prints. */
export interface Program {
  readonly program: Sample
  /** The `text` block that comes next, if one comes before the next TypeScript block. */
  readonly output: Sample | undefined
}

/** How to run a sample. */
export interface RunOptions {
  /** The port for its line `const port = …`. Default: a free one. */
  readonly port?: number | undefined
  /** What it reads from its standard input. Default: nothing, and the end at once. */
  readonly input?: string | undefined
}

/** The folder of the repository. */
export const ROOT: string = fileURLToPath(new URL('..', import.meta.url))

/** A sample that has not ended after so many ms hangs, and is killed. No test waits for it. */
const GUARD = 30_000
const PORT_LINE = /^const port = (\d+)$/m

/** The fenced code blocks of a page, in their order. `page` is a path from the root of the repository. */
export function samplesOf(page: string): Sample[] {
  return samplesIn(readFileSync(resolve(ROOT, page), 'utf8'), page)
}

/** The fenced code blocks of a Markdown text. Throws for one without an end: its page would show the rest as code. */
export function samplesIn(markdown: string, page = 'the page'): Sample[] {
  const samples: Sample[] = []
  let open: { fence: string; lang: string; info: string; line: number; code: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, fence = '', words = ''] = /^(`{3,}|~{3,})(.*)$/.exec(line) ?? []
    if (open === undefined && fence !== '') {
      const [lang = '', ...info] = words.trim().split(/\s+/)
      open = { fence, lang, info: info.join(' '), line: index + 2, code: [] }
    } else if (open !== undefined && fence.startsWith(open.fence) && words.trim() === '') {
      samples.push({ lang: open.lang, info: open.info, code: open.code.join('\n'), line: open.line })
      open = undefined
    } else open?.code.push(line)
  }
  if (open !== undefined) throw new Error(`${page}:${open.line - 1}: this code block has no end`)
  return samples
}

/** The TypeScript samples of a page, each with the output shown after it. */
export function programsOf(page: string): Program[] {
  const samples = samplesOf(page)
  return samples.flatMap((program, i) => {
    if (program.lang !== 'ts') return []
    const next = samples[i + 1]
    return [{ program, output: next?.lang === 'text' ? next : undefined }]
  })
}

/** Runs a sample to its end and returns what it printed. Throws when it fails, with its own words. */
export async function runSample(sample: Sample, options: RunOptions = {}): Promise<string> {
  const running = await startSample(sample, options)
  const lines: string[] = []
  for await (const line of running) lines.push(line)
  await running.ended()
  return lines.join('\n')
}

/** A sample that runs. Iterating gives its lines, and may be left and taken up again. */
export class RunningSample implements AsyncIterable<string>, AsyncDisposable {
  /** The port in the place of the shown one. */
  readonly port: number
  readonly #shownPort: string | undefined
  readonly #child: ChildProcess
  readonly #errors: Promise<string>
  readonly #lines: AsyncIterator<string>
  readonly #exit: Promise<unknown[]>

  constructor(
    child: ChildProcess,
    output: Interface,
    errors: Promise<string>,
    port: number,
    shown: string | undefined,
  ) {
    this.#child = child
    this.#errors = errors
    this.#lines = output[Symbol.asyncIterator]()
    this.#exit = once(child, 'close')
    this.port = port
    this.#shownPort = shown
  }

  /** The next line it prints; undefined when it has ended. */
  async line(): Promise<string | undefined> {
    const { done, value } = await this.#lines.next()
    if (done === true) return undefined
    return this.#shownPort === undefined ? value : value.replaceAll(`${this.port}`, this.#shownPort)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (let line = await this.line(); line !== undefined; line = await this.line()) yield line
  }

  /** Waits until it has ended by itself. Throws unless it ended well and without a word on its standard error. */
  async ended(): Promise<void> {
    const [code, signal] = await this.#exit
    const errors = await this.#errors
    if (signal !== null) throw new Error(`the sample did not end and was killed\n${errors}`)
    if (code !== 0 || errors !== '') throw new Error(`the sample ended with code ${String(code)}\n${errors}`)
  }

  /** Kills it, if it is still there. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exit
  }
}

/** Starts a sample in a process of its own. Lines in its errors are lines of the page. */
export async function startSample(sample: Sample, options: RunOptions = {}): Promise<RunningSample> {
  const shown = PORT_LINE.exec(sample.code)?.[1]
  const port = options.port ?? (shown === undefined ? 0 : await freePort())
  const code = atItsLine(sample).replace(PORT_LINE, `const port = ${port}`)
  const flags = ['--conditions=partyline-source', '--input-type=module-typescript']
  const child = spawn(process.execPath, [...flags, '--eval', code], {
    cwd: ROOT, // where its imports are found
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'samples'), // halves the time of a start
      NODE_TEST_CONTEXT: undefined, // a sample with tests in it reports for itself
      FORCE_COLOR: undefined,
      NO_COLOR: '1',
    },
    timeout: GUARD,
    killSignal: 'SIGKILL',
  })
  child.stdin.on('error', () => {}) // it may end before it has read everything
  child.stdin.end(options.input ?? '')
  const lines = createInterface({ input: child.stdout })
  return new RunningSample(child, lines, text(child.stderr), port, shown)
}

/** Fails unless `printed` is what the page shows; a page that shows nothing promises that nothing is printed. */
export function assertShown(printed: string, shown: Sample | undefined): void {
  const expected = shown?.code ?? ''
  const parts = expected.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  if (!new RegExp(`^${parts.join('[^\\n]*')}$`).test(printed)) assert.equal(printed, expected)
}

/**
 * A port of 127.0.0.1 that nobody listens on at this moment, and that the system gives to nobody who asks for any:
 * other tests run at the same time.
 */
export function freePort(): Promise<number> {
  return freePortOf('tcp', '127.0.0.1')
}

/** What the compiler says of a page's TypeScript samples, in its own words; empty when their types are right. */
export async function typeErrorsOf(page: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-samples-'))
  try {
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
    const config = { extends: join(ROOT, 'tsconfig.base.json'), compilerOptions: { noEmit: true } }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    for (const { program } of programsOf(page)) {
      await writeFile(join(folder, `line-${program.line}.mts`), atItsLine(program))
    }
    return await compile(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The code with so many empty lines before it that its own lines have the numbers that they have in the page. */
function atItsLine({ code, line }: Sample): string {
  return '\n'.repeat(line - 1) + code
}

function compile(folder: string): Promise<string> {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  return new Promise((done) => {
    execFile(
      process.execPath,
      [tsc, '-p', '.', '--pretty', 'false'],
      { cwd: folder },
      (error, stdout, stderr) => {
        // The library's own files are checked elsewhere.
        const ours = stdout.split('\n').filter((line) => line !== '' && !/^\S*packages\//.test(line))
        const isBroken = error !== null && stdout === ''
        done(isBroken ? `${error.message}\n${stderr}` : ours.join('\n'))
      },
    )
  })
}
