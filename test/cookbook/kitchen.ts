/** What a script wrote, and how it ended. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine on which tasks are done: it has Node.js, Docker's command, Terraform, and what the page's preparation makes. */
export interface Kitchen {
  /** Makes a directory for a task, with a copy of the prepared project. */
  open(task: string): Promise<void>;
  /** Writes a file of the task. */
  write(task: string, file: string, text: string): Promise<void>;
  /** Runs lines in the task's shell. Each script goes on in the directory and with the exported variables of the one before. */
  run(task: string, script: string): Promise<Ran>;
}

/** A script of a shell that goes on where the one before has stopped, as a terminal does. `state` is a file of its own for each task. */
export function continued(script: string, state: string): string {
  return `set -e\nif [ -f '${state}' ]; then . '${state}'; fi\n${script}\n{ export -p; printf 'cd %q\\n' "$PWD"; } > '${state}'\n`;
}
