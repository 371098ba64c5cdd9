import { awaited, steadiness, type Wish } from '../diagnosis/awaited.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { ClusterVerdict, Diagnosis } from '../diagnosis/diagnosis.ts';
import { type Cluster, openCluster } from '../kube/open-cluster.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import { readArguments, readDuration, UsageError } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { chooseCluster } from './kubeconfig.ts';
import { layersNamed } from './layer-names.ts';
import { waitFlags } from './prevention-commands.ts';

/** Blocks until layers, or the cluster, have a verdict and kept it for a while; what happens meanwhile stands on stderr. */
export async function wait(argv: readonly string[]): Promise<number> {
  const { values } = readArguments(argv, waitFlags);
  const wish: Wish = {
    layers: wishedLayers(values.for ?? 'cluster'),
    verdict: (values.verdict ?? 'healthy') as ClusterVerdict,
  };
  const limits = {
    withinMs: readDuration('timeout', values.timeout ?? '5m'),
    stableMs: readDuration('stable', values.stable ?? '10s'),
  };
  if (limits.stableMs >= limits.withinMs)
    throw new UsageError('--stable must be shorter than --timeout, or it can never be reached');
  const resolved = chooseCluster(values, process.env);
  const cluster = openCluster({ resolved, wall: wallOf(resolved.cluster.clock) });
  try {
    return await waitOn(cluster, wish, limits);
  } finally {
    await cluster.close();
  }
}

function wishedLayers(text: string): Wish['layers'] {
  if (text === 'cluster') return null;
  const match = /^layer=(.+)$/.exec(text);
  if (match === null) throw new UsageError(`--for cannot be '${text}'; write layer=cni,dns, or cluster`);
  return layersNamed('for', [match[1] ?? '']);
}

interface WaitLimits {
  readonly withinMs: number;
  readonly stableMs: number;
}

async function waitOn(cluster: Cluster, wish: Wish, { withinMs, stableMs }: WaitLimits): Promise<number> {
  const started = performance.now();
  const isSteady = steadiness(stableMs);
  const tell = teller(started);
  let previous: Diagnosis | undefined;
  await cluster.loaded(withinMs);
  for (;;) {
    previous = diagnose(cluster.snapshot(), previous);
    const seen = awaited(previous, wish);
    const now = performance.now();
    tell(seen.text);
    if (isSteady(seen.reached, now)) {
      tell(`reached, and steady for ${stableMs / 1000} s`);
      return exitCodes.healthy;
    }
    if (now - started >= withinMs) {
      const why = seen.unjudged
        ? ': it cannot be judged'
        : seen.reached
          ? ': not steady for long enough'
          : '';
      tell(`not within ${withinMs / 1000} s${why}`);
      return seen.unjudged ? exitCodes.unknown : exitCodes.degraded;
    }
    await change(cluster, Math.min(250, withinMs - (now - started)));
  }
}

/** Says what changed, with the time since the start. What differs in its numbers only, such as an age, is the same. */
function teller(started: number): (text: string) => void {
  let last = '';
  return text => {
    const words = text.replaceAll(/\d+/g, '');
    if (words === last) return;
    last = words;
    const seconds = Math.floor((performance.now() - started) / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    process.stderr.write(`${clock.padStart(6)} ${text}\n`);
  };
}

/** The next change, or some time. */
function change(cluster: Cluster, ms: number): Promise<void> {
  return new Promise(done => {
    const end = (): void => {
      clearTimeout(timer);
      undo();
      done();
    };
    const timer = setTimeout(end, Math.max(1, ms));
    const undo = cluster.onChange(end);
  });
}
