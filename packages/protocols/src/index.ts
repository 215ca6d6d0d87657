/** The public names of @partyline/protocols: bytes to values and back, without I/O. */
export { didYouMean } from './did-you-mean.ts'
export { looksLikeHttp, plainHttpResponse } from './http-message.ts'
export {
  type DecodedLine,
  MAX_LINE_BYTES,
  PAUSE_AFTER_NEWLINE,
  PAUSE_BEFORE_NEWLINE,
  TextLineDecoder,
} from './lines.ts'
export { literal, type Printable, printable } from './printable.ts'
export { MAX_TELNET_ANSWERS, TelnetDecoder, type TelnetResult } from './telnet.ts'
export { decodeText } from './text-encoding.ts'
export { formatTextLine, parseTextLine, TEXT_LINE_FORMS, type TextLine } from './text-lines.ts'
export { looksLikeTls } from './tls-hello.ts'
