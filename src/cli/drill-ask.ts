import { answerTo } from './recover-ask.ts';

/** The whole name of the context: a drill is never meant by accident. */
export async function askForWord(context: string): Promise<boolean> {
  return (await answerTo(`\nType ${context} to break it: `)) === context;
}
