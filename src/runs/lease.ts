/** So long a holder may be silent before another one may take over. Four renewals may fail meanwhile. */
export const LEASE_MS = 60_000;
