/**
 * Tells a TLS client that came to a door without TLS: its first bytes are no text, and nothing sent to it in
 * clear would ever be shown.
 */

/**
 * True when a connection's first bytes begin a TLS handshake record (RFC 8446 section 5.1): type 22, version
 * 3.0 to 3.4. Three bytes decide it; from fewer it is false.
 */
export function looksLikeTls(firstBytes: Uint8Array): boolean {
  const [type = 0, major = 0, minor = 0xff] = firstBytes
  return type === 22 && major === 3 && minor <= 4
}
