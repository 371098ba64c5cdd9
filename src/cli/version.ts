declare const GROUNDUP_VERSION: string | undefined;
declare const GROUNDUP_RELEASED: string | undefined;

/** The version of this program; the bundle has it built in. */
export const version = typeof GROUNDUP_VERSION === 'string' ? GROUNDUP_VERSION : 'development';

/** The day on which it was released, `2026-11-24`; '' while it is not. */
export const released = typeof GROUNDUP_RELEASED === 'string' ? GROUNDUP_RELEASED : '';
