/** One call of a tool: what the shell gives it and where it may write. */
export interface Call {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Does its work and gives the exit code; every failure it knows is printed in its own words before. */
export type Tool = (call: Call) => Promise<number>;

/** Why a tool gives up; the tool that catches it says so in its own style and ends with `exitCode`. */
export class ToolFailure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A context that the kubeconfig does not have: each tool words it differently. */
export class NoContext extends ToolFailure {
  readonly context: string;
  constructor(context: string) {
    super(`context "${context}" does not exist`);
    this.context = context;
  }
}
