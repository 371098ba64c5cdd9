import { get } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kubeconfigText } from '../../../src/simulator/api/kubeconfig.ts';
import { deployment, eventually, pod, serve, type TestServer } from './serve.ts';

let server: TestServer;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const PODS = '/api/v1/namespaces/default/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

describe('refusals', () => {
  it.each([
    ['GET', PODS, { token: '' }, 401, 'Unauthorized', 'Unauthorized'],
    ['GET', PODS, { token: 'forged' }, 401, 'Unauthorized', 'Unauthorized'],
    [
      'GET',
      '/api/v1/namespaces/default/secrets',
      { token: 'viewer' },
      403,
      'Forbidden',
      'secrets is forbidden: User "vera" cannot list resource "secrets" in API group "" in the namespace "default"',
    ],
    [
      'DELETE',
      `${DEPLOYMENTS}/web`,
      { token: 'viewer' },
      403,
      'Forbidden',
      'deployments.apps "web" is forbidden: User "vera" cannot delete resource "deployments" in API group "apps" in the namespace "default"',
    ],
    [
      'GET',
      '/api/v1/nodes/n1',
      { token: 'viewer' },
      403,
      'Forbidden',
      'nodes "n1" is forbidden: User "vera" cannot get resource "nodes" in API group "" at the cluster scope',
    ],
    [
      'GET',
      `${PODS}/a/log`,
      { token: 'viewer' },
      403,
      'Forbidden',
      'pods "a" is forbidden: User "vera" cannot get resource "pods/log" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      '/metrics',
      { token: 'viewer' },
      403,
      'Forbidden',
      'forbidden: User "vera" cannot get path "/metrics"',
    ],
    ['GET', `${PODS}/nope`, {}, 404, 'NotFound', 'pods "nope" not found'],
    ['GET', `${DEPLOYMENTS}/nope`, {}, 404, 'NotFound', 'deployments.apps "nope" not found'],
    ['GET', '/api/v1/gadgets', {}, 404, 'NotFound', 'the server could not find the requested resource'],
    [
      'PUT',
      PODS,
      { body: {} },
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    ],
    [
      'GET',
      PODS,
      { accept: 'text/html' },
      406,
      'NotAcceptable',
      'only the following media types are accepted: application/json',
    ],
    ['POST', PODS, { body: '{' }, 400, 'BadRequest', /^error decoding request body/],
    [
      'DELETE',
      '/api/v1/namespaces/kube-system',
      {},
      403,
      'Forbidden',
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    ],
  ] as const)('%s %s with %o is answered %i', async (method, path, ask, code, reason, message) => {
    const answer = await server.ask(method, path, ask);
    expect(answer.status).toBe(code);
    expect(answer.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code });
    if (typeof message === 'string') expect(answer.body.message).toBe(message);
    else expect(answer.body.message).toMatch(message);
  });

  it('answers a group that is not served with a plain page', async () => {
    const { status, body } = await server.ask('GET', '/apis/example.com/v1/widgets');
    expect([status, body]).toEqual([404, '404 page not found\n']);
  });

  it('names the object, its group and its resource in the details', async () => {
    const { body } = await server.ask('GET', `${DEPLOYMENTS}/nope`);
    expect(body.details).toEqual({ name: 'nope', group: 'apps', kind: 'deployments' });
  });

  it('refuses an unknown kind of patch with 415 and the kinds it takes', async () => {
    await server.ask('POST', DEPLOYMENTS, { body: deployment('web') });
    const { status, body } = await server.ask('PATCH', `${DEPLOYMENTS}/web`, {
      body: {},
      type: 'application/json',
    });
    expect(status).toBe(415);
    expect(body.message).toContain('application/merge-patch+json');
  });
});

describe('tokens', () => {
  it('are taken from the address as well, for clients that send none over plain HTTP', async () => {
    const text = kubeconfigText({ url: server.url, token: 'viewer', context: 'sim', namespace: 'apps' });
    const config = JSON.parse(text);
    const { username, origin } = new URL(config.clusters[0].cluster.server);
    const authorization = `Basic ${Buffer.from(`${username}:`).toString('base64')}`;
    expect((await fetch(`${origin}${PODS}`, { headers: { authorization } })).status).toBe(200);
    expect((await fetch(`${origin}/api/v1/nodes`, { headers: { authorization } })).status).toBe(403);
    expect(config.users[0].user.token).toBe('viewer');
    expect(config.contexts[0].context.namespace).toBe('apps');
  });
});

describe('writes', () => {
  it('creates once, and refuses the same name again', async () => {
    const first = await server.ask('POST', PODS, { body: pod('a') });
    const second = await server.ask('POST', PODS, { body: pod('a') });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ kind: 'Pod', apiVersion: 'v1', status: { phase: 'Pending' } });
    expect([second.status, second.body.message]).toEqual([409, 'pods "a" already exists']);
  });

  it('gives names to objects that ask for one, and identities of its own', async () => {
    const body = { ...pod(''), metadata: { generateName: 'job-', uid: 'mine', resourceVersion: '1' } };
    const { status, body: made } = await server.ask('POST', PODS, { body });
    expect(status).toBe(201);
    expect(made.metadata.name).toMatch(/^job-[a-z0-9]{5}$/);
    expect(made.metadata.uid).not.toBe('mine');
  });

  it('refuses to replace what has changed meanwhile', async () => {
    const { body: read } = await server.ask('POST', DEPLOYMENTS, { body: deployment('web') });
    const merge = { body: { spec: { replicas: 2 } }, type: 'application/merge-patch+json' };
    expect((await server.ask('PATCH', `${DEPLOYMENTS}/web`, merge)).body.spec.replicas).toBe(2);
    const { status, body } = await server.ask('PUT', `${DEPLOYMENTS}/web`, { body: read });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('wants a Lease replaced only by who has read it', async () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    const lease = { metadata: { name: 'l' }, spec: { holderIdentity: 'me' } };
    await server.ask('POST', leases, { body: lease });
    const { status, body } = await server.ask('PUT', `${leases}/l`, { body: lease });
    expect(status).toBe(422);
    expect(body.message).toContain(
      'metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
    );
  });

  it('keeps status and spec apart', async () => {
    await server.ask('POST', DEPLOYMENTS, { body: { ...deployment('web'), status: { replicas: 7 } } });
    const type = 'application/merge-patch+json';
    const patch = { spec: { replicas: 4 }, status: { replicas: 5 } };
    const main = await server.ask('PATCH', `${DEPLOYMENTS}/web`, { body: patch, type });
    expect(main.body.status?.replicas).toBeUndefined();
    const status = await server.ask('PATCH', `${DEPLOYMENTS}/web/status`, {
      body: { spec: { replicas: 9 }, status: { replicas: 5 } },
      type,
    });
    expect(status.body).toMatchObject({ spec: { replicas: 4 }, status: { replicas: 5 } });
  });

  it('stores nothing on a dry run', async () => {
    const { status } = await server.ask('POST', `${PODS}?dryRun=All`, { body: pod('a') });
    expect(status).toBe(201);
    expect(server.world.get('/pods', 'default', 'a')).toBeUndefined();
  });

  it('lists all that is wrong with an object', async () => {
    const { status, body } = await server.ask('POST', DEPLOYMENTS, {
      body: { metadata: { name: 'bad' }, spec: { template: { spec: { containers: [{ name: 'a' }] } } } },
    });
    expect(status).toBe(422);
    expect(body.message).toBe(
      'Deployment.apps "bad" is invalid: [spec.selector: Required value, spec.template.spec.containers[0].image: Required value]',
    );
    expect(body.details.causes).toHaveLength(2);
  });

  it('deletes at once what nothing holds, and tells the uid', async () => {
    const { body: made } = await server.ask('POST', DEPLOYMENTS, { body: deployment('web') });
    const { body } = await server.ask('DELETE', `${DEPLOYMENTS}/web`);
    expect(body).toMatchObject({ status: 'Success', details: { name: 'web', uid: made.metadata.uid } });
  });

  it('answers a deletion that must wait with the object', async () => {
    server.world.create(
      '/pods',
      pod('p', { spec: { nodeName: 'n', containers: [{ name: 'a', image: 'b' }] } }),
    );
    const { body } = await server.ask('DELETE', `${PODS}/p?gracePeriodSeconds=5`);
    expect(body).toMatchObject({ kind: 'Pod', metadata: { deletionGracePeriodSeconds: 5 } });
  });

  it('deletes only the object that the preconditions name', async () => {
    server.world.create('/pods', pod('p'));
    const { status, body } = await server.ask('DELETE', `${PODS}/p`, {
      body: { preconditions: { uid: 'other' } },
    });
    expect(status).toBe(409);
    expect(body.message).toContain('Precondition failed: UID in precondition: other, UID in object meta:');
  });

  it('deletes a selection', async () => {
    for (const [name, app] of [
      ['a', 'x'],
      ['b', 'x'],
      ['c', 'y'],
    ] as const) {
      server.world.create('/pods', pod(name, { metadata: { labels: { app } } }));
    }
    await server.ask('DELETE', `${PODS}?labelSelector=app%3Dx`);
    expect(server.world.list('/pods').map(object => object.metadata.name)).toEqual(['c']);
  });

  it('scales through the scale subresource', async () => {
    await server.ask('POST', DEPLOYMENTS, { body: deployment('web') });
    const type = 'application/merge-patch+json';
    const { body } = await server.ask('PATCH', `${DEPLOYMENTS}/web/scale`, {
      body: { spec: { replicas: 3 } },
      type,
    });
    expect(body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 3 },
      status: { selector: 'app=web' },
    });
    expect(server.world.get('apps/deployments', 'default', 'web')).toMatchObject({ spec: { replicas: 3 } });
  });

  it('evicts a pod unless a disruption budget says no', async () => {
    server.world.create('/pods', pod('p', { metadata: { labels: { app: 'x' } } }));
    server.world.create('policy/poddisruptionbudgets', {
      metadata: { name: 'keep', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'x' } } },
      status: { disruptionsAllowed: 0, desiredHealthy: 1, currentHealthy: 1 },
    });
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
    const refused = await server.ask('POST', `${PODS}/p/eviction`, { body: eviction });
    expect([refused.status, refused.body.message]).toEqual([
      429,
      "Cannot evict pod as it would violate the pod's disruption budget.",
    ]);
    server.world.remove('policy/poddisruptionbudgets', 'default', 'keep');
    expect((await server.ask('POST', `${PODS}/p/eviction`, { body: eviction })).status).toBe(201);
    expect(server.world.get('/pods', 'default', 'p')).toBeUndefined();
  });
});

describe('discovery', () => {
  it('tells all groups in one document to those who ask for it', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const { body, headers } = await server.ask('GET', '/apis', { accept });
    expect(headers.get('content-type')).toContain('as=APIGroupDiscoveryList');
    const apps = body.items.find((item: { metadata: { name: string } }) => item.metadata.name === 'apps');
    const found = apps.versions[0].resources.find(
      (entry: { resource: string }) => entry.resource === 'deployments',
    );
    expect(found).toMatchObject({
      scope: 'Namespaced',
      shortNames: ['deploy'],
      responseKind: { kind: 'Deployment' },
    });
    expect(found.subresources).toContainEqual({
      subresource: 'scale',
      responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      verbs: ['get', 'patch', 'update'],
    });
  });

  it('tells groups and resources one by one to the others', async () => {
    const groups = await server.ask('GET', '/apis');
    expect(groups.body.groups.map((group: { name: string }) => group.name)).toContain('coordination.k8s.io');
    const core = await server.ask('GET', '/api/v1');
    expect(core.body.resources.map((entry: { name: string }) => entry.name)).toContain('pods/log');
    expect((await server.ask('GET', '/apis/apps')).body.preferredVersion.groupVersion).toBe('apps/v1');
    expect((await server.ask('GET', '/version')).body.gitVersion).toBe('v1.33.1');
  });

  it('answers 503 for an extension API whose server is gone', async () => {
    server.world.create('apiregistration.k8s.io/apiservices', {
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: { group: 'metrics.k8s.io', version: 'v1beta1', service: { name: 'm', namespace: 'kube-system' } },
      status: { conditions: [{ type: 'Available', status: 'False' }] },
    });
    for (const path of ['/apis/metrics.k8s.io/v1beta1', '/apis/metrics.k8s.io/v1beta1/nodes']) {
      const { status, body } = await server.ask('GET', path);
      expect([status, body.message]).toEqual([503, 'the server is currently unable to handle the request']);
    }
  });
});

describe('access reviews', () => {
  it('answers what the caller may do', async () => {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const may = async (token: string, verb: string): Promise<boolean> => {
      const resourceAttributes = { verb, resource: 'pods', namespace: 'default' };
      const { body } = await server.ask('POST', path, { token, body: { spec: { resourceAttributes } } });
      return body.status.allowed;
    };
    expect(await may('viewer', 'list')).toBe(true);
    expect(await may('viewer', 'delete')).toBe(false);
    expect(await may('root', 'delete')).toBe(true);
  });

  it('lists what the caller may do', async () => {
    const { body } = await server.ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      token: 'viewer',
      body: { spec: { namespace: 'default' } },
    });
    expect(body.status.resourceRules).toContainEqual({
      verbs: ['get', 'list', 'watch'],
      apiGroups: [''],
      resources: ['pods'],
    });
  });
});

describe('events', () => {
  it('shows core events in the newer group under the newer names', async () => {
    server.world.create('/events', {
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'p' },
      reason: 'BackOff',
      message: 'again',
      type: 'Warning',
    });
    const { body } = await server.ask('GET', '/apis/events.k8s.io/v1/namespaces/default/events/e');
    expect(body).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'again', regarding: { name: 'p' } });
    expect(body).not.toHaveProperty('message');
  });

  it('stores events of the newer group under the core names', async () => {
    const path = '/apis/events.k8s.io/v1/namespaces/default/events';
    const made = await server.ask('POST', path, {
      body: {
        metadata: { name: 'n' },
        note: 'hello',
        regarding: { kind: 'Node', name: 'n1' },
        reason: 'R',
        type: 'Normal',
      },
    });
    expect(made.status).toBe(201);
    expect(server.world.get('/events', 'default', 'n')).toMatchObject({
      message: 'hello',
      involvedObject: { name: 'n1' },
    });
  });
});

describe('the wire', () => {
  it('tells simulated time in the Date header', async () => {
    await eventually(async () => {
      const { headers } = await server.ask('GET', '/version');
      return Date.parse(headers.get('date') ?? '') > Date.now() + 1000;
    });
  });

  it('compresses large answers for those who take it, small ones never', async () => {
    for (let index = 0; index < 300; index += 1) server.world.create('/pods', pod(`p${index}`));
    const raw = await new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
      const headers = { authorization: 'Bearer root', 'accept-encoding': 'gzip' };
      get(server.url + PODS, { headers }, response => {
        const parts: Buffer[] = [];
        response.on('data', part => parts.push(part));
        response.on('end', () =>
          resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(parts) }),
        );
      }).on('error', reject);
    });
    expect(raw.encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(raw.body).toString()).items).toHaveLength(300);
    expect((await server.ask('GET', '/version')).headers.get('content-encoding')).toBeNull();
  });
});

describe('misbehaviour', () => {
  it('names failing checks and fails the whole with 500', async () => {
    expect((await server.ask('GET', '/readyz')).body).toBe('ok');
    server.behaviour.failingChecks = ['etcd'];
    const { status, body } = await server.ask('GET', '/readyz?verbose');
    expect(status).toBe(500);
    expect(body).toContain('[-]etcd failed: reason withheld\n');
    expect(body).toContain('[+]ping ok\n');
    expect(body).toMatch(/readyz check failed\n$/);
    expect((await server.ask('GET', '/livez/ping')).status).toBe(200);
    expect((await server.ask('GET', '/readyz?verbose&exclude=etcd&exclude=etcd-readiness')).status).toBe(200);
  });

  it('fails writes and goes on reading without a quorum', async () => {
    server.behaviour.writesFail = true;
    const { status, body } = await server.ask('POST', PODS, { body: pod('a') });
    expect([status, body.message]).toEqual([500, 'etcdserver: request timed out']);
    expect((await server.ask('GET', PODS)).status).toBe(200);
  });

  it('refuses connections, ends streams, and comes back on the same port', async () => {
    const stream = await server.watch(`${PODS}?watch=true`);
    const ended = stream.next().then(
      () => 'ended',
      () => 'broken',
    );
    server.behaviour.reach = 'refuse';
    expect(await ended).toMatch(/ended|broken/);
    expect(await eventually(() => refusal(server.url))).toBe('ECONNREFUSED');
    server.behaviour.reach = 'normal';
    await eventually(async () => (await server.ask('GET', '/readyz').catch(() => undefined))?.status === 200);
  });

  it('hangs without an answer, keeps streams silent, and lets all out afterwards', async () => {
    const stream = await server.watch(`${PODS}?watch=true`);
    server.behaviour.reach = 'hang';
    server.world.create('/pods', pod('a'));
    const answers: string[] = [];
    const read = server.ask('GET', `${PODS}/a`).then(() => answers.push('read'));
    const event = stream.next().then(({ type }) => answers.push(type));
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(answers).toEqual([]);
    server.behaviour.reach = 'normal';
    await Promise.all([read, event]);
    expect(answers.toSorted()).toEqual(['ADDED', 'read']);
    stream.stop();
  });

  it('passes pod proxy requests to whoever plays the pod, else answers 503', async () => {
    server.world.create('/pods', pod('p'));
    const path = `${PODS}/p:8080/proxy/metrics?x=1`;
    expect((await server.ask('GET', path)).status).toBe(503);
    server.behaviour.podProxy = (...asked) => ({ status: 200, body: asked.join(' ') });
    expect((await server.ask('GET', path)).body).toBe('default p 8080 /metrics?x=1');
  });

  it.each([
    ['in a pod that is not there', 'q/exec?command=id', 404],
    ['in a container that is not there', 'p/exec?command=id&container=z', 400],
    ['without a command', 'p/exec', 400],
    ['over plain HTTP', 'p/exec?command=id', 400],
  ])('refuses a command %s', async (_how, path, status) => {
    server.world.create('/pods', pod('p'));
    expect((await server.ask('GET', `${PODS}/${path}`)).status).toBe(status);
  });
});

function refusal(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise(resolve => {
    const socket = connect(Number(port), hostname);
    socket.on('connect', () => {
      socket.destroy();
      resolve('');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
}
