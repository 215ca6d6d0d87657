/** Whatever somebody may send to the text door, and what must be true of it for everybody else. */
import assert from 'node:assert/strict'
import { parseTextLine } from '@partyline/protocols'
import fc from 'fast-check'
import { fitName } from '../core/names.ts'
import { COMMANDS } from '../doors/text/commands.ts'
import { MemoryStage } from './memory-stage.ts'

/** Inputs in each conversation of `strangers`. */
export const INPUTS = 10

const input: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('', '/', '//', ...Object.keys(COMMANDS).map((name) => `/${name} `)), fc.string())
      .map(([start, rest]) => Buffer.from(`${start}${rest}\n`)),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('\xff\xfd\x03', '\xff\xf6', '\xff\xfa', '\x08')
      .map((s) => Buffer.from(s, 'latin1')),
  },
)

/** What a stranger sends, input by input. */
export const strangers: fc.Arbitrary<Uint8Array[]> = fc.array(input, { minLength: INPUTS, maxLength: INPUTS })

/** Fails when somebody else hears anything but lines of the stranger, and what the server says about them. */
export async function assertHarmless(inputs: readonly Uint8Array[]): Promise<void> {
  const stage = new MemoryStage()
  const ann = await stage.connect()
  await ann.send(Buffer.from('ann\n'))
  ann.outlet.lines()
  const stranger = await stage.connect()
  for (const bytes of inputs) {
    await stranger.send(bytes)
    await stage.advance(2100)
  }
  await stranger.end()
  assert.deepEqual(stage.faults, [])
  let name: string | undefined
  for (const line of ann.outlet.lines()) {
    const speaker = speakerOf(line)
    name ??= speaker
    assert.equal(speaker, name, line)
    name = /^-- \S+ is now called (\S+)$/.exec(line)?.[1] ?? name
    assert.doesNotMatch(line, /[\p{Cc}\p{Bidi_Control}]/u)
  }
  if (name !== undefined) assert.deepEqual(fitName(name), { name, changes: [] })
  assert.equal(ann.outlet.ended, undefined)
  assert.equal(stage.chat.population, 1)
}

// Whose line it is, or about whom the server speaks.
function speakerOf(text: string): string | undefined {
  const line = parseTextLine(text)
  if ('name' in line) return line.name
  return line.kind === 'notice' ? ABOUT_SOMEBODY.exec(line.text)?.[1] : undefined
}

const ABOUT_SOMEBODY =
  /^(\S+) (?:came to #\S+$|left #\S+$|is back$|is away(?:$|: )|is now called \S+$|(?:set|removed) the topic of #lobby)/
