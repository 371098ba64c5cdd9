import { signature } from './signature.ts';

/** Texts of tools that fail on the workstation, before they reach a cluster. */
export const workstationSignatures = [
  signature(
    'S90',
    'client',
    /required env var `(\w{1,100})` is not set/iu,
    'workstation',
    'the helmfile needs an environment variable',
    'set the variable, usually to the top of the repository',
  ),
  signature(
    'S91',
    'client',
    /no releases found that matches specified selector/iu,
    'workstation',
    'the helmfile has no release of that name',
    'check the selector',
  ),
  signature(
    'S92',
    'client',
    /unknown command "diff" for "helm"|plugin "diff" not found/iu,
    'workstation',
    'the diff plugin of Helm is not installed',
    'install it, or use sync, which does not need it',
  ),
  signature(
    'S93',
    'client',
    /unknown flag: (--[\w-]{1,100})/iu,
    'workstation',
    'this version of the tool does not know the flag',
    'leave the flag out or use a newer tool',
  ),
  signature(
    'S94',
    'client',
    /Failed to get the data key required to decrypt the SOPS file/iu,
    'workstation',
    'the workstation has no key for the encrypted file',
    'point SOPS_AGE_KEY_FILE at the key',
  ),
  signature(
    'S95',
    'client',
    /task: precondition not met/iu,
    'workstation',
    'a precondition of the task is not met',
    'read the line above it',
  ),
  signature(
    'S98',
    'client',
    /executable file not found in \$PATH|command not found/iu,
    'workstation',
    'a tool is missing',
    'install the tool or add it to PATH',
  ),
] as const;
