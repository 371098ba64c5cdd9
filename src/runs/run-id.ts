import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new id: the time comes first, so that names sort by age; the rest is chance. */
export function newRunId(now: number): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++) {
    time = ALPHABET[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  return time + Array.from(randomBytes(16), byte => ALPHABET[byte % 32]).join('');
}

/** When the run of this id was made, local epoch ms. */
export function timeOfRun(id: string): number {
  return [...id.slice(0, 10)].reduce((time, letter) => time * 32 + ALPHABET.indexOf(letter), 0);
}

export function isRunId(name: string): boolean {
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name);
}
