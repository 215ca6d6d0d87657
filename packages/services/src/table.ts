/** The one table of the services: what they are called, where they listen unless told otherwise, what they do. */

export type ServiceName =
  | 'hello'
  | 'echo'
  | 'greeter'
  | 'login'
  | 'commands'
  | 'udp-echo'
  | 'udp-log'
  | 'talk'

export interface ServiceEntry {
  readonly name: ServiceName
  readonly transport: 'tcp' | 'udp'
  /** The port unless another one is given. */
  readonly port: number
  /** Half a line, for lists. */
  readonly summary: string
}

/** In the order of the lessons. `talk` is in it for its port: both its ends are people, so nobody serves it. */
export const SERVICES: readonly ServiceEntry[] = [
  {
    name: 'hello',
    transport: 'tcp',
    port: 8000,
    summary: 'says hello, sends back what one receive gives, and closes',
  },
  { name: 'echo', transport: 'tcp', port: 50_000, summary: 'sends back everything until the half close' },
  { name: 'greeter', transport: 'tcp', port: 8001, summary: 'takes a name and answers Hi NAME' },
  {
    name: 'login',
    transport: 'tcp',
    port: 8002,
    summary: 'takes a name and a password, three times at the most',
  },
  {
    name: 'commands',
    transport: 'tcp',
    port: 8003,
    summary: 'R a random number, T the time, L the language, E the end',
  },
  {
    name: 'udp-echo',
    transport: 'udp',
    port: 31_337,
    summary: 'sends each datagram back to where it came from',
  },
  { name: 'udp-log', transport: 'udp', port: 1234, summary: 'prints each datagram as one line of a log' },
  { name: 'talk', transport: 'tcp', port: 5001, summary: 'two people, one line at a time' },
]

/** The entry of that name, or undefined for a name that is none. */
export function findService(name: string): ServiceEntry | undefined {
  return SERVICES.find((entry) => entry.name === name)
}
