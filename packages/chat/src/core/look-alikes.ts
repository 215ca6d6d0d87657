/**
 * What a name looks like: letters that most typefaces draw alike become the same one (the idea of UTS #39
 * section 4, with a table of our own for the scripts in scripts.ts).
 */

// Each word: the letter that stands for the look, then those that look like it.
const TABLE = `
  lI1|ІӀΙןוاƖו١۱ߊ i іιıɩї
  oO0ОоΟοσօՕסهه٥۵०০੦૦୦௦౦೦൦๐໐၀០ഠဝჿଠ
  AАΑ BВΒ CСϹ EЕΕ FϜ GԌ HНΗ JЈ KКΚ LԼ MМΜϺ NΝ PРΡ SЅՏ TТΤ XХΧ YУΥҮ ZΖ QԚ WԜ DԀ UՍ
  aаα bЬьƄƅ cсϲƈ dԁ eеєҽ gցɡ hһհ jјյϳ kкκĸ nηոп pрρƿ qԛզգ rгґ sѕ tτ uυսʋ vνѵט wԝωшա xхχҳ yуγүƴ
  2ƧƨϨ 3ЗзӠʒƷȜȝ 5Ƽƽ 6б 4Ч 8Ȣȣ
`

const LOOKS: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split(/\s+/u)
    .flatMap((word) => {
      const [look = '', ...others] = word
      return others.map((other) => [other, look] as const)
    }),
)

/**
 * A key that names share which look alike, whatever their case: `I1l|` are one, `0Oo` are one, a Cyrillic or
 * Greek `o` is a Latin one, `rn` is `m` and `vv` is `w`.
 */
export function lookAlike(name: string): string {
  // NFKD takes accents off their letters, so that an accented Greek o is looked up as an o.
  return Array.from(name.normalize('NFKD'), (character) => LOOKS.get(character) ?? character)
    .join('')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .normalize('NFC')
}
