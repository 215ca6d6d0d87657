/**
 * What a person did that the chat cannot do for them. A door tells them, with what to do instead; nothing else
 * happens. Everything that is not a `ChatError` is a fault of ours.
 */

/** What each code means, as a sentence or its end. */
export const CHAT_ERRORS = {
  'too-long': 'a message has at most 4096 bytes',
  'no-such-person': 'nobody here has that name',
  'that-is-you': 'that is you',
  'bad-room-name': 'a room is # and 1 to 32 letters and digits of one script, _ and -',
  'room-looks-alike': 'that looks like another room here',
  'too-many-rooms': 'nobody can be in more than 100 rooms',
  'no-more-rooms': 'there are 1000 rooms already',
  'no-free-name': 'no free name was found',
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
