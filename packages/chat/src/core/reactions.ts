/** What reactions make of a message: the same for what is kept, what waits for the store, and what is asked for. */
import type { Reacted, Reaction } from './events.ts'
import { LIMITS } from './limits.ts'

/** What counts of a reaction. */
type Change = Pick<Reacted, 'from' | 'text' | 'removed'>

/** True when it would change nothing: it is there already, or it is to go and is not there. */
export function isSettled(reactions: readonly Reaction[], { from, text, removed }: Change): boolean {
  const same = reactions.find((reaction) => reaction.text === text)
  return (same?.from.some(({ id }) => id === from.id) ?? false) === (removed !== true)
}

/**
 * The reactions with this one, or without it. The very same when it changes nothing, and when there are
 * `LIMITS.reactionTexts` different ones or `LIMITS.reactions` in all already.
 */
export function withReaction(reactions: readonly Reaction[], change: Change): readonly Reaction[] {
  if (isSettled(reactions, change)) return reactions
  const { from, text, removed } = change
  if (removed === true) {
    return reactions
      .map((one) => (one.text === text ? { text, from: one.from.filter(({ id }) => id !== from.id) } : one))
      .filter((one) => one.from.length > 0)
  }
  if (reactions.reduce((sum, one) => sum + one.from.length, 0) >= LIMITS.reactions) return reactions
  if (reactions.some((one) => one.text === text)) {
    return reactions.map((one) => (one.text === text ? { text, from: [...one.from, from] } : one))
  }
  return reactions.length >= LIMITS.reactionTexts ? reactions : [...reactions, { text, from: [from] }]
}
