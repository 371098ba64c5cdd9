import type { Json, World } from '../world.ts';
import { invalid } from './failures.ts';

const RANGE = '10.43.0.0/16';
const SERVICE = { group: '', kind: 'Service' };

/** Gives a Service its cluster address, or takes the one it asks for. Throws 422 when that one is taken or outside the range. */
export function allocateAddress(service: Json, world: Pick<World, 'list'>): void {
  const { spec, metadata } = service;
  if (spec.type === 'ExternalName') return;
  spec.ipFamilyPolicy ??= 'SingleStack';
  spec.ipFamilies ??= ['IPv4'];
  const asked: string | undefined = spec.clusterIP ?? spec.clusterIPs?.[0];
  if (asked === 'None') {
    spec.clusterIP = 'None';
    spec.clusterIPs = ['None'];
    return;
  }
  const taken = new Set(world.list('/services').map(other => other.spec.clusterIP));
  if (asked && !/^10\.43\.\d+\.\d+$/.test(asked)) {
    throw refused(
      metadata.name,
      asked,
      `the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${RANGE}`,
    );
  }
  if (asked && taken.has(asked)) throw refused(metadata.name, asked, 'provided IP is already allocated');
  spec.clusterIP = asked || firstFree(taken);
  spec.clusterIPs = [spec.clusterIP];
}

function refused(name: string, ip: string, why: string): Error {
  const message = `Invalid value: []string{"${ip}"}: failed to allocate IP ${ip}: ${why}`;
  return invalid(SERVICE, name, [{ field: 'spec.clusterIPs', reason: 'FieldValueInvalid', message }]);
}

/** Dynamic addresses come from the upper part of the range, so that the low ones stay free for fixed use. */
function firstFree(taken: ReadonlySet<string>): string {
  for (let index = 0; index < 65_000; index += 1) {
    const ip = `10.43.${1 + Math.floor(index / 250)}.${(index % 250) + 2}`;
    if (!taken.has(ip)) return ip;
  }
  return 'None';
}

export function allocateNodePort(world: Pick<World, 'list'>): number {
  const taken = new Set(
    world.list('/services').flatMap(other => (other.spec.ports ?? []).map((port: Json) => port.nodePort)),
  );
  let port = 30_000 + Math.floor(Math.random() * 2768);
  while (taken.has(port)) port = port === 32_767 ? 30_000 : port + 1;
  return port;
}
