import type { Config } from '../config/load.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { AppState } from '../store/app-state.ts';
import { createAppStore } from '../store/store.ts';
import { field } from '../text/field.ts';
import { UsageError } from './arguments.ts';
import { complaint } from './configuration.ts';
import { exitCodes } from './exit-codes.ts';
import { firstState, withSettings } from './first-state.ts';
import { liveWatch } from './live-watch.ts';
import { plainLines } from './plain-lines.ts';
import { reloading } from './reload.ts';

/**
 * The monitor as lines of text: one for each change of the verdict, of a layer, of the root, or of a run, and nothing
 * else. No screen, no colours, no keys, and so nothing that repairs by itself. Ends with Ctrl-C.
 */
export async function plain(
  resolved: ResolvedKubeconfig,
  first: Config,
  flags: { readonly config?: string; readonly heal?: readonly string[] },
): Promise<number> {
  if (flags.heal !== undefined)
    throw new UsageError('lines of text have no key to stop --heal; use: groundup heal');
  const store = createAppStore(firstState(resolved, {}, first.settingsFor(resolved.context)));
  const print = (text: string): void => {
    const time = new Date().toTimeString().slice(0, 8);
    process.stdout.write(`${time} ${field(text, { ascii: store.getState().mode.taste?.ascii === true })}\n`);
  };
  const { mode } = store.getState();
  print(`watching ${mode.context} at ${mode.server}; Ctrl-C ends`);
  const wrong = complaint(first);
  if (wrong !== null) print(wrong);
  const live = liveWatch(store, resolved, {
    settingsFor: context => config.current().settingsFor(context),
    namespace: undefined,
    tape: undefined,
  });
  const config = reloading({
    first,
    flags,
    env: process.env,
    context: live.context,
    onChange: (next, { text }) => {
      store.setState(state => withSettings(state, {}, next));
      live.configure(next);
      print(text);
    },
  });
  const news = plainLines();
  const undo = store.subscribe((state: AppState) => {
    for (const text of news(state)) print(text);
  });
  const ended = untilAsked();
  await live.open(resolved);
  await ended;
  undo();
  config.stop();
  await live.close();
  return exitCodes.healthy;
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C, a request to end, or a reader that went away. A second request changes nothing: ending is bounded. */
function untilAsked(): Promise<void> {
  return new Promise(done => {
    for (const signal of endings) process.on(signal, () => done());
    process.stdout.once('error', () => done());
  });
}
