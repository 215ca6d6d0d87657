/** Flags that several commands have, so that they are called and mean the same in all of them. */
import { CommandError } from './failure.ts'
import type { Flag, FlagValues } from './flags.ts'

export const JSON_FLAG: Flag = {
  name: 'json',
  type: 'switch',
  help: 'objects for programs on standard output, one a line; failures too',
}

export const WIRE_FLAG: Flag = {
  name: 'wire',
  short: 'x',
  type: 'wire',
  help: 'show each byte with its direction and time, and each event; with =FILE there',
}

export const QUIET_FLAG: Flag = {
  name: 'quiet',
  short: 'q',
  type: 'switch',
  help: 'say nothing but what went wrong',
}

export const VERBOSE_FLAG: Flag = {
  name: 'verbose',
  short: 'v',
  type: 'switch',
  help: 'say more about what happens',
}

export const COLOR_FLAG: Flag = {
  name: 'color',
  type: 'choice',
  help: 'colours; otherwise NO_COLOR and FORCE_COLOR decide, and whether this is a terminal',
}

export const IPV4_FLAG: Flag = { name: 'ipv4', short: '4', type: 'switch', help: 'only IPv4 addresses' }

export const IPV6_FLAG: Flag = { name: 'ipv6', short: '6', type: 'switch', help: 'only IPv6 addresses' }

export const WAIT_FLAG: Flag = {
  name: 'wait',
  short: 'w',
  type: 'seconds',
  placeholder: 'SECONDS',
  help: 'how long to wait at the most',
}

/** The family that `-4` or `-6` asks for; undefined for both. Throws a CommandError with exit code 2 for -4 -6. */
export function familyOf(values: FlagValues): 4 | 6 | undefined {
  const [ipv4, ipv6] = [values.isOn('ipv4'), values.isOn('ipv6')]
  if (ipv4 && ipv6)
    throw new CommandError(2, 'there is no address that is both IPv4 and IPv6: give -4 or -6.')
  if (ipv4) return 4
  return ipv6 ? 6 : undefined
}
