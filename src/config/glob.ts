/** Whether a name fits a pattern in which `*` stands for anything and `?` for one character. Never slower than length times length. */
export function fitsPattern(name: string, pattern: string, how: 'exactly' | 'anyCase' = 'exactly'): boolean {
  const text = [...(how === 'anyCase' ? name.toLowerCase() : name)];
  const want = [...(how === 'anyCase' ? pattern.toLowerCase() : pattern)];
  let [at, in_, star, retry] = [0, 0, -1, 0];
  while (at < text.length) {
    if (want[in_] === '*') {
      star = in_++;
      retry = at;
    } else if (in_ < want.length && (want[in_] === '?' || want[in_] === text[at])) {
      at++;
      in_++;
    } else if (star >= 0) {
      in_ = star + 1;
      at = ++retry;
    } else return false;
  }
  while (want[in_] === '*') in_++;
  return in_ === want.length;
}

export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}
