/** Whether to use colours. Decided here and not by Node.js, where an empty FORCE_COLOR beats NO_COLOR. */
import type { Environment, Output } from '../io.ts'

/**
 * The flag wins, then NO_COLOR (https://no-color.org), then FORCE_COLOR (https://force-color.org), each only
 * when it is not empty; without any of them there are colours on a terminal that can show them.
 */
export function wantsColour(
  chosen: boolean | undefined,
  env: Environment,
  output: Pick<Output, 'isTTY'>,
): boolean {
  if (chosen !== undefined) return chosen
  if (isSet(env.NO_COLOR)) return false
  if (isSet(env.FORCE_COLOR)) return true
  return output.isTTY === true && env.TERM !== 'dumb'
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** Text of lesser weight. `text` must be safe for a terminal. */
export function dim(text: string): string {
  return `\u001b[2m${text}\u001b[22m`
}
