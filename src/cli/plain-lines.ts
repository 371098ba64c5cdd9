import { refText } from '../cluster/object-ref.ts';
import type { Diagnosis, Root } from '../diagnosis/diagnosis.ts';
import type { AppState, Model } from '../store/app-state.ts';
import { argvLine } from '../store/select/command-line.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

/** What changed since the last call, as sentences: the connection, the verdict of the cluster, its roots, and runs. */
export function plainLines(): (state: AppState) => readonly Safe[] {
  let said: Readonly<Record<string, Safe>> = {};
  return state => {
    const now = facts(state);
    const lines = Object.entries(now).flatMap(([topic, text]) => (said[topic] === text ? [] : [text]));
    const mended = Object.keys(said).filter(topic => topic.startsWith('root ') && !(topic in now));
    said = now;
    const isOver = mended.length > 0 && state.world.model !== null;
    return [...(isOver ? mended.map(topic => say`no longer: ${field(topic.slice(5))}`) : []), ...lines];
  };
}

/** One sentence a topic; a sentence that differs is news. Times stay out of them, or every second would be. */
function facts({ world: { model }, runs: { current } }: AppState): Readonly<Record<string, Safe>> {
  const run =
    current === null
      ? {}
      : {
          [current.id]: say`run ${field(current.id)}, ${current.plan.title}: ${field(current.state)}${current.failure === null ? say`` : say`: ${current.failure}`}`,
        };
  if (model === null) return run;
  return { ...run, ...connection(model), ...verdict(model.diagnosis), ...roots(model) };
}

function connection({ snapshot: { api } }: Model): Readonly<Record<string, Safe>> {
  if (api.reach === 'connecting') return {};
  if (api.reach === 'reached') return { api: say`the API server answers` };
  return { api: say`the API server does not answer: ${api.failure?.message ?? say`no reason is known`}` };
}

/** While a layer still waits for its first answer, nothing can be said of the whole. */
function verdict({ verdict, layers }: Diagnosis): Readonly<Record<string, Safe>> {
  if (layers.some(layer => layer.reason === 'waiting')) return {};
  const bad = layers.filter(layer => layer.verdict === 'down' || layer.verdict === 'degraded');
  const which = bad.length === 0 ? say`` : say` (${bad.map(layer => layer.title).join(', ') as Safe})`;
  return { verdict: say`cluster ${field(verdict)}${which}` };
}

function roots({ diagnosis: { root, otherRoots, layers }, fix }: Model): Readonly<Record<string, Safe>> {
  const all = [...(root === null ? [] : [root]), ...otherRoots];
  const sentence = (one: Root): Safe => {
    const title = layers.find(layer => layer.id === one.layer)?.title ?? field(one.layer);
    const cause = one.cause === null ? say`` : say`; ${one.cause}`;
    const command = one === root ? fix?.commands[0] : undefined;
    const cure = command === undefined ? say`` : say`; repair: ${argvLine(command)}`;
    return say`root cause in ${title}: ${one.summary}${cause}${cure}`;
  };
  return Object.fromEntries(
    all.map(one => [
      `root ${one.object === null ? one.layer : refText(one.object)} ${one.problem}`,
      sentence(one),
    ]),
  );
}
