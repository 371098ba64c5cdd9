/** One row of the fault matrix: what is done to groundup, and what it owes. */
export interface Row {
  readonly fault: string;
  readonly injection: string;
  readonly behaviour: string;
  /** The bound, as a person reads it. */
  readonly figure: string;
  /** Why no test of this suite measures it. */
  readonly elsewhere?: string;
}

/** Every fault of the network, of the API server and of the machine in between. */
export const rows = {
  N1: {
    fault: 'the API server refuses connections',
    injection: 'port closed',
    behaviour: 'the banner says so, every layer is unknown, it asks on and recovers',
    figure: '13 s to the banner; 10 s to live again',
  },
  N2: {
    fault: 'established flows are dropped (half-open)',
    injection: 'iptables DROP in a network namespace of its own',
    behaviour: 'watches are declared dead and the layers unknown',
    figure: '20 s',
  },
  N3: {
    fault: 'the server is frozen while TCP lives',
    injection: 'nothing is answered, connections stay',
    behaviour: 'the heartbeat fails, every layer is unknown',
    figure: '15 s',
  },
  N4: {
    fault: 'one watch is silent, the rest is fine',
    injection: 'lines of one stream are swallowed',
    behaviour: 'that stream is listed again and shows what was missed; nothing else is disturbed',
    figure: '95 s',
  },
  N5: {
    fault: 'the server flaps: 2 s up, 3 s down',
    injection: 'port closed and opened',
    behaviour: 'no green while nothing is confirmed, a calm banner',
    figure: '0 false greens; a new banner each 5 s at most',
  },
  N6: {
    fault: 'each reply is 5 s late',
    injection: 'latency',
    behaviour: 'keys answer at once, ages grow honestly',
    figure: '100 ms for a key (p99)',
  },
  N7: {
    fault: 'headers or body drip, a byte a second',
    injection: 'drip on one list',
    behaviour: 'a deadline, then another try; that layer alone is unknown',
    figure: '10 s for headers, 30 s for a body',
  },
  N8: {
    fault: 'the connection is reset in the middle of a list',
    injection: 'reset after 300 bytes',
    behaviour: 'what was known is kept and called stale; the list is asked for again',
    figure: '0 partial lists shown',
  },
  N9: {
    fault: 'a body ends before its Content-Length',
    injection: 'truncated after 300 bytes',
    behaviour: 'the list does not count and is asked for again',
    figure: '0 objects lost after recovery',
  },
  N10: {
    fault: 'a line of garbage in a watch',
    injection: 'line injected',
    behaviour: 'the stream is doubted (parse) and listed again, never ignored',
    figure: '5 s',
  },
  N11: {
    fault: 'an HTML login page with status 200',
    injection: 'every answer replaced',
    behaviour: 'no layer is green; the content type is named',
    figure: '0 crashes, 0 greens',
  },
  N12: {
    fault: '410 on the watch, inside it, and on a page of a list',
    injection: 'status and ERROR line',
    behaviour: 'listed again, spread out',
    figure: '1 list per stream',
  },
  N13: {
    fault: '429 with Retry-After: 30',
    injection: 'one list refused',
    behaviour: 'it waits and says that the server is busy',
    figure: '0 reads before the time is up',
  },
  N14: {
    fault: 'a storm of 500, 502, 503, 504 for 5 min',
    injection: 'every answer replaced',
    behaviour: 'back-off from 0.8 to 30 s',
    figure: '60 requests per stream in 5 min',
  },
  N15: {
    fault: 'every watch closes at once, with no event',
    injection: 'empty 200',
    behaviour: 'an error with back-off, not a loop',
    figure: '2 requests/s once backed off',
  },
  N16: {
    fault: 'the server sends no bookmarks',
    injection: 'bookmarks swallowed',
    behaviour: 'silence is broken by a list',
    figure: '1 list per quiet stream in 90 s, 0 false greens',
  },
  N17: {
    fault: 'a line of 9 MiB, a list of 100 MiB, JSON 70 deep',
    injection: 'line injected, body replaced',
    behaviour: 'too large is a reason of its own; memory and loop stay bounded',
    figure: '+150 MiB, loop held up for 250 ms',
  },
  N18: {
    fault: '5,000 pods, 200 nodes, 50 events/s',
    injection: '',
    behaviour: 'smooth',
    figure: '25 % of a core, 250 MiB',
    elsewhere: 'a matter of size, not of faults: `npm run bench` measures it on clusters of that size',
  },
  N19: {
    fault: 'invalid objects: missing parts, wrong types, null',
    injection: 'generated from real objects',
    behaviour: 'judged without a throw',
    figure: '0 exceptions in 1,000,000 objects',
  },
  N20: {
    fault: 'events doubled, replayed and out of order',
    injection: 'generated sequences against a model',
    behaviour: 'the cache equals the model after the last event',
    figure: '0 differences in 100,000 sequences',
  },
  N21: {
    fault: 'TLS: expired, unknown authority, wrong name',
    injection: 'certificates of another authority',
    behaviour: 'a sentence with subject and cure, no offer to skip verification',
    figure: '0 requests, so 0 bytes of a token',
  },
  N22: {
    fault: 'the TLS handshake hangs',
    injection: 'a port that accepts and says nothing',
    behaviour: 'the connection has a deadline',
    figure: '5 s per try',
  },
  N23: {
    fault: '401 for all, the plugin has a new token',
    injection: 'another token is accepted from now on',
    behaviour: 'one run of the plugin, nothing to see',
    figure: '1 run, 2 s',
  },
  N24: {
    fault: '401 for ever',
    injection: 'no token is accepted',
    behaviour: 'the header says credentials refused, the plugin is not run over and over',
    figure: '1 run of the plugin in 30 s',
  },
  N25: {
    fault: 'the exec plugin hangs, floods, prompts, prints escapes',
    injection: 'a plugin on PATH',
    behaviour: 'killed in time, no terminal to prompt on, its words made harmless',
    figure: '10 s, 1 MiB, 0 escapes',
  },
  N26: {
    fault: 'the token expires while watches are open',
    injection: '401, connections reset, objects changed meanwhile',
    behaviour: 'a new token, and every change is there',
    figure: '0 changes missed',
  },
  N27: {
    fault: '403 for one resource in one namespace',
    injection: 'status 403',
    behaviour: 'unknown for want of permission, there alone',
    figure: 'the other layers stay as they are',
  },
  N28: {
    fault: 'the kubeconfig is rewritten',
    injection: 'file replaced',
    behaviour: 'a notice; this watch and its actions go on with what was read first',
    figure: '5 s',
  },
  N29: {
    fault: 'another cluster answers behind the same address',
    injection: 'another simulated cluster, connections reset',
    behaviour: 'a notice; plans made for the first are refused',
    figure: '0 actions',
  },
  N30: {
    fault: 'DNS: NXDOMAIN, no answer, empty answer',
    injection: 'a resolver of our own',
    behaviour: 'the last good address is used, in bounded time',
    figure: '2 s for a name',
  },
  N31: {
    fault: 'the server is 2 h ahead, or behind',
    injection: 'a simulated cluster with such a clock',
    behaviour: 'ages are right, the difference is shown',
    figure: 'wrong by 2 s at most',
  },
  N32: {
    fault: 'the wall clock jumps by an hour, both ways',
    injection: 'clocks of our own',
    behaviour: 'nothing expires, no age is negative',
    figure: '0 layers called broken',
  },
  N33: {
    fault: 'the machine sleeps',
    injection: 'SIGSTOP and SIGCONT',
    behaviour: 'everything is stale on waking, then asked anew',
    figure: '1 s to the first paint, 10 s to live',
  },
  N34: {
    fault: 'a proxy is needed and dead',
    injection: 'proxy-url to a closed port',
    behaviour: 'the proxy is named in the sentence',
    figure: 'named',
  },
  N35: {
    fault: 'older and newer API servers',
    injection: 'profiles 1.28 to 1.36: plain discovery, no EndpointSlices, no aggregated APIs',
    behaviour: 'falls back; what is not served is said, the rest is judged',
    figure: 'all profiles',
  },
  N36: {
    fault: 'a CRD is absent, then installed',
    injection: 'definition removed and created again',
    behaviour: 'absent is not failed; the objects appear',
    figure: '60 s',
  },
  N37: {
    fault: 'a CRD is deleted while it is watched',
    injection: 'definition removed',
    behaviour: 'absent, and no loop',
    figure: '1 request in 30 s',
  },
} as const satisfies Readonly<Record<string, Row>>;

export type RowId = keyof typeof rows;
