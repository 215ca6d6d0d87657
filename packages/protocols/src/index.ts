/** The public names of @partyline/protocols: bytes to values and back, without I/O. */
export { didYouMean } from './did-you-mean.ts'
export {
  HTTP_RESPONSE_ERRORS,
  type HttpField,
  HttpResponseError,
  type HttpResponseErrorCode,
} from './http-head.ts'
export { looksLikeHttp, plainHttpResponse } from './http-message.ts'
export {
  formatHttpRequest,
  HttpRequestError,
  type HttpUrl,
  parseHeaderLine,
  parseHttpUrl,
} from './http-request.ts'
export {
  type BodyEnd,
  HTTP_RESPONSE_LIMITS,
  HttpResponseDecoder,
  type HttpResponseEvent,
  type HttpResponseHead,
} from './http-response.ts'
export {
  type DecodedLine,
  type LinePauses,
  MAX_LINE_BYTES,
  PAUSE_AFTER_NEWLINE,
  PAUSE_BEFORE_NEWLINE,
  TextLineDecoder,
} from './lines.ts'
export { literal, type Printable, printable } from './printable.ts'
export { MAX_SEARCH_WORDS, parseSearchText, type SearchText } from './search-text.ts'
export { MAX_TELNET_ANSWERS, TelnetDecoder, type TelnetResult } from './telnet.ts'
export { decodeText } from './text-encoding.ts'
export { fillTextLine, formatTextLine, parseTextLine, TEXT_LINE_FORMS, type TextLine } from './text-lines.ts'
export { formatMinute, formatOffset, parseOffset, parseTime, TIME_FORMS, type TimeFrame } from './times.ts'
export { looksLikeTls } from './tls-hello.ts'
export { hexLines, visibleBytes } from './wire-form.ts'
