const MASK = '[redacted]';

/** A shorter exact value would blank out ordinary words. */
const SHORTEST_VALUE = 4;

/** Lines of one PEM block that stay hidden when its end never comes; an RSA key of 16,384 bits has about 200. */
const PEM_LINES = 256;

const PEM = /-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g;
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{1,40}-----/;
const PEM_END = /-----END [A-Z0-9 ]{1,40}-----/;

/** Shapes of secrets; a group named `kept` stays visible in front of the mask. */
const SHAPES: readonly RegExp[] = [
  PEM,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?/g,
  /AGE-SECRET-KEY-1[0-9A-Z]+/gi,
  /(?<kept>\bBearer\s{1,4})[\w.~+/=-]{6,}/gi,
  /\b(?:AKIA|ASIA)[0-9A-Z]{12,}/g,
  /\bgh[pousr]_\w{16,}/g,
  /\bgithub_pat_\w{16,}/g,
  /\bglpat-[\w-]{16,}/g,
  /\bxox[a-z]-[\w-]{8,}/g,
  /(?<kept>:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,1024}(?=@)/g,
  /(?<kept>(?:password|passwd|secret|token|api[_-]?key)(?:\\?["'])?[ \t]{0,8}[:=][ \t]{0,8})(?!(?:true|false|null|none|\d{1,3})\b)(?:\\?"[^"\n]+"?|'[^'\n]+'?|[^\s,;&"']+)/gi,
];

const HINT =
  /-----BEGIN|eyJ|AGE-SECRET|Bearer|A[KS]IA|gh[pousr]_|github_pat_|glpat-|xox|:\/\/|passw|secret|token|api[_-]?key/i;

/** What a terminal would not show, by which a secret could be cut in two: escape sequences, controls, hidden characters. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
  /(?:\x1b\[|\x9b)[0-?]{0,64}[ -\/]{0,8}[@-~]|\x1b[ -\/]{0,4}[0-~]?|[[\p{Cc}--[\t\n\r]]\p{Default_Ignorable_Code_Point}]/gv;

type Range = { readonly from: number; readonly to: number };

/**
 * Blanks out secrets in raw text, before it is sanitised: known shapes and the exact `values` the caller holds,
 * with their base64 and URL-encoded forms and each line of a longer value. The text is searched as it is and once
 * more without escape sequences, so that colour cannot cut a secret in two. Best effort: it lowers the harm of a
 * leak, it does not make raw output safe to publish.
 */
export function redact(raw: string, values: readonly string[] = []): string {
  return redactWith(raw, exactForms(values));
}

/** The same for many texts that have nothing to do with each other; `values` are compiled once. */
export function redactor(values: readonly string[] = []): (raw: string) => string {
  const forms = exactForms(values);
  return raw => redactWith(raw, forms);
}

/**
 * The same for a stream of lines: it remembers a PEM block that spans several. One redactor per stream; `values`
 * are compiled once.
 */
export function lineRedactor(values: readonly string[] = []): (line: string) => string {
  const forms = exactForms(values);
  let pemLines = 0;
  return line => {
    const seen =
      pemLines > 0 || line.includes('-----') || line.includes('\x1b') ? line.replace(UNSEEN, '') : line;
    if (pemLines > 0) {
      const end = PEM_END.exec(seen);
      pemLines = end ? 0 : pemLines - 1;
      return end ? MASK + redactWith(seen.slice(end.index + end[0].length), forms) : MASK;
    }
    const begin = PEM_BEGIN.exec(seen);
    if (begin && !PEM_END.test(seen.slice(begin.index))) pemLines = PEM_LINES;
    return redactWith(line, forms);
  };
}

function redactWith(raw: string, forms: RegExp | undefined): string {
  const ranges = find(raw, forms);
  const seen = visible(raw);
  if (seen)
    for (const range of find(seen.text, forms))
      ranges.push({ from: seen.at(range.from), to: seen.at(range.to - 1) + 1 });
  return ranges.length === 0 ? raw : blank(raw, ranges);
}

function find(text: string, forms: RegExp | undefined): Range[] {
  const ranges: Range[] = [];
  const shapes = HINT.test(text) ? SHAPES : [];
  for (const shape of forms ? [...shapes, forms] : shapes) {
    for (const match of text.matchAll(shape)) {
      const kept = match.groups?.kept?.length ?? 0;
      ranges.push({ from: match.index + kept, to: match.index + match[0].length });
    }
  }
  return ranges;
}

/** The text without what is unseen, and the way back from its places to those of the raw text. */
function visible(raw: string): { text: string; at: (index: number) => number } | undefined {
  let text = '';
  let from = 0;
  const pieces: { start: number; shift: number }[] = [];
  for (const match of raw.matchAll(UNSEEN)) {
    pieces.push({ start: text.length, shift: from - text.length });
    text += raw.slice(from, match.index);
    from = match.index + match[0].length;
  }
  if (from === 0) return undefined;
  pieces.push({ start: text.length, shift: from - text.length });
  text += raw.slice(from);
  return {
    text,
    at: index => index + (pieces.findLast(piece => piece.start <= index)?.shift ?? 0),
  };
}

function blank(raw: string, ranges: Range[]): string {
  let out = '';
  let done = 0;
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    if (to <= done) continue;
    if (from >= done) out += raw.slice(done, from) + MASK;
    done = to;
  }
  return out + raw.slice(done);
}

function exactForms(values: readonly string[]): RegExp | undefined {
  const parts = values.flatMap(value => [value, ...value.split(/\r?\n/)]);
  const forms = new Set(parts.filter(part => part.trim().length >= SHORTEST_VALUE).flatMap(formsOf));
  if (forms.size === 0) return undefined;
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(form => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}

function formsOf(value: string): readonly string[] {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const url = encodeURIComponent(value.toWellFormed());
  return [
    value,
    base64,
    base64.replace(/\+/g, '-').replace(/\//g, '_'),
    url,
    url.replace(/%../g, hex => hex.toLowerCase()),
  ];
}
