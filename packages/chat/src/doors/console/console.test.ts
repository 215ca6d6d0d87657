/** The operator's console. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStage } from '../../testing/memory-stage.ts'
import { Console } from './console.ts'

async function open(...names: string[]) {
  const stage = new MemoryStage()
  for (const name of names) {
    const client = await stage.connect()
    await client.send(Buffer.from(`${name}\n`))
  }
  const seen: string[] = []
  const console = new Console({
    announce: (line) => seen.push(line),
    answer: (line) => seen.push(`answer: ${line}`),
    chat: stage.chat,
    quit: () => seen.push('(quits)'),
  })
  return { console, seen, stage }
}

test('Console.receive announces every line, and quits at quit', async () => {
  const { console, seen } = await open()
  console.receive('quit')
  console.receive(' quit ')
  assert.deepEqual(seen, ['console: quit', '(quits)', 'console:  quit ', '(quits)'])
})

test('Console.receive runs the commands of the operator, and says what they answer', async () => {
  const { console, seen, stage } = await open('ann', 'bob')
  for (const line of ['who', 'KICK bob', 'say', 'say hello']) console.receive(line)
  await stage.clock.settle()
  assert.deepEqual(seen, [
    'console: who',
    'answer: ann',
    'answer: bob',
    'console: KICK bob',
    'answer: bob was sent out',
    'console: say',
    'answer: say TEXT: tells everybody something, in whatever room',
    'console: say hello',
    'answer: everybody was told',
  ])
  assert.deepEqual(
    stage.chat.people().map(({ name }) => name),
    ['ann'],
  )
})

test('Console.receive has a hint for anything else, and shows control bytes harmlessly', async () => {
  const { console, seen } = await open()
  for (const line of ['\u001b[2J', '', 'qiut']) console.receive(line)
  assert.deepEqual(seen, [
    'console: ␛[2J',
    'answer: there is no command ␛[2J: help lists them',
    'console: ',
    'console: qiut',
    'answer: there is no command qiut: did you mean quit? help lists them',
  ])
})
