import { refText } from '../cluster/object-ref.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Remedy } from '../recovery/plan.ts';
import { redact } from '../text/redact.ts';
import { join } from '../text/safe.ts';
import type { Decision, Told } from './decide.ts';

/** The news in all forms: one text, facts for machines, and the words that a command may ask for. */
export interface Message {
  readonly text: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly words: Readonly<Record<'context' | 'verdict' | 'before' | 'layer' | 'summary', string>>;
}

const LONGEST = 4_000;

/** Root layer, chain and first action. Redacted as logs are: it leaves the machine. */
export function messageOf(
  diagnosis: Diagnosis,
  { before, now }: NonNullable<Decision['tell']>,
  fix: Remedy | null,
  secrets: readonly string[],
): Message {
  const clean = (text: string): string => redact(text, secrets).slice(0, LONGEST);
  const { root, cluster } = diagnosis;
  const summary = root === null ? 'all layers are healthy' : `${root.layer}: ${root.summary}`;
  const lines = [
    `${cluster.context}: ${now.verdict}${verdictBefore(before)}`,
    summary,
    ...(root?.whys ?? []).map(({ question, answer }) => `${question} ${answer}`),
    ...(fix === null ? [] : fix.commands.slice(0, 3).map(words => `$ ${join(words, ' ')}`)),
  ];
  const text = clean(lines.join('\n'));
  return {
    text,
    payload: {
      schema: 'groundup.dev/notify/v1',
      context: cluster.context,
      verdict: now.verdict,
      before: before?.verdict ?? null,
      at: new Date(diagnosis.at).toISOString(),
      root:
        root === null
          ? null
          : {
              layer: root.layer,
              problem: root.problem,
              object: root.object === null ? null : refText(root.object),
              summary: clean(root.summary),
            },
      // Chat services show one of these two.
      text,
      content: text.slice(0, 1_900),
    },
    words: {
      context: cluster.context,
      verdict: now.verdict,
      before: before?.verdict ?? '',
      layer: root?.layer ?? '',
      summary: clean(summary),
    },
  };
}

function verdictBefore(before: Told | null): string {
  return before === null ? '' : ` (was ${before.verdict})`;
}

/** A command with its placeholders filled in, each inside of one argument: no shell reads it. */
export function filledIn(command: readonly string[], words: Message['words']): readonly string[] {
  return command.map(part =>
    part.replace(/\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(words, name) ? words[name as keyof typeof words] : whole,
    ),
  );
}
