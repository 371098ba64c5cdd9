import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { NotifySettings } from '../config/settings.ts';
import { decide, type NotifyMemory, nothingTold, readMemory, toldOf } from '../notify/decide.ts';
import { filledIn, messageOf } from '../notify/message.ts';
import { sendHttps } from '../notify/send-https.ts';
import { privateDir, readJson, writeDurable } from '../runs/files.ts';
import type { Model } from '../store/app-state.ts';
import { toolEnvironment } from '../tools/environment.ts';
import { findTool, safePath } from '../tools/find.ts';
import { runTool } from '../tools/run-tool.ts';

export interface NotifyOptions {
  readonly settings: Pick<NotifySettings, 'webhook' | 'command' | 'heartbeat' | 'debounceMs'>;
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Values that must not leave the machine. */
  readonly secrets: readonly string[];
  /** Epoch ms. */
  readonly now: number;
  readonly send?: typeof sendHttps;
}

const COMMAND_MS = 15_000;

/**
 * Tells of a change that lasted, remembers what was told, and gives the sign of life: also when there is nothing to tell,
 * and also about an ill cluster, since it says that somebody looks. Returns what did not work, in sentences.
 */
export async function notify(model: Model, options: NotifyOptions): Promise<readonly string[]> {
  const { settings, stateDir, now, send = sendHttps } = options;
  const folder = join(stateDir, 'notify');
  const file = join(folder, `${encodeURIComponent(model.diagnosis.cluster.context)}.json`);
  await privateDir(folder);
  const memory = readMemory((await readJson(file)) ?? nothingTold);
  const decision = decide(memory, toldOf(model.diagnosis), now, settings.debounceMs);
  const { tell } = decision;
  const failures = tell === null ? [] : await deliver(model, tell, options, waysDone(memory, tell));
  // What did not reach everybody is still news next time, for those whom it did not reach.
  const reached = ways.filter(way => !failures.some(({ by }) => by === way));
  const next =
    tell === null || failures.length === 0
      ? decision.memory
      : { ...memory, reached: { state: tell.now, ways: reached } };
  await writeDurable(file, `${JSON.stringify(next)}\n`);
  const told = failures.map(({ by, why }) => `${by}: ${why}`);
  return settings.heartbeat === null ? told : [...told, ...(await beat(settings.heartbeat, send))];
}

/** The sign of life; what did not work, in a sentence. */
export async function beat(address: string, send = sendHttps): Promise<readonly string[]> {
  const sent = await send(address, undefined);
  return sent.ok ? [] : [`heartbeat: ${sent.why}`];
}

type Way = (typeof ways)[number];
const ways = ['webhook', 'command'] as const;

function waysDone({ reached }: NotifyMemory, { now }: Tell): readonly string[] {
  return reached !== undefined && isDeepStrictEqual(reached.state, now) ? reached.ways : [];
}

type Tell = Parameters<typeof messageOf>[1];

async function deliver(
  { diagnosis, fix }: Model,
  tell: Tell,
  { settings: { webhook, command }, env, secrets, send = sendHttps }: NotifyOptions,
  done: readonly string[],
): Promise<readonly { readonly by: Way; readonly why: string }[]> {
  const message = messageOf(diagnosis, tell, fix, secrets);
  const trying: Record<Way, Promise<string | null>> = {
    webhook:
      webhook === null || done.includes('webhook')
        ? Promise.resolve(null)
        : send(webhook, message.payload).then(sent => (sent.ok ? null : sent.why)),
    command:
      command === null || done.includes('command')
        ? Promise.resolve(null)
        : run(filledIn(command, message.words), env),
  };
  const tried = await Promise.all(
    ways.map(async by => ({ by, why: await trying[by].catch(error => String(error)) })),
  );
  return tried.flatMap(({ by, why }) => (why === null ? [] : [{ by, why }]));
}

/** Null when it ended well, else why not. */
async function run(
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const path = await safePath(env.PATH);
  const found = program.startsWith('/') ? program : await findTool(program, path);
  if (found === null) return `${program} is not on the PATH`;
  const result = await runTool({
    path: found,
    args,
    cwd: '/',
    env: toolEnvironment(env, { path: path.dirs }),
    deadlineMs: COMMAND_MS,
    cap: 100_000,
  });
  return result.ok ? null : `${program} ${result.why}${result.message === '' ? '' : `: ${result.message}`}`;
}
