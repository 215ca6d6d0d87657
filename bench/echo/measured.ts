/** The process that is measured: one service of one contender, and what it costs. Arguments: ours|node, service. */
import { answerParent } from '../child.ts'
import type { Contender } from './contender.ts'
import type { Question } from './questions.ts'
import type { ServiceName } from './scenarios.ts'

// Only one side is ever loaded, so that the other's modules do not count as its memory.
async function contender(name: string | undefined): Promise<Contender> {
  return name === 'ours' ? (await import('./ours.ts')).ours : (await import('./node.ts')).node
}

const [side, service] = process.argv.slice(2)
const port = contender(side).then((services) => services[service as ServiceName]())

answerParent((question: Question) => {
  if (question.ask === 'port') return port
  if (question.ask === 'cpu') return cpuMicroseconds()
  if (question.ask === 'memory') return residentBytes()
  throw new TypeError(`the measured process cannot ${question.ask}`)
})

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

async function residentBytes(): Promise<number> {
  // The strongest collection there is: it also gives back the pages that young objects had.
  await global.gc?.({ type: 'major', execution: 'async', flavor: 'last-resort' })
  return process.memoryUsage.rss()
}
