import { type HealNote, healNotes } from '../runs/heal-notes.ts';
import type { AppState } from '../store/app-state.ts';
import type { AppStore } from '../store/store.ts';

/** Timers on this machine write it down too. */
const EVERY_MS = 10_000;
const MOST = 200;

/**
 * Gives the store what self-healing left to people. Each note keeps the cluster time at which it was heard of: the clock of
 * a cluster may run apart from ours.
 */
export function feedHealNotes(store: AppStore, stateDir: string): () => void {
  const seen = new Set<string>();
  let isKnown = false;
  let isOver = false;
  const uidOf = ({ world }: AppState): string | null => world.model?.diagnosis.cluster.uid ?? null;
  const look = async (): Promise<void> => {
    const uid = uidOf(store.getState());
    if (uid === null) return;
    const found = await healNotes(stateDir, uid);
    const { healNotes: known = [], world } = store.getState();
    const news = found.filter(note => !seen.has(keyOf(note)));
    if (isOver || news.length === 0) return;
    for (const note of news) seen.add(keyOf(note));
    const dated = news.map(note => ({ ...note, at: note.at + world.skew }));
    store.setState({ healNotes: [...known, ...dated].slice(-MOST) });
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  const undo = store.subscribe((state, before) => {
    const isNews = !isKnown && uidOf(state) !== null;
    isKnown ||= isNews;
    if (isNews || state.healing !== before.healing) void look();
  });
  return () => {
    isOver = true;
    clearInterval(timer);
    undo();
  };
}

function keyOf({ at, text }: HealNote): string {
  return `${at} ${text}`;
}
