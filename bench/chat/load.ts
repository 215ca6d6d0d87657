/** The process that makes the load. Its own cost is not measured. */
import { answerParent } from '../child.ts'
import type { Heard } from './conversation.ts'
import { Crowd } from './crowd.ts'
import type { Question } from './questions.ts'

const crowd = new Crowd()
const NOTHING: Heard = { seconds: 0, deliveries: 0, p50: 0, p99: 0 }

answerParent(async (question: Question): Promise<Heard> => {
  if (question.ask === 'connect') await crowd.connect(question.port, question.people)
  else if (question.ask === 'logIn') return { ...NOTHING, ...(await crowd.logIn(question.atOnce)) }
  else if (question.ask === 'talk') return crowd.talk(question.talk)
  else crowd.leave()
  return NOTHING
})
