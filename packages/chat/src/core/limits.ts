/** Everything in the chat that could grow, and how far it may. What happens at a limit stands beside it. */
export const LIMITS = {
  /** Bytes of a message in UTF-8. A longer one is refused with `too-long`. */
  messageBytes: 4096,
  /** Characters (code points) of a name. A longer one is cut. */
  nameLength: 32,
  /** Characters of a room's name after its `#`. A longer one is refused. */
  roomNameLength: 32,
  /** Rooms with somebody in them. Further ones are refused with `no-more-rooms`. */
  rooms: 1000,
  /** Rooms that one person is in. Further ones are refused with `too-many-rooms`. */
  roomsPerPerson: 100,
  /** Free variants of a name that are tried before `no-free-name`. */
  nameTries: 1000,
  /** Events in one commit; the rest goes into the next one. */
  commitEvents: 1000,
  /** Characters of text in one commit: what every member gets in one write. The rest goes into the next one. */
  commitText: 65_536,
  /** Events that wait for a commit before doors stop reading (`Chat.ready`). */
  backlog: 2000,
  /** Messages in one page of history, and the characters in it: fewer when they are long. */
  historyPage: 100,
  historyText: 16_384,
  /** Events per second in a room above which a door may join its lines. */
  calmRate: 200,
} as const
