/** Nothing changes while everything hangs, so it is looked at again without being told to. */
const AGAIN_MS = 60_000;

export interface Pacer {
  readonly start: () => void;
  readonly stop: () => void;
}

/** Works after changes, with the pause (ms) that the last work asked for, and once a minute without any. */
export function pacer(onChange: (listener: () => void) => () => void, work: () => Promise<number>): Pacer {
  let timer: NodeJS.Timeout | undefined;
  let undo: (() => void) | null = null;
  let isPausing = false;
  let isChanged = false;
  const turn = async (): Promise<void> => {
    clearTimeout(timer);
    isPausing = true;
    isChanged = false;
    const rest = await work();
    if (undo !== null) timer = setTimeout(rested, rest).unref();
  };
  const rested = (): void => {
    isPausing = false;
    if (isChanged) void turn();
    else timer = setTimeout(() => void turn(), AGAIN_MS).unref();
  };
  return {
    start: () => {
      undo ??= onChange(() => {
        isChanged = true;
        if (!isPausing) void turn();
      });
    },
    stop: () => {
      undo?.();
      undo = null;
      clearTimeout(timer);
    },
  };
}
