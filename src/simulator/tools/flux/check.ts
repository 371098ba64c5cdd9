import { ApiRefusal } from '../api.ts';
import { type FluxCall, reasonOf, say } from './call.ts';

const FLUX = 'app.kubernetes.io/part-of=flux';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** `flux check`: goes through everything although something fails, then says so. */
export async function check(flux: FluxCall): Promise<number> {
  say(flux, '►', 'checking prerequisites');
  const steps = [kubernetes];
  if (!flux.flags.has('pre')) steps.push(distribution, controllers, definitions);
  let good = true;
  for (const step of steps) good = (await step(flux)) && good;
  if (!good) {
    say(flux, '✗', 'check failed');
    return 1;
  }
  say(flux, '✔', flux.flags.has('pre') ? 'prerequisites checks passed' : 'all checks passed');
  return 0;
}

async function kubernetes(flux: FluxCall): Promise<boolean> {
  try {
    const { gitVersion } = await flux.api.send('/version');
    say(flux, '✔', `Kubernetes ${gitVersion.slice(1)} >=1.33.0-0`);
    return true;
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    say(flux, '✗', `Kubernetes API call failed: ${error.message}`);
    return false;
  }
}

async function distribution(flux: FluxCall): Promise<boolean> {
  say(flux, '►', 'checking version in cluster');
  try {
    const found = await flux.api.find(`${DEFINITIONS}/gitrepositories.source.toolkit.fluxcd.io`);
    const version = found?.metadata.labels?.['app.kubernetes.io/version'];
    if (!version) return true;
    say(flux, '✔', `distribution: flux-${version}`);
    say(flux, '✔', 'bootstrapped: false');
    return true;
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    say(flux, '✗', `checking failed: ${reasonOf(error)}`);
    return false;
  }
}

async function controllers(flux: FluxCall): Promise<boolean> {
  say(flux, '►', 'checking controllers');
  const path = `/apis/apps/v1/namespaces/${flux.namespace}/deployments?labelSelector=${encodeURIComponent(FLUX)}`;
  const found = await flux.api.list(path).catch(silent);
  if (found.length === 0) {
    say(
      flux,
      '✗',
      `no controllers found in the '${flux.namespace}' namespace with the label selector '${FLUX}'`,
    );
    return false;
  }
  let good = true;
  for (const { metadata, spec, status } of found) {
    const ready = (status?.readyReplicas ?? 0) >= (spec.replicas ?? 1);
    good &&= ready;
    if (ready) say(flux, '✔', `${metadata.name}: deployment ready`);
    else say(flux, '✗', `${metadata.name}: deployment not ready`);
    for (const { image } of spec.template.spec.containers) say(flux, '►', image);
  }
  return good;
}

async function definitions(flux: FluxCall): Promise<boolean> {
  say(flux, '►', 'checking crds');
  const all = await flux.api.list(DEFINITIONS).catch(silent);
  const own = all.filter(one => one.spec.group.endsWith('.toolkit.fluxcd.io'));
  if (own.length === 0) {
    say(flux, '✗', `no crds found in the '${flux.namespace}' namespace with the label selector '${FLUX}'`);
    return false;
  }
  for (const { metadata, status } of own)
    say(flux, '✔', `${metadata.name}/${status?.storedVersions?.at(-1) ?? 'v1'}`);
  return true;
}

/** What cannot be listed counts as not there: the failure itself was said before. */
function silent(error: unknown): [] {
  if (error instanceof ApiRefusal) return [];
  throw error;
}
