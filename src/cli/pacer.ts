/** Nothing changes while everything hangs, so it is looked at again without being told to. */
const AGAIN_MS = 60_000;

export interface Pacer {
  readonly stop: () => void;
}

/** Works on the latest news, with the pause (ms) that the last work asked for, and once a minute without any. */
export function pacer<News>(
  onNews: (listener: (news: News) => void) => () => void,
  now: () => News,
  work: (news: News) => Promise<number>,
): Pacer {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isPausing = false;
  let latest: { readonly news: News } | null = null;
  const turn = async (news: News): Promise<void> => {
    clearTimeout(timer);
    isPausing = true;
    latest = null;
    const rest = await work(news);
    if (!isStopped) timer = setTimeout(rested, rest).unref();
  };
  const rested = (): void => {
    isPausing = false;
    if (latest !== null) void turn(latest.news);
    else timer = setTimeout(() => void turn(now()), AGAIN_MS).unref();
  };
  const undo = onNews(news => {
    latest = { news };
    if (!isPausing) void turn(news);
  });
  return {
    stop: () => {
      isStopped = true;
      undo();
      clearTimeout(timer);
    },
  };
}
