import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the watcher said at one moment. */
export interface WatcherLine {
  readonly at: number;
  readonly greens: number;
  /** The fewest since the line before. */
  readonly least: number;
  readonly reach: string;
  readonly nodes: string;
  /** Bytes. */
  readonly rss: number;
  /** The longest that its event loop was held up since the line before, ms. */
  readonly gap: number;
}

export interface Watcher {
  readonly pid: number;
  readonly lines: readonly WatcherLine[];
  /** The first line from now on that fits; null when none came in time. */
  readonly until: (fits: (line: WatcherLine) => boolean, withinMs: number) => Promise<WatcherLine | null>;
  readonly end: () => Promise<void>;
}

export function startWatcher(url: string): Watcher {
  const script = fileURLToPath(new URL('watcher.ts', import.meta.url));
  const child = spawn(process.execPath, [script, url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: WatcherLine[] = [];
  createInterface(child.stdout).on('line', text => lines.push(JSON.parse(text) as WatcherLine));
  const ended = new Promise<void>(resolve => child.on('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    lines,
    until: async (fits, withinMs) => {
      const deadline = performance.now() + withinMs;
      for (let from = lines.length; performance.now() < deadline; ) {
        const found = lines.slice(from).find(fits);
        if (found !== undefined) return found;
        from = lines.length;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      return null;
    },
    end: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
