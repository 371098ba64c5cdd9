/** A fault put into our own code, and the tests that have to notice. `find` stands exactly once in the file. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  readonly tests: readonly string[];
  /** Only tests whose name fits. */
  readonly only?: string;
}

const judged = [
  'test/layers/false-green.test.ts',
  'test/layers/api.test.ts',
  'test/layers/stream-trust.test.ts',
];
const streams = ['test/kube/streams.test.ts'];
const open = ['test/kube/open-cluster.test.ts'];
const transport = ['test/kube/transport.test.ts'];
const runs = ['test/runs/runs.test.ts', 'test/runs/supervise.test.ts'];

/** What an honest monitor and a careful hand must not get wrong, one line each. */
export const mutations: readonly Mutation[] = [
  {
    name: 'old data is believed',
    file: 'src/layers/judgement.ts',
    find: "const stale = trust.state === 'stale';",
    put: 'const stale = false;',
    tests: judged,
  },
  {
    name: 'missing data is believed',
    file: 'src/layers/judgement.ts',
    find: "const blind = trust.state === 'unknown';",
    put: 'const blind = false;',
    tests: judged,
  },
  {
    name: 'a readiness page that cannot be had is no fault',
    file: 'src/layers/api-checks.ts',
    find: "failure?.reason === 'server-error' || failure?.reason === 'timeout'",
    put: 'false',
    tests: judged,
  },
  {
    name: 'a layer takes the best of its streams',
    file: 'src/layers/stream-trust.ts',
    find: "if (first === undefined) return { state: 'live', confirmedAt };",
    put: "if (first === undefined || old.length < entries.length) return { state: 'live', confirmedAt };",
    tests: judged,
  },
  {
    name: 'a garbled line of a watch is passed over',
    file: 'src/kube/watch-events.ts',
    find: '  } catch {\n    return garbled();',
    put: '  } catch {\n    return null;',
    tests: streams,
  },
  {
    name: 'an expired watch goes on as if it had ended',
    file: 'src/kube/watch-events.ts',
    find: "if (status.code === 410 || status.reason === 'Expired' || status.reason === 'Gone')",
    put: 'if (false)',
    tests: streams,
  },
  {
    name: 'a silent watch is never given up',
    file: 'src/kube/watch-events.ts',
    find: 'const silence = setTimeout(() => end(silent(ask.silenceMs)), ask.silenceMs);',
    put: 'const silence = setTimeout(() => undefined, ask.silenceMs);',
    tests: streams,
  },
  {
    name: 'an open connection counts as a sign of life',
    file: 'src/kube/stream-cycle.ts',
    find: 'silenceMs: Math.max(limits.silence / 90, limits.silence - (opened - confirmed)),',
    put: 'silenceMs: limits.silence * 1_000,',
    tests: streams,
  },
  {
    name: 'a failed list leaves the data live',
    file: 'src/kube/stream.ts',
    find: 'else state.doubt(trouble.reason, trouble.message);',
    put: 'else void trouble;',
    tests: [...streams, ...open],
  },
  {
    name: 'a half-read list is shown',
    file: 'src/kube/stream-cycle.ts',
    find: '  if (!listed.ok) {\n    place.since = undefined;\n    return listed;',
    put: '  if (!listed.ok) {\n    state.replace(found);\n    place.since = undefined;\n    return listed;',
    tests: ['test/faults/answers.test.ts'],
    only: 'N9:',
  },
  {
    name: 'a handed-out map is written again',
    file: 'src/kube/stream-state.ts',
    find: 'if (handedOut) items = new Map(items);',
    put: 'void handedOut;',
    tests: [...streams, ...open],
  },
  {
    name: 'a lost API server leaves the streams live',
    file: 'src/kube/open-cluster.ts',
    find: '    watchers.interrupt(reason, message);\n    transport.renew();',
    put: '    transport.renew();',
    tests: open,
  },
  {
    name: 'a missed heartbeat counts as a beat',
    file: 'src/kube/liveness.ts',
    find: 'if (!answered(second)) return { reached: false, failure: second };',
    put: 'if (!answered(second)) return { reached: true, readyz: null, refusal: null };',
    tests: open,
  },
  {
    name: 'nobody notices that the machine slept',
    file: 'src/kube/cluster-clock.ts',
    find: 'if (Math.abs(moved) > limitMs || steadyStep > limitMs + 1_000) onJump(moved);',
    put: 'void onJump;',
    tests: ['test/kube/small-parts.test.ts', ...open],
  },
  {
    name: 'Retry-After is not obeyed',
    file: 'src/kube/http-errors.ts',
    find: 'const retryAfterMs = retryAfter(refusal.retryAfter);',
    put: 'const retryAfterMs = refusal.retryAfter === undefined ? undefined : retryAfter("0");',
    tests: [...transport, ...open],
  },
  {
    name: 'the back-off does not grow',
    file: 'src/kube/limits.ts',
    find: 'backoffBase * 2 ** Math.min(attempt, 16)',
    put: 'backoffBase',
    tests: ['test/kube/small-parts.test.ts'],
  },
  {
    name: 'certificates are not verified',
    file: 'src/kube/connection.ts',
    find: 'rejectUnauthorized: !cluster.insecure,',
    put: 'rejectUnauthorized: false,',
    tests: ['test/kube/tls.test.ts'],
  },
  {
    name: 'the plugin runs for every 401',
    file: 'src/kube/credentials.ts',
    find: 'if (wall() - renewedAt < RENEW_EVERY) return false;',
    put: 'void renewedAt;',
    tests: transport,
  },
  {
    name: 'a change is sent twice',
    file: 'src/kube/exchange.ts',
    find: "if (method !== 'GET' || limit.signal.aborted || !isDeadConnection(error)) throw error;",
    put: 'if (limit.signal.aborted || !isDeadConnection(error)) throw error;',
    tests: transport,
  },
  {
    name: 'a plugin that hangs is waited for',
    file: 'src/kube/exec-plugin.ts',
    find: "const timer = setTimeout(() => stop('late'), timeLimitMs);",
    put: "const timer = setTimeout(() => stop('late'), timeLimitMs * 100);",
    tests: transport,
  },
  {
    name: 'the sanitiser is skipped',
    file: 'src/text/field.ts',
    find: 'const clean = sanitise(raw);',
    put: 'const clean = raw as Safe;\n  void sanitise;',
    tests: ['test/text/field.test.ts'],
  },
  {
    name: 'logs pass every colour',
    file: 'src/text/log-line.ts',
    find: 'else if (ALLOWED.has(code)) codes.push(code);',
    put: 'else codes.push(code);\n    void ALLOWED;',
    tests: ['test/text/log-line.test.ts'],
  },
  {
    name: 'bearer tokens are not masked',
    file: 'src/text/redact.ts',
    find: '  /(?<kept>\\bBearer\\s{1,4})[\\w.~+/=-]{6,}/gi,\n',
    put: '',
    tests: ['test/text/redact.test.ts'],
  },
  {
    name: 'a tool writes into a pipe that dies with us',
    file: 'src/runs/perform.ts',
    find: "stdio: ['ignore', captured?.fd ?? log.out, log.err],",
    put: "stdio: ['ignore', captured?.fd ?? 'pipe', 'pipe'],",
    tests: runs,
  },
  {
    name: 'a tool shares our session',
    file: 'src/runs/perform.ts',
    find: '    detached: true,\n    stdio',
    put: '    detached: false,\n    stdio',
    tests: runs,
  },
  {
    name: 'a tool is started through a shell',
    file: 'src/runs/perform.ts',
    find: '    detached: true,\n    stdio',
    put: '    detached: true,\n    shell: true,\n    stdio',
    tests: runs,
  },
  {
    name: "the tool's end alone is success",
    file: 'src/runs/verify.ts',
    find: 'if (healthySince !== null && isNews && now - healthySince >= state.rule.stableMs)',
    put: 'if (now >= 0)',
    tests: ['test/runs/verify.test.ts'],
  },
  {
    name: 'an old green confirms a run',
    file: 'src/runs/verify.ts',
    find: 'const isNews = wasUnmet || (isHealthy && view.confirmedAt !== null && view.confirmedAt > after);',
    put: 'const isNews = true;\n  void wasUnmet;',
    tests: ['test/runs/verify.test.ts'],
  },
  {
    name: 'another cluster confirms a run',
    file: 'src/runs/verify.ts',
    find: 'if (uid !== null && seen.uid !== null) return uid === seen.uid;',
    put: 'if (uid !== null && seen.uid !== null) return true;',
    tests: ['test/runs/verify.test.ts', 'test/runs/runs.test.ts'],
  },
  {
    name: 'a process is known by its number alone',
    file: 'src/runs/process-identity.ts',
    find: "stat !== null && stat.state !== 'Z' && stat.startTime === process.startTime",
    put: "stat !== null && stat.state !== 'Z'",
    tests: ['test/runs/crash.test.ts', 'test/runs/lock.test.ts', 'test/runs/journal.test.ts', ...runs],
  },
  {
    name: 'half a file may stand in place',
    file: 'src/runs/files.ts',
    find: '  const temporary = temporaryName(path);\n  await writeNew(temporary, text);\n  between?.();\n  await rename(temporary, path);',
    put: '  await writeNew(path, text.slice(0, 20));\n  between?.();\n  await writeNew(path, text);\n  void rename;',
    tests: ['test/runs/journal.test.ts'],
  },
  {
    name: 'files of a run are for everybody',
    file: 'src/runs/files.ts',
    find: 'const PRIVATE = 0o600;',
    put: 'const PRIVATE = 0o644;',
    tests: [...runs, 'test/runs/journal.test.ts'],
  },
  {
    name: 'half of a manifest is applied',
    file: 'src/runs/captured-output.ts',
    find: 'if (!endedWell) return null;',
    put: 'void endedWell;',
    tests: ['test/runs/captured-output.test.ts'],
  },
  {
    name: 'broken YAML is applied',
    file: 'src/runs/captured-output.ts',
    find: "if (!('errors' in document) || document.errors.length > 0) return null;",
    put: "if (!('errors' in document)) return null;",
    tests: ['test/runs/captured-output.test.ts'],
  },
  {
    name: 'two may hold the lock',
    file: 'src/runs/lock.ts',
    find: 'if (holder !== null && (await isHeld(stateDir, holder))) return heldText(holder);',
    put: 'void heldText;',
    tests: ['test/runs/lock.test.ts'],
  },
  {
    name: 'silence is judged by what was never seen',
    file: 'src/runs/lease-watch.ts',
    find: 'const silentMs = isSeen ? monotonic() - since : 0;',
    put: 'const silentMs = monotonic() - since;',
    tests: ['test/runs/lease.test.ts'],
  },
  {
    name: 'the kubeconfig of the shell reaches a tool',
    file: 'src/tools/environment.ts',
    find: '|PAGER|KUBECTL_EXTERNAL_DIFF|KUBECONFIG)$/;',
    put: '|PAGER|KUBECTL_EXTERNAL_DIFF)$/;',
    tests: ['test/tools/tools.test.ts'],
  },
  {
    name: 'a directory that all may write is searched for tools',
    file: 'src/tools/find.ts',
    find: 'if (mode !== null && (mode & WORLD_WRITABLE) !== 0) skipped',
    put: 'if (mode !== null && mode < 0 && WORLD_WRITABLE > 0) skipped',
    tests: ['test/tools/tools.test.ts'],
  },
  {
    name: 'keys typed ahead answer a question',
    file: 'src/store/intents/answer.ts',
    find: 'if (around.now - dialog.openedAt < GUARD_MS) return only(state);',
    put: 'void GUARD_MS;',
    tests: ['test/ui/confirm.test.ts', 'test/ui/keys.test.ts'],
  },
  {
    name: 'a plan runs though something forbids it',
    file: 'src/recovery/guard.ts',
    find: "return guards.find(guard => guard.state === 'blocking')?.text ?? null;",
    put: 'return guards.length < 0 ? (guards[0]?.text ?? null) : null;',
    tests: ['test/runs/runs.test.ts', 'test/cli/ask-cluster.test.ts'],
  },
  {
    name: 'the identity of the cluster is not asked before a start',
    file: 'src/cli/ask-cluster.ts',
    find: 'if (stranger) return',
    put: 'if (stranger && fresh === null) return',
    tests: ['test/cli/ask-cluster.test.ts'],
  },
];
