/** Asks the program in fixtures/inspector, whose first comment lists the questions. */
export async function ask(url: string, question: string, argument: Record<string, string> = {}): Promise<{ ok: boolean; value: any }> {
  const response = await fetch(`${url}/${question}?${new URLSearchParams(argument)}`);
  return { ok: response.ok, value: await response.json() };
}

/** What the kernel says about the process: `man 5 proc_pid_status`. */
export async function status(url: string): Promise<Record<string, string>> {
  const { value } = await ask(url, 'status');
  return Object.fromEntries((value as string).split('\n').map((line) => {
    const [name, ...words] = line.split(/:?\s+/);
    return [name, words.join(' ').trim()];
  }));
}
