/** For tests that draw: readline looks at the process's own terminal type, whatever stream it draws on. */
import { after, before } from 'node:test'

/** Inside a `describe`: its tests run as if on an xterm, wherever they really run. */
export function onXterm(): void {
  const { TERM } = process.env
  before(() => {
    Object.assign(process.env, { TERM: 'xterm' })
  })
  after(() => {
    if (TERM === undefined) Reflect.deleteProperty(process.env, 'TERM')
    else Object.assign(process.env, { TERM })
  })
}
