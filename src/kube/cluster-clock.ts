/** The server's clock, estimated from the Date header of its replies. */
export interface ClusterClock {
  /** Cluster time, epoch ms. */
  readonly now: () => number;
  /** Server minus local clock, ms; 0 when too small to tell, null before the first reply. */
  readonly skew: () => number | null;
  /** The local clock was set by so much: until the server is heard again, its time is taken to have gone on evenly. */
  readonly jumped: (ms: number) => void;
  /** Takes the Date header of a reply; true when the skew changed. */
  readonly note: (date: string | undefined, roundTripMs: number) => boolean;
}

/** The header counts whole seconds and the reply was under way: less than this is not a difference. */
const NOISE = 1_500;
/** A slow reply says little about the moment it was dated. */
const SLOWEST_WITNESS = 2_000;

export function clusterClock(wall: () => number): ClusterClock {
  let skew: number | null = null;
  return {
    now: () => wall() + (skew ?? 0),
    skew: () => skew,
    jumped: ms => {
      if (skew !== null) skew -= ms;
    },
    note: (date, roundTripMs) => {
      const dated = date === undefined ? Number.NaN : Date.parse(date);
      if (Number.isNaN(dated) || roundTripMs > SLOWEST_WITNESS) return false;
      const offset = Math.round(dated + 500 - (wall() - roundTripMs / 2));
      const next = Math.abs(offset) < NOISE ? 0 : offset;
      const isSame = skew !== null && Math.abs(next - skew) < NOISE && (next === 0) === (skew === 0);
      if (isSame) return false;
      skew = next;
      return true;
    },
  };
}

/**
 * Calls back when the machine slept, was stopped, or had its clock set: the wall clock moved by more than `limitMs`
 * against the monotonic one (that difference is handed on), or a second took that much longer. Returns the stop.
 */
export function watchForJumps(
  wall: () => number,
  onJump: (byMs: number) => void,
  limitMs = 5_000,
): () => void {
  let lastWall = wall();
  let lastSteady = performance.now();
  const timer = setInterval(() => {
    const wallStep = wall() - lastWall;
    const steadyStep = performance.now() - lastSteady;
    lastWall += wallStep;
    lastSteady += steadyStep;
    const moved = wallStep - steadyStep;
    if (Math.abs(moved) > limitMs || steadyStep > limitMs + 1_000) onJump(moved);
  }, 1_000);
  return () => clearInterval(timer);
}
