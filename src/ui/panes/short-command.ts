import { argvLine } from '../../store/select/command-line.ts';
import { join, type Safe } from '../../text/safe.ts';
import { width } from '../../text/width.ts';

/** Flags that say where, not what: the first to go from a line that is too long. With the number of their words. */
const WHERE: Readonly<Record<string, number>> = {
  '--hide-notes': 1,
  '--kube-context': 2,
  '--context': 2,
  '--kubeconfig': 2,
  '--file': 2,
};

/** Of one word, its kind goes before its name: `…/kyverno-resource-validating-webhook-cfg`. */
const KIND = /^[a-z]{10,}(?:\.[\w.]+)?\//;

/**
 * A command in at most `columns`, so that one still knows it: what only says where gives way first, then the kinds before
 * names; each gap shows as `…`. What is confirmed is always the whole command.
 */
export function shortCommand(argv: readonly Safe[], columns: number): Safe {
  const whole = argvLine(argv);
  if (width(whole) <= columns) return whole;
  let words = [...argv];
  for (const [flag, length] of Object.entries(WHERE)) {
    const at = words.indexOf(flag as Safe);
    if (at === -1) continue;
    words = [...words.slice(0, at), GAP, ...words.slice(at + length)];
    if (width(line(words)) <= columns) return line(words);
  }
  words = words.map(word => word.replace(KIND, '…/') as Safe);
  return line(words);
}

const GAP = '…' as Safe;

/** Gaps beside each other are one, and one at the end says nothing. */
function line(words: readonly Safe[]): Safe {
  const kept = words.filter((word, i) => word !== GAP || (words[i - 1] !== GAP && i < words.length - 1));
  return join(
    kept.map(word => (word === GAP || word.startsWith('…/') ? word : argvLine([word]))),
    ' ',
  );
}
