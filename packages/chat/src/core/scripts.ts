/**
 * Scripts, so that a name or a room's name is written in one of them: mixed ones are how people imitate each
 * other (UTS #39 section 5). Membership is Unicode's Script_Extensions property (UAX #24), which also knows the
 * signs that several scripts share, like the Japanese long vowel.
 */

// The letters of languages written in Latin, without phonetic letters and small capitals, which nobody is called
// by and which imitate the others.
const LATIN =
  'A-Za-z\\u{c0}-\\u{1bf}\\u{1c4}-\\u{24f}\\u{253}\\u{254}\\u{256}\\u{257}\\u{259}\\u{25b}\\u{263}\\u{269}\\u{272}' +
  '\\u{275}\\u{289}\\u{28a}\\u{28b}\\u{292}\\u{1e00}-\\u{1eff}'

// UAX #31 table 5, the scripts in everyday use; Japanese, Korean and Chinese write with several at once.
const SINGLE =
  'Greek Cyrillic Armenian Hebrew Arabic Thaana Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada ' +
  'Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Ethiopic Khmer'
const COMBINED = ['Han Hiragana Katakana', 'Hangul Han', 'Han Bopomofo']

const WRITING_SYSTEMS: readonly RegExp[] = [
  new RegExp(`^[${LATIN}]$`, 'u'),
  ...[...SINGLE.split(' '), ...COMBINED].map(
    (scripts) => new RegExp(`^[${scripts.replace(/\w+/g, '\\p{scx=$&}').replaceAll(' ', '')}]$`, 'u'),
  ),
]

/**
 * The writing system that most of these letters belong to, as an expression that one character of it matches;
 * the one of the earliest letter when several keep as many. Undefined when no letter is of any.
 */
export function bestWritingSystem(letters: readonly string[]): RegExp | undefined {
  let best: RegExp | undefined
  let most = 0
  let earliest = 0
  for (const system of WRITING_SYSTEMS) {
    const kept = letters.filter((letter) => system.test(letter)).length
    const first = letters.findIndex((letter) => system.test(letter))
    if (kept > most || (kept === most && kept > 0 && first < earliest)) {
      best = system
      most = kept
      earliest = first
    }
  }
  return best
}
