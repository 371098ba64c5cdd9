import { join } from 'node:path';
import type { NotifySettings } from '../config/settings.ts';
import { decide, nothingTold, readMemory, toldOf } from '../notify/decide.ts';
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
  const memory = (await readJson(file)) ?? nothingTold;
  const decision = decide(readMemory(memory), toldOf(model.diagnosis), now, settings.debounceMs);
  const failures =
    decision.tell === null
      ? []
      : await deliver(model, decision.tell, options).catch(error => [String(error)]);
  // What reached nobody is still news next time.
  if (failures.length === 0 || decision.tell === null)
    await writeDurable(file, `${JSON.stringify(decision.memory)}\n`);
  if (settings.heartbeat === null) return failures;
  const beat = await send(settings.heartbeat, undefined);
  return beat.ok ? failures : [...failures, `heartbeat: ${beat.why}`];
}

async function deliver(
  { diagnosis, fix }: Model,
  tell: Parameters<typeof messageOf>[1],
  { settings, env, secrets, send = sendHttps }: NotifyOptions,
): Promise<readonly string[]> {
  const message = messageOf(diagnosis, tell, fix, secrets);
  const [posted, ran] = await Promise.all([
    settings.webhook === null ? { ok: true as const } : send(settings.webhook, message.payload),
    settings.command === null ? null : run(filledIn(settings.command, message.words), env),
  ]);
  return [...(posted.ok ? [] : [`webhook: ${posted.why}`]), ...(ran === null ? [] : [`command: ${ran}`])];
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
