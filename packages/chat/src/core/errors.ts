/**
 * What a person did that the chat cannot do for them. A door tells them, with what to do instead; nothing else
 * happens. Everything that is not a `ChatError` is a fault of ours.
 */

/** What each code means, as a sentence or its end. */
export const CHAT_ERRORS = {
  'too-long': 'a message has at most 4096 bytes',
  'remark-too-long': 'a topic or a reason has at most 512 bytes',
  'no-such-person': 'nobody here has that name',
  'that-is-you': 'that is you',
  'bad-room-name': 'a room is # and 1 to 32 letters and digits of one script, _ and -',
  'room-looks-alike': 'that looks like another room here',
  'too-many-rooms': 'nobody can be in more than 100 rooms',
  'no-more-rooms': 'there are 1000 rooms already',
  'too-many-sessions': 'nobody can be here through more than 16 connections',
  'no-free-name': 'no free name was found',
  'name-taken': 'somebody else has that name, or one that looks like it',
  'name-reserved': 'nobody can have that name',
  'not-in-room': 'you are not in that room',
  'lobby-stays': 'everybody who is here is in #lobby',
  'not-allowed': 'that is not for you to do',
  'not-yours': 'you did not say that',
  'no-such-message': 'there is no such message',
  'bad-reaction': 'a reaction has 1 to 32 characters that can be seen, and no blanks around them',
  'too-many-reactions': 'that message has as many reactions as one can have',
  'bad-id': 'an id has 1 to 100 characters',
  'is-elsewhere': 'that person came in through another server',
  'in-progress': 'that is being done already',
  'took-too-long': 'that took too long to find',
  'store-failed': 'the server cannot read what it keeps right now',
  closing: 'the server is shutting down',
} as const

/** The closed set of codes. Code can switch over it without a default branch. */
export type ChatErrorCode = keyof typeof CHAT_ERRORS

/** `code` is for programs, `message` for people ("bobb: nobody here has that name"). */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  readonly code: ChatErrorCode

  /** `about` is what the person named; it stands before the table's words, unfiltered: doors make it harmless. */
  constructor(code: ChatErrorCode, about?: string, cause?: unknown) {
    const words = CHAT_ERRORS[code]
    super(about === undefined ? words : `${about}: ${words}`, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
