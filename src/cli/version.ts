declare const GROUNDUP_VERSION: string | undefined;

/** The version of this program; the bundle has it built in. */
export const version = typeof GROUNDUP_VERSION === 'string' ? GROUNDUP_VERSION : 'development';
