/** What a call throws; fails when it throws nothing. */
export function errorOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** The text of what a call throws, which is all that a user sees of it. */
export function messageOf(action: () => unknown): string {
  return errorOf(action).message;
}

/** The text of an error of a factory, with `<line>` for the line of the test that called it. */
export function callMessageOf(action: () => unknown): string {
  return messageOf(action).replace(/(\n {2}at: {6})test\/\S+\.ts:\d+$/, '$1<line>');
}
