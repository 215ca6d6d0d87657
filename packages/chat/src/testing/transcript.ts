/** Whole conversations as text: reading them, and playing them on any stage. The format: test/transcripts/README.md. */
import assert from 'node:assert/strict'

export type Step =
  | { readonly do: 'connect' | 'enter' | 'end' | 'hang up'; readonly who: string }
  | { readonly do: 'send'; readonly who: string; readonly bytes: Uint8Array }
  | { readonly do: 'see'; readonly who: string; readonly text: string }
  | { readonly do: 'see the end'; readonly who: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'type at the console'; readonly text: string }
  | { readonly do: 'see announced'; readonly text: string }

/** A client of the server under test. */
export interface Client {
  send(bytes: Uint8Array): Promise<void>
  /** The next line, without its ending; null at the end of the stream. Fails when none comes. */
  readLine(): Promise<string | null>
  end(): Promise<void>
  hangUp(): Promise<void>
}

/** Where a transcript is played. */
export interface Stage {
  connect(): Promise<Client>
  console(line: string): Promise<void>
  /** The next line announced on standard output; undefined where nothing is announced. */
  announced(): Promise<string | undefined>
  advance(ms: number): Promise<void>
}

const WELCOME = ['-'.repeat(37), 'Welcome to Partyline', '-'.repeat(37), 'Please enter your screen name:']

/** Reads a transcript. Throws for a line that is no step. */
export function parseTranscript(text: string): readonly { readonly line: number; readonly step: Step }[] {
  return text
    .split('\n')
    .map((source, index) => ({ source: source.trimEnd(), line: index + 1 }))
    .filter(({ source }) => source !== '' && !source.startsWith('#'))
    .map(({ source, line }) => ({ line, step: parseStep(source, line) }))
}

const DEEDS = { connects: 'connect', enters: 'enter', ends: 'end', 'hangs up': 'hang up' } as const

function parseStep(source: string, line: number): Step {
  const [, ms] = /^time passes: (\d+) ms$/.exec(source) ?? []
  if (ms !== undefined) return { do: 'wait', ms: Number(ms) }
  const [, who = '', sign, text = ''] = /^(\w+) (>>?|<) ?(.*)$/.exec(source) ?? []
  if (who === 'console' && sign === '>') return { do: 'type at the console', text }
  if (who === 'stdout' && sign === '<') return { do: 'see announced', text }
  if (sign === '>') return { do: 'send', who, bytes: Buffer.from(`${text}\n`) }
  if (sign === '>>') return { do: 'send', who, bytes: unescapeBytes(text) }
  if (sign === '<') return { do: 'see', who, text }
  const [, client = '', deed = ''] = /^(\w+) (.*)$/.exec(source) ?? []
  if (deed === 'is disconnected') return { do: 'see the end', who: client }
  for (const [words, what] of Object.entries(DEEDS)) if (deed === words) return { do: what, who: client }
  throw new Error(`line ${line} is no step: ${source}`)
}

// `\n`, `\r` and `\xFF` stand for bytes, everything else for its UTF-8.
function unescapeBytes(text: string): Uint8Array {
  const parts = text.split(/(\\n|\\r|\\x[0-9a-fA-F]{2})/)
  return Buffer.concat(
    parts.map((part, index) => {
      if (index % 2 === 0) return Buffer.from(part)
      return Buffer.from(part === '\\n' ? [10] : part === '\\r' ? [13] : [Number.parseInt(part.slice(2), 16)])
    }),
  )
}

/** Plays it: every client must see what stands there, in that order, and nothing else. */
export async function playTranscript(text: string, stage: Stage): Promise<void> {
  const clients = new Map<string, Client>()
  const find = (who: string): Client => {
    const client = clients.get(who)
    if (client === undefined) throw new Error(`${who} has not connected`)
    return client
  }
  for (const { line, step } of parseTranscript(text)) {
    try {
      if ('who' in step && (step.do === 'connect' || step.do === 'enter')) {
        clients.set(step.who, await stage.connect())
      }
      await playStep(step, stage, find)
      if (step.do === 'see the end' || step.do === 'hang up') clients.delete(step.who)
    } catch (cause) {
      throw new Error(`line ${line}: ${cause instanceof Error ? cause.message : 'failed'}`, { cause })
    }
  }
  await stage.console('quit')
  for (const [who, client] of clients) {
    assert.equal(await client.readLine(), 'Server Shutting Down!', `${who} saw more than the transcript says`)
    assert.equal(await client.readLine(), null)
    await client.hangUp() // the server waits a second for the other end of what it has closed
  }
}

async function playStep(step: Step, stage: Stage, find: (who: string) => Client): Promise<void> {
  switch (step.do) {
    case 'connect':
      return
    case 'enter':
      for (const line of WELCOME) assert.equal(await find(step.who).readLine(), line)
      await find(step.who).send(Buffer.from(`${step.who}\n`))
      assert.equal(await find(step.who).readLine(), `${step.who} logged in`)
      return
    case 'send':
      return find(step.who).send(step.bytes)
    case 'see': {
      const line = await find(step.who).readLine()
      assert.equal(step.text.endsWith(' PORT') ? line?.replace(/\d+$/, 'PORT') : line, step.text)
      return
    }
    case 'see the end':
      assert.equal(await find(step.who).readLine(), null)
      return find(step.who).hangUp()
    case 'end':
      return find(step.who).end()
    case 'hang up':
      return find(step.who).hangUp()
    case 'wait':
      return stage.advance(step.ms)
    case 'type at the console':
      return stage.console(step.text)
    case 'see announced': {
      const announced = await stage.announced()
      if (announced !== undefined) assert.equal(announced.replace(/:\d+$/, ':PORT'), step.text)
      return
    }
  }
}
