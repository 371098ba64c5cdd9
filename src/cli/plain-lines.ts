import { refText } from '../cluster/object-ref.ts';
import type { Diagnosis, Root } from '../diagnosis/diagnosis.ts';
import type { AppState, Model } from '../store/app-state.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

/**
 * What changed since the last call, as sentences: the connection, the verdict of the cluster, its roots, and runs. What
 * cannot be judged yet is no news.
 */
export function plainLines(): (state: AppState) => readonly Safe[] {
  let said: Facts = {};
  return state => {
    const now = facts(state);
    const isJudged = 'verdict' in now;
    const gone = isJudged
      ? Object.keys(said).filter(topic => topic.startsWith('root ') && !(topic in now))
      : [];
    const lines = Object.entries(now).flatMap(([topic, text]) => (said[topic] === text ? [] : [text]));
    said = isJudged ? now : { ...said, ...now };
    return [...gone.map(topic => say`no longer: ${field(topic.slice(5))}`), ...lines];
  };
}

type Facts = Readonly<Record<string, Safe>>;

/** One sentence a topic; a sentence that differs is news. Times stay out of them, or every second would be. */
function facts({ world: { model }, runs: { current }, view: { message } }: AppState): Facts {
  const trouble = message?.tone === 'bad' ? { trouble: message.text } : {};
  const run =
    current === null
      ? trouble
      : {
          ...trouble,
          [current.id]: say`run ${field(current.id)}, ${current.plan.title}: ${field(current.state)}${current.failure === null ? say`` : say`: ${current.failure}`}`,
        };
  if (model === null) return run;
  const judged = verdict(model.diagnosis);
  return { ...run, ...connection(model), ...judged, ...('verdict' in judged ? roots(model) : {}) };
}

function connection({ snapshot: { api } }: Model): Facts {
  if (api.reach === 'connecting') return {};
  if (api.reach === 'reached') return { api: say`the API server answers` };
  return { api: say`the API server does not answer: ${api.failure?.message ?? say`no reason is known`}` };
}

/** While a layer still waits for its first answer, nothing can be said of the whole. */
function verdict({ verdict, layers }: Diagnosis): Facts {
  if (layers.some(layer => layer.reason === 'waiting')) return {};
  const bad = layers.filter(layer => layer.verdict === 'down' || layer.verdict === 'degraded');
  const which = bad.length === 0 ? say`` : say` (${bad.map(layer => layer.title).join(', ') as Safe})`;
  return { verdict: say`cluster ${field(verdict)}${which}` };
}

function roots({ diagnosis: { root, otherRoots, layers }, fix }: Model): Facts {
  const all = [...(root === null ? [] : [root]), ...otherRoots];
  const sentence = (one: Root): Safe => {
    const title = layers.find(layer => layer.id === one.layer)?.title ?? field(one.layer);
    const cause = one.cause === null ? say`` : say`; ${one.cause}`;
    const cure = one === root && fix !== null ? say`; remedy: ${fix.title} (groundup recover)` : say``;
    return say`root cause in ${title}: ${one.summary}${cause}${cure}`;
  };
  return Object.fromEntries(
    all.map(one => [
      `root ${one.object === null ? one.layer : refText(one.object)} ${one.problem}`,
      sentence(one),
    ]),
  );
}
