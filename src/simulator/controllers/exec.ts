import type { Behaviour } from '../world.ts';
import { scriptOf } from './kubelet-process.ts';
import { podReady } from './objects.ts';
import type { Life } from './switches.ts';

/** Answers commands in pods: scripts where the image has a shell, and the agents of Cilium about themselves. */
export function startExec(life: Life): () => void {
  const before = life.behaviour.exec;
  const exec: Behaviour['exec'] = (namespace, name, _container, [program, ...rest]) => {
    const pod = life.world.get('/pods', namespace, name);
    const labels = pod?.metadata.labels ?? {};
    if (pod === undefined) return undefined;
    if (labels['k8s-app'] === 'cilium' && program === 'cilium-dbg' && rest.join(' ') === 'status --brief') {
      return podReady(pod)
        ? { output: 'OK\n', exitCode: 0 }
        : { output: 'cilium: daemon unreachable\n', exitCode: 1 };
    }
    if (labels['app.kubernetes.io/part-of'] !== 'flux' || program !== 'sh' || rest[0] !== '-c')
      return undefined;
    const { lines, exitCode } = scriptOf(life, { command: [program, ...rest] }, pod.spec.nodeName);
    return { output: lines.map(line => `${line}\n`).join(''), exitCode };
  };
  life.behaviour.exec = exec;
  return () => {
    life.behaviour.exec = before;
  };
}
