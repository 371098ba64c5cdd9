import type { Safe } from '../../text/safe.ts';
import type { Look } from '../theme.ts';

const frames = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'] as readonly string[] as readonly Safe[];
const asciiFrames = ['|', '/', '-', '\\'] as readonly string[] as readonly Safe[];

/** The turning mark of something that runs; `turn` counts the ticks of the shared clock. */
export function spinner(turn: number, look: Look): Safe {
  if (look.still === true) return (look.ascii ? '*' : '●') as Safe;
  const all = look.ascii ? asciiFrames : frames;
  return all[turn % all.length] ?? ('*' as Safe);
}
