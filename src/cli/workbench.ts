import type { ContextSettings } from '../config/context-settings.ts';
import type { Settings } from '../config/settings.ts';
import type { Workshop } from '../recovery/plan.ts';
import { toolEnvironment } from '../tools/environment.ts';
import { safePath } from '../tools/find.ts';
import { inspectWorkshop } from '../tools/repository.ts';
import { emptyWorkshop } from './assess.ts';

export interface WorkbenchOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly settings?: Settings;
}

/** The workstation: its tools, its repository, and the environment that tools get. */
export interface Workbench {
  /** Null until it was looked at. */
  readonly workshop: () => Workshop | null;
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
  let looking = new AbortController();
  let path = await safePath(pathOf(options, context));
  const look = async (): Promise<void> => {
    const { signal } = looking;
    const found = await inspectWorkshop({ ...lookAt(options, context), signal }).catch(() => emptyWorkshop);
    if (signal.aborted) return;
    workshop = found;
    onFound();
  };
  const again = async (): Promise<void> => {
    path = await safePath(pathOf(options, context));
    await look();
  };
  return {
    workshop: () => workshop,
    inspected: after.then(look),
    environment: () =>
      toolEnvironment(
        { ...options.env, ...context.env },
        { path: path.dirs, also: [...passedOn(workshop), ...Object.keys(context.env)] },
      ),
    configure: settings => {
      const before = JSON.stringify(placeOf(context));
      context = settings.context;
      if (before === JSON.stringify(placeOf(context))) return;
      looking.abort();
      looking = new AbortController();
      void again();
    },
    close: () => looking.abort(),
  };
}

type Place = Pick<ContextSettings, 'repository' | 'helmfile' | 'env'>;
const nothing: Place = { repository: null, helmfile: null, env: {} };

function placeOf({ repository, helmfile, env }: Place): Place {
  return { repository, helmfile, env };
}

function pathOf({ env }: WorkbenchOptions, context: Place): string | undefined {
  return context.env.PATH ?? env.PATH;
}

/** What `inspectWorkshop` is asked: the configured places go before those of the environment. */
export function lookAt({ env, cwd }: WorkbenchOptions, { repository, helmfile, env: also }: Place) {
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
