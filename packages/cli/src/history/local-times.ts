/** Times as they are typed and shown on this machine: in its own zone, which may change in the course of a year. */
import { parseTime, TIME_FORMS } from '@partyline/protocols'

/** How many minutes the zone is ahead of UTC at a time in milliseconds since 1970. */
export type Zone = (time: number) => number

/** The zone of this machine (TZ). */
export const localZone: Zone = (time) => -new Date(time).getTimezoneOffset()

const UNITS: ReadonlyMap<string | undefined, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
])

/** What `parseMoment` understands, for whoever gets it wrong. */
export const MOMENT_FORMS: string = `30m, 2h, 1d or 1w ago, ${TIME_FORMS}`

/**
 * The time that was meant, in milliseconds since 1970: `90s`, `30m`, `2h`, `1d` and `1w` are so long ago, everything
 * else is as for `parseTime`, also with a blank for the T. Undefined when it is none of these.
 */
export function parseMoment(text: string, now: number, zone: Zone): number | undefined {
  const [, count, letter] = /^(\d{1,6})([smhdw])$/i.exec(text) ?? []
  const unit = UNITS.get(letter?.toLowerCase())
  if (count !== undefined && unit !== undefined) return now - Number(count) * unit
  const written = text.replace(/^(\S+) +(?=\d)/, '$1T')
  const near = parseTime(written, { now, offset: zone(now) })
  if (near === undefined || !/^\d/.test(written)) return near
  return parseTime(written, { now, offset: zone(near) }) // in winter, a day of the summer is meant in summer time
}

/** `2026-11-20 16:04:32`. */
export function formatSecond(time: number, zone: Zone): string {
  return new Date(time + zone(time) * 60_000).toISOString().slice(0, 19).replace('T', ' ')
}
