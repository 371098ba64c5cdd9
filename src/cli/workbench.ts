import type { ContextSettings } from '../config/context-settings.ts';
import type { Settings } from '../config/settings.ts';
import type { Action } from '../recovery/action.ts';
import type { Workshop } from '../recovery/plan.ts';
import { toolEnvironment } from '../tools/environment.ts';
import { safePath } from '../tools/find.ts';
import { inspectWorkshop } from '../tools/repository.ts';
import { emptyWorkshop } from './assess.ts';
import { findCustomActions } from './custom-actions.ts';

export interface WorkbenchOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly settings?: Settings;
}

/** The workstation: its tools, its repository, and the environment that tools get. */
export interface Workbench {
  /** Null until it was looked at. */
  readonly workshop: () => Workshop | null;
  /** Actions of the configuration; none until the workstation was looked at. */
  readonly custom: () => readonly Action[];
  readonly inspected: Promise<void>;
  readonly environment: () => Readonly<Record<string, string>>;
  /** Looks again where something changed that it depends on. */
  readonly configure: (settings: Settings) => void;
  readonly close: () => void;
}

/** Looks at the workstation in the background, not before `after`; `onFound` is called whenever more is known. */
export async function openWorkbench(
  options: WorkbenchOptions,
  onFound: () => void,
  after: Promise<unknown> = Promise.resolve(),
): Promise<Workbench> {
  let context: Place = options.settings?.context ?? nothing;
  let workshop: Workshop | null = null;
  let custom: readonly Action[] = [];
  let looking = new AbortController();
  let path = await safePath(pathOf(options, context));
  const look = async (): Promise<void> => {
    const { signal } = looking;
    const found = await inspectWorkshop({ ...lookAt(options, context), signal }).catch(() => emptyWorkshop);
    if (signal.aborted) return;
    workshop = found;
    onFound();
  };
  /** Apart from the tools, whose versions are asked for: an action that was added is there at once. */
  const findActions = async (): Promise<void> => {
    const { actions } = context;
    const found = await findCustomActions(actions, path);
    if (actions !== context.actions || found.length + custom.length === 0) return;
    custom = found;
    onFound();
  };
  const again = async (): Promise<void> => {
    path = await safePath(pathOf(options, context));
    await Promise.all([look(), findActions()]);
  };
  return {
    workshop: () => workshop,
    custom: () => custom,
    inspected: after.then(() => Promise.all([look(), findActions()])).then(() => undefined),
    environment: () =>
      toolEnvironment(
        { ...options.env, ...context.env },
        { path: path.dirs, also: [...passedOn(workshop), ...Object.keys(context.env)] },
      ),
    configure: settings => {
      const before = context;
      context = settings.context;
      if (JSON.stringify(placeOf(before)) === JSON.stringify(placeOf(context))) {
        // The same list stays the same, so that a search for it that is under way still counts.
        if (JSON.stringify(before.actions) !== JSON.stringify(context.actions)) void findActions();
        else context = { ...context, actions: before.actions };
        return;
      }
      looking.abort();
      looking = new AbortController();
      void again();
    },
    close: () => looking.abort(),
  };
}

type Place = Pick<ContextSettings, 'repository' | 'helmfile' | 'env' | 'actions'>;
const nothing: Place = { repository: null, helmfile: null, env: {}, actions: [] };

function placeOf({ repository, helmfile, env }: Place): Omit<Place, 'actions'> {
  return { repository, helmfile, env };
}

function pathOf({ env }: WorkbenchOptions, context: Place): string | undefined {
  return context.env.PATH ?? env.PATH;
}

/** What `inspectWorkshop` is asked: the configured places go before those of the environment. */
export function lookAt(
  { env, cwd }: WorkbenchOptions,
  { repository, helmfile, env: also }: Omit<Place, 'actions'>,
) {
  return {
    cwd,
    env: { ...env, ...also },
    also: Object.keys(also),
    configured: {
      ...(repository === null ? {} : { root: repository }),
      ...(helmfile === null ? {} : { helmfile }),
    },
  };
}

/** What the helmfile asks for; and what tells the simulated tools of the demo its speed, which no user's shell has. */
function passedOn(workshop: Workshop | null): readonly string[] {
  return ['GROUNDUP_SIM_SPEED', ...(workshop?.repository?.requiredEnv ?? [])];
}
