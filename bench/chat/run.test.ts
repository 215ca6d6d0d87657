import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { scratchFolder } from '../scratch.ts'
import { compare } from './compare.ts'
import { Crowd } from './crowd.ts'
import { MEASURED, SCENARIOS, type Scenario, type SideName, type Talk } from './scenarios.ts'
import { type Command, findSides, MeasuredServer, PARTYLINE } from './servers.ts'

const ON_LINUX = { skip: process.platform === 'linux' ? false : 'needs all of 127.0.0.0/8, and /proc' }
const PEOPLE = 12
const ANY_CORE = { measured: undefined, load: undefined }

const folder = scratchFolder()
after(() => rmSync(folder, { recursive: true }))
const sides = findSides(PARTYLINE)
const names = Object.keys(sides) as SideName[]

for (const name of names) {
  test(`the ${name} server speaks the protocol`, ON_LINUX, () =>
    withServer(sides[name], async (port) => {
      const ann = new Client(port)
      await ann.hears(/^-{37}\nWelcome to [^\n]+\n-{37}\nPlease enter your screen name:\n$/)
      ann.socket.write('ann\n')
      await ann.hears(/^ann logged in\n$/)
      const bob = new Client(port)
      await bob.hears(/:\n$/)
      bob.socket.write('bob\n')
      await bob.hears(/^bob logged in\n$/)
      await ann.hears(/^bob logged in\n$/)
      bob.socket.write('hello\n')
      await Promise.all([ann, bob].map((client) => client.hears(/^bob::hello\n$/)))
      bob.socket.end()
      await ann.hears(/^bob disconnected\n$/)
      ann.socket.destroy()
    }),
  )

  test(`Crowd counts every delivery of the ${name} server`, ON_LINUX, () =>
    withServer(sides[name], async (port) => {
      const crowd = new Crowd()
      await crowd.connect(port, PEOPLE)
      assert.equal((await crowd.logIn(PEOPLE)).deliveries, (PEOPLE * (PEOPLE + 1)) / 2)
      for (const talk of [
        { senders: 3, messages: 30 },
        { senders: 5, messages: 20, perSecond: 500 },
      ]) {
        const { deliveries, seconds, p50, p99 } = await crowd.talk(talk)
        assert.equal(deliveries, talk.messages * PEOPLE)
        assert.ok(p50 > 0 && p99 >= p50 && seconds * 1000 > p99 - 0.001)
      }
      crowd.leave()
    }),
  )
}

for (const kind of ['talk', 'joins', 'idle'] as const) {
  test(`compare runs a scenario of the kind ${kind}, in small`, ON_LINUX, async () => {
    const scenario = SCENARIOS.find((candidate) => candidate.kind === kind)
    assert.ok(scenario !== undefined)
    const two: Scenario = { ...small(scenario), sides: ['naive', 'memory'] }
    const [round, ...others] = await compare(two, 1, { sides, cores: ANY_CORE, folder })
    assert.equal(others.length, 0)
    assert.deepEqual(Object.keys(round ?? {}).sort(), ['memory', 'naive'])
    for (const figures of Object.values(round ?? {})) {
      assert.deepEqual(Object.keys(figures), MEASURED[kind])
      assert.ok(Object.values(figures).every(Number.isFinite))
    }
  })
}

test('Crowd rejects when the server says something else than it should', ON_LINUX, () =>
  withServer(sides.naive, async (port) => {
    const crowd = new Crowd()
    await crowd.connect(port, 1)
    const stranger = new Client(port)
    await stranger.hears(/:\n$/)
    stranger.socket.write('stranger\n')
    await stranger.hears(/logged in\n$/)
    await crowd.logIn(1)
    stranger.socket.write('unasked\n')
    await stranger.hears(/unasked\n$/)
    await assert.rejects(crowd.talk({ senders: 1, messages: 10 }), /heard something/)
    crowd.leave()
    stranger.socket.destroy()
  }),
)

test('MeasuredServer rejects with the last words of a server that does not start', async () => {
  const command: Command = [process.execPath, '-e', 'console.error("no way"); process.exit(1)']
  await assert.rejects(
    MeasuredServer.start(() => command, { core: undefined, under: folder }),
    /did not start\. no way/,
  )
  assert.deepEqual(readdirSync(folder), [])
})

async function withServer(
  command: ((folder: string) => Command) | undefined,
  run: (port: number) => Promise<void>,
): Promise<void> {
  assert.ok(command !== undefined)
  const server = await MeasuredServer.start(command, { core: undefined, under: folder })
  try {
    await run(server.port)
  } finally {
    await server.stop()
  }
}

/** Somebody who takes what comes as it comes. */
class Client {
  readonly socket
  #heard = ''
  #wake: (() => void) | undefined
  #isOver = false

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1').setEncoding('utf8')
    this.socket.on('data', (text: string) => {
      this.#heard += text
      this.#wake?.()
    })
    this.socket.on('close', () => {
      this.#isOver = true
      this.#wake?.()
    })
  }

  /** Resolves when all that came since the last time is like this. */
  async hears(expected: RegExp): Promise<void> {
    while (!expected.test(this.#heard)) {
      assert.ok(!this.#isOver, `the connection ended, and ${expected} had not come but ${this.#heard}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#heard = ''
  }
}

function small(scenario: Scenario): Scenario {
  if (scenario.kind === 'idle') return { ...scenario, people: PEOPLE, quiet: 0 }
  if (scenario.kind === 'joins') return { ...scenario, people: PEOPLE }
  const few = (talk: Talk): Talk => ({ ...talk, senders: 2, messages: 10 })
  return { ...scenario, people: PEOPLE, warmUp: few(scenario.warmUp), talk: few(scenario.talk) }
}
