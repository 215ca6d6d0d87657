/**
 * The little HTTP that a door needs which does not speak it: to notice a browser that came to the wrong port,
 * and to tell it so in words that it shows.
 */

// RFC 9112 section 3: method SP request-target SP HTTP-version. A method is a token (RFC 9110 section 5.6.2);
// a target begins with a slash, or has a colon (an absolute URI, or host:port), or is an asterisk: `I like
// HTTP/1.1` is a name.
const REQUEST_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ (?:\/[^ ]*|[^ :/]+:[^ ]*|\*) HTTP\/[0-9]\.[0-9]$/

/**
 * True when a connection's first line, without its ending, is the request line of HTTP/1.x or the preface of
 * HTTP/2.
 */
export function looksLikeHttp(firstLine: string): boolean {
  return REQUEST_LINE.test(firstLine)
}

/**
 * A whole HTTP/1.1 response with a short text as its body, after which the connection is to be closed. The
 * text is ours: nothing is escaped, a browser shows it as it is.
 *
 * @param status - 200 to 599.
 * @param reason - the words after the status: visible ASCII and blanks.
 * @throws RangeError for any other status or reason: it would make another message.
 */
export function plainHttpResponse(status: number, reason: string, text: string): string {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new RangeError(`status must be 200 to 599, not ${status}`)
  }
  if (!/^[ -~]*$/.test(reason)) throw new RangeError('reason must be visible ASCII and blanks')
  return [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${new TextEncoder().encode(text).length}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n')
}
