/**
 * The one gate to a terminal. What other people wrote may hold escape sequences, bidirectional controls and
 * text that hides; only what has passed here may be shown. The type `Printable` keeps count of what has.
 */

declare const printableBrand: unique symbol

/**
 * One line of text, without a newline, that is harmless on any terminal. Made by `printable` and `literal`
 * only.
 */
export type Printable = string & { readonly [printableBrand]: true }

// Cc: C0, DEL and C1 controls, newline and tab among them. Cs: surrogates without their other half. Zl, Zp:
// the line and paragraph separators. U+FFF9 to U+FFFB: interlinear annotation. Default-ignorable characters
// have no shape and so can hide text (zero-width space, tags, fillers); those that emoji and scripts cannot
// be written without stay.
const UNSAFE =
  /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u{FFF9}-\u{FFFB}\p{Default_Ignorable_Code_Point}]--[\u{200C}\u{200D}\p{Variation_Selector}]]/gv

/**
 * Makes one harmless line of any text. A tab becomes four blanks; another C0 control or DEL becomes its
 * visible picture (ESC is `␛`, a newline `␊`); all else that must not be shown becomes U+FFFD: C1 controls,
 * Unicode's Bidi_Control, line and paragraph separators, lone surrogates, noncharacters, interlinear
 * annotation, and default-ignorable characters with the exception of the zero-width joiner, the zero-width
 * non-joiner and variation selectors. Flags of regions that are spelled with tag characters lose their
 * spelling. Doing it twice changes nothing more.
 */
export function printable(text: string): Printable {
  return text.replace(UNSAFE, shown) as Printable // this is where text becomes it
}

/**
 * Our own fixed words, with printable parts in them: `` literal`${name} logged in` ``. What is written in the
 * source goes through the gate as well, so the type cannot lie.
 */
export function literal(words: TemplateStringsArray, ...values: readonly (Printable | number)[]): Printable {
  return printable(String.raw({ raw: words }, ...values))
}

function shown(character: string): string {
  const code = character.charCodeAt(0)
  if (character === '\t') return '    '
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\uFFFD'
}
