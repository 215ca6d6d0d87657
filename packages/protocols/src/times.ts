/** Times as people write them: days and minutes, in a zone that is a number of minutes ahead of UTC. */
import type { Printable } from './printable.ts'

/** The zone that somebody's times are in, and what time it is. */
export interface TimeFrame {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Minutes that the zone is ahead of UTC; behind when negative. */
  readonly offset: number
}

const MINUTE = 60_000
const DAY = 86_400_000

/** What `parseTime` understands, for whoever gets it wrong. */
export const TIME_FORMS = 'today, yesterday, 2026-11-20 or 2026-11-20T16:04'

/**
 * The time that was meant, in milliseconds since 1970: `today` and `yesterday` and `2026-11-20` are the beginning of
 * that day in the frame's zone, `2026-11-20T16:04` (seconds and their parts may follow, a `Z` or a zone too) is that
 * minute, and so is `2026-11-20 16:04`, as `formatMinute` writes it. Undefined when it is none of these, or a day that
 * there is not.
 */
export function parseTime(text: string, { now, offset }: TimeFrame): number | undefined {
  const zone = offset * MINUTE
  const today = Math.floor((now + zone) / DAY) * DAY - zone
  const word = text.toLowerCase()
  if (word === 'today') return today
  if (word === 'yesterday') return today - DAY
  const [, date, clock = 'T00:00', written] =
    /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/i.exec(text) ?? []
  if (date === undefined) return undefined
  const inUtc = Date.parse(`${date}T${clock.slice(1)}Z`)
  // Date.parse takes the 31st of November for the 1st of December.
  if (Number.isNaN(inUtc) || new Date(inUtc).toISOString().slice(0, 10) !== date) return undefined
  const itsZone = written === undefined ? offset : written.toUpperCase() === 'Z' ? 0 : parseOffset(written)
  return itsZone === undefined ? undefined : inUtc - itsZone * MINUTE
}

/** `2026-11-20 16:04`, in a zone that is so many minutes ahead of UTC. */
export function formatMinute(time: number, offset: number): Printable {
  return new Date(time + offset * MINUTE).toISOString().slice(0, 16).replace('T', ' ') as Printable // digits
}

/** `UTC`, `UTC+02:00`. The inverse of `parseOffset`. */
export function formatOffset(offset: number): string {
  if (offset === 0) return 'UTC'
  const minutes = Math.abs(offset)
  const parts = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'))
  return `UTC${offset < 0 ? '-' : '+'}${parts.join(':')}`
}

/** The minutes of `UTC`, `+2`, `UTC+02:00`, `-0330`: quarters of an hour, at most 14 hours. Undefined for others. */
export function parseOffset(text: string): number | undefined {
  if (/^utc$/i.test(text)) return 0
  const [, sign, hours, minutes = '0'] = /^(?:utc)?([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(text) ?? []
  const offset = Number(hours) * 60 + Number(minutes)
  if (sign === undefined || offset > 14 * 60 || Number(minutes) > 45 || offset % 15 !== 0) return undefined
  return sign === '-' && offset !== 0 ? -offset : offset
}
