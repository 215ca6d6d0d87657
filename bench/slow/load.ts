/** The process that makes the load. Its own cost is not measured. */
import { answerParent } from '../child.ts'
import { Gathering } from './gathering.ts'
import { type Heard, NOTHING, type Question } from './questions.ts'

const gathering = new Gathering()

answerParent(async (question: Question): Promise<Heard> => {
  if (question.ask === 'gather') await gathering.gather(question.port, question)
  else if (question.ask === 'talk') return gathering.talk(question.talk)
  else if (question.ask === 'wake') gathering.wake()
  else gathering.leave()
  return NOTHING
})
