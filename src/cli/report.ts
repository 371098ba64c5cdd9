import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import { recall } from '../recorder/recall.ts';
import { type IncidentReport, incidentReport, type Told } from '../report/incident-report.ts';
import { reportMarkdown } from '../report/report-markdown.ts';
import { type Cleaner, cleaned, withoutIdentity, withoutPaths } from '../report/without.ts';
import { healNotes } from '../runs/heal-notes.ts';
import { secretsOf } from '../runs/secrets.ts';
import type { Earlier } from '../store/earlier.ts';
import { gapsBetween } from '../store/earlier.ts';
import type { Moment } from '../store/moments.ts';
import { pictureOf } from '../store/picture.ts';
import { redactor } from '../text/redact.ts';
import { readArguments, readDuration, UsageError } from './arguments.ts';
import { look } from './check.ts';
import { reportFlags } from './commands.ts';
import { complain, readConfiguration } from './configuration.ts';
import { exitCodes } from './exit-codes.ts';
import { journalRuns } from './journal-runs.ts';
import { chooseCluster } from './kubeconfig.ts';
import { readRecording } from './read-recording.ts';
import { stateFolder } from './state-folder.ts';
import { version } from './version.ts';

interface Material {
  readonly told: Told;
  readonly secrets: readonly string[];
}

/** What happened, for those who were not there. Nothing that is secret and no path of this machine is in it. */
export async function report(argv: readonly string[]): Promise<number> {
  const { values, words } = readArguments(argv, reportFlags, 1);
  const [path] = words;
  const sinceMs = values.since === undefined ? undefined : readDuration('since', values.since);
  const { told, secrets } =
    path === undefined
      ? await fromHere(values, sinceMs ?? 86_400_000, readDuration('timeout', values.timeout ?? '10s'))
      : await fromRecording(path, sinceMs);
  const found = incidentReport(told);
  if (found === null) throw new UsageError('nothing is known of that time; name a longer --since');
  const clean = cleanerOf(told, secrets, values.redact === true);
  const safe: IncidentReport = cleaned(found, clean);
  process.stdout.write(
    values.output === 'json' ? `${JSON.stringify(safe, null, 2)}\n` : reportMarkdown(safe),
  );
  return exitCodes.healthy;
}

/** The flight records of the cluster, a look at it as it is now, and the journal of runs. */
async function fromHere(
  values: { readonly context?: string; readonly kubeconfig?: string; readonly config?: string },
  sinceMs: number,
  deadlineMs: number,
): Promise<Material> {
  const resolved = chooseCluster(values, process.env);
  const secrets = secretsOf(freezeKubeconfig(resolved));
  const stateDir = stateFolder(process.env);
  const config = await readConfiguration(values, process.env);
  complain(config);
  const settings = config.settingsFor(resolved.context).context;
  const model = await look(resolved, {
    settings,
    deadlineMs,
    probe: false,
    exec: false,
    narrow: diagnosis => diagnosis,
  });
  const now: Moment = { at: model.diagnosis.at, picture: pictureOf(model) };
  const since = now.at - sinceMs;
  const watched = await recall(join(stateDir, 'records'), model.diagnosis.cluster, since);
  const moments = [...watched.flatMap(one => one.moments).filter(({ at }) => at < now.at), now];
  const recorded = watched.flatMap(one => one.runs);
  const skew = now.at - Date.now();
  const known = await journalRuns(stateDir, model.diagnosis, { skew, since, secrets });
  const runs = [...recorded, ...known.filter(({ id }) => !recorded.some(run => run.id === id))];
  const gaps = gapsBetween(watched, now.at);
  const { uid } = model.diagnosis.cluster;
  const left = uid === null ? [] : await healNotes(stateDir, uid);
  const notes = left.map(note => ({ ...note, at: note.at + skew }));
  return { told: { moments, gaps, runs, notes, since, until: now.at, by: version }, secrets };
}

async function fromRecording(path: string, sinceMs: number | undefined): Promise<Material> {
  const watched = await readRecording(path);
  const until = Math.max(...watched.map(({ endedAt }) => endedAt));
  const since = sinceMs === undefined ? Math.min(...watched.map(({ beganAt }) => beganAt)) : until - sinceMs;
  const told: Told = {
    moments: watched.flatMap(({ moments }) => moments),
    gaps: gapsBetween(watched satisfies readonly Earlier[], Number.POSITIVE_INFINITY),
    runs: watched.flatMap(({ runs }) => runs),
    since,
    until,
    by: version,
  };
  return { told, secrets: [] };
}

function cleanerOf({ moments }: Told, secrets: readonly string[], isAnonymous: boolean): Cleaner {
  const redact = redactor(secrets);
  const paths = withoutPaths([
    process.cwd(),
    homedir(),
    process.env.HOME ?? '',
    tmpdir(),
    process.env.ROOT_DIR ?? '',
  ]);
  const identity = isAnonymous ? withoutIdentity(namesIn(moments)) : (text: string) => text;
  return text => identity(paths(redact(text)));
}

/** What names the cluster and its machines, with what stands there instead. */
function namesIn(moments: readonly Moment[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const nodes = new Set<string>();
  for (const { diagnosis } of moments.map(({ picture }) => picture)) {
    const { context, server, uid } = diagnosis.cluster;
    names.set(context, 'the-cluster').set(server, 'https://<server>');
    if (uid !== null) names.set(uid, '<uid>');
    for (const { object, nodes: on } of diagnosis.layers.flatMap(({ findings }) => findings)) {
      if (object?.kind === 'Node') nodes.add(object.name);
      for (const node of on ?? []) nodes.add(node);
    }
    for (const node of diagnosis.root?.scope?.nodes ?? []) nodes.add(node);
  }
  [...nodes].toSorted().forEach((node, i) => {
    names.set(node, `node-${i + 1}`);
  });
  return names;
}
