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
  /** Rooms in the list of rooms; the emptiest that are quiet longest are left out. */
  roomList: 1000,
  /** Conversations in the list of one's own; those that one did not talk in longest are left out. */
  conversationList: 100,
  /** Rooms of which a chat remembers what it told somebody's sessions to be read; the oldest are forgotten. */
  readMarks: 1000,
  /** Connections through which one person is here. A further one is refused with `too-many-sessions`. */
  sessionsPerPerson: 16,
  /** Free variants of a name that are tried before `no-free-name`. */
  nameTries: 1000,
  /** Spellings of one's name that look alike, kept until one leaves. A further one is refused with `name-taken`. */
  nameKeys: 64,
  /** Characters of an id that comes from outside (`clientId`, `replyTo`). A longer one is refused with `bad-id`. */
  idLength: 100,
  /** Bytes of a topic, of what is said about being away, of a reason. A longer one is refused. */
  remarkBytes: 512,
  /** Characters (code points) of a reaction. A longer one is refused with `bad-reaction`. */
  reactionLength: 32,
  /** Different reactions to one message, and all of them; further ones are refused with `too-many-reactions`. */
  reactionTexts: 20,
  reactions: 500,
  /** Words of a message that are looked at for names, and persons it can mention; the others are passed over. */
  mentionWords: 200,
  mentions: 50,
  /** Private conversations that a person's search looks at; with a further one the oldest is no longer searched. */
  conversations: 1000,
  /** Events in one commit; the rest goes into the next one. */
  commitEvents: 1000,
  /** Characters of text in one commit: what every member gets in one write. The rest goes into the next one. */
  commitText: 65_536,
  /** Events that wait for a commit before doors stop reading (`Chat.ready`). */
  backlog: 2000,
  /** Messages in one page of history, and the characters in it: fewer when they are long. */
  historyPage: 100,
  historyText: 16_384,
  /** Events that a session can be given that comes back; of more it hears the newest, and how many it missed. */
  resume: 1000,
  /** Events in each batch of these. */
  resumePage: 200,
  /** Events of a room that wait while a session is given earlier ones; more are read from the store again. */
  resumeHeld: 1000,
  /** Events, and bytes of text, that wait for a store that fails. The oldest beyond are lost, and counted. */
  spoolEvents: 20_000,
  spoolBytes: 16_777_216,
  /** Appends that a store has not answered within half a minute; until then it is not asked for more. */
  openAppends: 4,
  /** Rooms whose newest numbers a chat tells its neighbours at once; the quietest are left out. */
  heads: 1000,
  /** Reasons for leaving that a chat tells its neighbours at once; the oldest are left out. */
  reasons: 1000,
  /** Messages that a search gives at once. */
  found: 100,
  /** Events per second in a room above which a door may join its lines. */
  calmRate: 200,
  /**
   * The same in deliveries per second, events times those who hear them. Without this a room of a thousand would
   * never become busy: a write for each event and person takes so long that 200 events are not reached.
   */
  calmDeliveries: 20_000,
} as const
