/**
 * Which words are syllables of Vietnamese. It has some 6,500 of them and no more, and this is what
 * tells a slip of the keyboard (Bihn), a missing space (MinhKhai) and missing accents (Nguyen) from
 * another name: what is no syllable is nobody's name as it stands.
 */
import type { NameWord } from './name-code.ts';

const BEFORE_FRONT_VOWELS = ['', 'k', 'gh', 'ngh'];
const BEFORE_OTHER_VOWELS = ['', 'c', 'g', 'ng'];
const BEFORE_ANY_VOWEL = 'b ch d đ gi h kh l m n nh p ph r s t th tr v x'.split(' ');

const FRONT_RIMES = `
  e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp
  iêt iêu y`;
const OTHER_RIMES = `
  a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
  o oc oi om on ong op ot ooc oong oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn
  oăng oăt oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
  u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ uy uya uych
  uynh uyt uyn uyu uyp uyên uyêt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu`;
/** Behind qu, which is one consonant. */
const RIMES_OF_QU = `
  a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât ây e en eo et ê êch ên ênh êt
  i ia ich in inh it iu y yên yêt yt ynh ơ ôc`;
const ALONE = 'gi yêm yên yêng yêt yêu';

const SYLLABLES = new Set([
  ...joined(BEFORE_FRONT_VOWELS, FRONT_RIMES),
  ...joined(BEFORE_OTHER_VOWELS, OTHER_RIMES),
  ...joined(BEFORE_ANY_VOWEL, FRONT_RIMES + OTHER_RIMES),
  ...joined(['qu'], RIMES_OF_QU),
  // giêng, giếc: the i of gi and the i of the rime are one letter.
  ...joined(['g'], 'iêc iêm iên iêng iêt iêu in'),
  ...words(ALONE),
]);

const PLAIN_SYLLABLES = new Set(
  [...SYLLABLES].map((one) => one.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd')),
);

function words(list: string): string[] {
  return list.trim().split(/\s+/);
}

function joined(onsets: readonly string[], rimes: string): string[] {
  return onsets.flatMap((onset) => words(rimes).map((rime) => onset + rime));
}

const SHARP = 1;
const HEAVY = 5;

/** Whether a word is a syllable as it is written, with its marks and its tone. */
export function isSyllable({ letters, tone }: NameWord): boolean {
  // What ends in a stop is said with sắc or nặng, and written so: Ngoc has lost its tone.
  const stopped = /(?:[cpt]|ch)$/.test(letters);
  return SYLLABLES.has(letters) && (!stopped || tone === SHARP || tone === HEAVY);
}

/** Whether some syllable is written so once its marks are taken off. */
export function isPlainSyllable({ plain }: NameWord): boolean {
  return PLAIN_SYLLABLES.has(plain);
}
