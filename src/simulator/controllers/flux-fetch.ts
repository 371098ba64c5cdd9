import type { Stored } from '../world.ts';
import { lookupError, namesResolve, readyBackends } from './coredns.ts';
import type { FluxRun } from './flux-runner.ts';
import { errorLog, fluxLog } from './flux-status.ts';
import type { Life } from './switches.ts';

const HOST = 'source-controller.flux-system.svc.cluster.local.';
const ATTEMPTS = 10;
/** Ten attempts with their waits take 9m30s. */
const ATTEMPT_MS = 57_000;

/** Why an artifact cannot be downloaded right now: no name, no process behind the service. */
function downloadError(life: Life, controller: string): string | undefined {
  const pod = life.world.list('/pods', 'flux-system').find(one => one.metadata.labels?.app === controller);
  if (!namesResolve(life, 'flux-system')) return lookupError(HOST, pod?.status?.podIP ?? '10.42.0.20');
  const service = life.world.get('/services', 'flux-system', 'source-controller');
  if (service === undefined) return `dial tcp: lookup ${HOST} on 10.43.0.10:53: no such host`;
  return readyBackends(life, service).length > 0
    ? undefined
    : `dial tcp ${service.spec.clusterIP}:80: connect: connection refused`;
}

/**
 * Downloads an artifact from source-controller. While it cannot, the object stays "in work"; the reason is only in the
 * log until, after 9m30s, the attempts are used up and `failed` gets the whole sentence.
 */
export function download(
  life: Life,
  run: FluxRun,
  about: { controller: string; object: Stored; url: string },
  then: { ready(): void; waiting(): void; failed(message: string): void },
): void {
  const { controller, object, url } = about;
  let attempt = 0;
  const next = (): void => {
    const error = downloadError(life, controller);
    if (error === undefined) {
      then.ready();
      return;
    }
    attempt += 1;
    const text = `Get "${url}": ${error}`;
    if (attempt > ATTEMPTS) {
      const message = `failed to download archive: GET ${url} giving up after ${ATTEMPTS} attempt(s): ${text}`;
      errorLog(life, controller, object, message);
      then.failed(message);
      return;
    }
    if (attempt === 1) then.waiting();
    fluxLog(life, controller, 'error', object, 'artifact fetch failed, retrying', { error: text, attempt });
    run.later(ATTEMPT_MS, next);
  };
  next();
}
