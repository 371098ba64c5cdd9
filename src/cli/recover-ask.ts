import { createInterface } from 'node:readline/promises';
import type { Plan } from '../recovery/plan.ts';

const TYPED_AHEAD_MS = 300;
const PATIENCE_MS = 300_000;

/** Asks for the word, the context or one letter on the terminal; whatever was typed before the question is no answer. */
export async function askOnTerminal({ cluster, typedWord }: Plan, isProtected: boolean): Promise<boolean> {
  const words = [...(isProtected ? [cluster.context] : []), ...(typedWord === null ? [] : [typedWord])];
  for (const word of new Set(words))
    if ((await answerTo(`\nType ${word} to run it: `)) !== word) return false;
  return words.length > 0 || (await answerTo('\nRun it? Type y: ')) === 'y';
}

/** Null when the terminal ended, or nobody answered for five minutes. */
export async function answerTo(question: string): Promise<string | null> {
  if (!(await forgetTypedAhead())) return null;
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<null>(done => {
    reader.once('close', () => done(null));
    reader.once('SIGINT', () => reader.close());
  });
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return await Promise.race([reader.question(question, { signal }).catch(() => null), closed]);
  } finally {
    reader.close();
  }
}

/** Reads away what waits in the terminal. False when Ctrl-C was in it. */
function forgetTypedAhead(): Promise<boolean> {
  const { stdin } = process;
  let isInterrupted = false;
  const forget = (chunk: Buffer): void => {
    isInterrupted ||= chunk.includes(3);
  };
  return new Promise(done => {
    stdin.setRawMode(true);
    stdin.on('data', forget);
    stdin.resume();
    setTimeout(() => {
      stdin.off('data', forget);
      stdin.pause();
      stdin.setRawMode(false);
      done(!isInterrupted);
    }, TYPED_AHEAD_MS);
  });
}
