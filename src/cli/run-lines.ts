import type { Run, RunLine } from '../runs/run.ts';

const marks: Readonly<Record<RunLine['from'], string>> = { stdout: ' ', stderr: '!', groundup: '>' };

/** `  1:02.3 ! text`: minutes and seconds since the run began; `!` marks stderr, `>` what groundup says itself. */
export function runLine({ at, from, text }: RunLine): string {
  const seconds = Math.floor(at / 100) / 10;
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - minutes * 60).toFixed(1).padStart(4, '0');
  return `${String(minutes).padStart(3)}:${rest} ${marks[from]} ${text}`;
}

/** Prints of each look at a run the lines that are new, and says when some were lost to the bound. */
export function linePrinter(print: (text: string) => void): (run: Pick<Run, 'lines' | 'dropped'>) => void {
  let printed = 0;
  return ({ lines, dropped }) => {
    if (dropped > printed) {
      print(`          ${dropped - printed} lines came too fast; the log file has them`);
      printed = dropped;
    }
    for (const line of lines.slice(printed - dropped)) print(runLine(line));
    printed = dropped + lines.length;
  };
}
