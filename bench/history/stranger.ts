/** A program that has nothing to do with the chat, on the same machine: it only makes objects, until it is ended. */
import { constants, setPriority } from 'node:os'

setPriority(constants.priority.PRIORITY_LOW)
const parent = process.ppid
// A parent that was killed cannot end it.
while (process.ppid === parent) {
  const objects = Array.from({ length: 500 }, (_, index) => ({ id: String(index), text: `object ${index}` }))
  JSON.stringify(objects)
}
